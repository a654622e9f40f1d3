//! A generator in a web page: one HTML file that makes images offline, in any browser, from a double click.
//!
//! The page holds the weights, with batch norm folded into them, as 16-bit floats. A worker made from a text in the page
//! computes the images: from a file on disk, browsers load neither other files nor modules. Its latents are those of
//! [`dcgan_gan::latent`], so a seed gives the image that the program makes of it, up to the rounding of the weights.
//!
//! HTML, CSS and JavaScript are in `src/page`:
//!
//! | file | runs in | what |
//! |---|---|---|
//! | `random.js` | worker | the latent of a seed, and the arc between two |
//! | `network.js` | worker | the weights unpacked, and the forward pass |
//! | `painter.js`, `worker.js` | worker | from a request to pixels |
//! | `workshop.js` | page | starts the worker; without one, computes in the page |
//! | `stage.js`, `grid.js` | page | the large image, and those of consecutive seeds |
//! | `command.js`, `png.js` | page | the command that makes the same image; files to save |
//! | `app.js` | page | connects them with the controls |
//!
//! A content security policy with the hashes of the scripts forbids everything else, requests included.
//!
//! This crate must never know a path, the clock or the console.

mod template;
mod weights;

use dcgan_gan::GeneratorWeights;
use serde::Serialize;
use thiserror::Error;

use template::{escaped, fill, policy};
use weights::{Layer, pack};

/// Runs in the worker, and in the page if there can be no worker.
const ENGINE: &[&str] = &[
    include_str!("page/random.js"),
    include_str!("page/network.js"),
    include_str!("page/painter.js"),
];

const APP: &[&str] = &[
    include_str!("page/workshop.js"),
    include_str!("page/png.js"),
    include_str!("page/command.js"),
    include_str!("page/grid.js"),
    include_str!("page/stage.js"),
    include_str!("page/app.js"),
];

/// A generator, and what its page says of it.
#[derive(Clone, Copy, Debug)]
pub struct Demo<'a> {
    /// The generator.
    pub weights: &'a GeneratorWeights,
    /// The heading of the page.
    pub name: &'a str,
    /// The fingerprint of the generator.
    pub fingerprint: &'a str,
    /// Training steps; 0 if unknown.
    pub steps: u64,
    /// The model as a shell argument, for the commands that the page shows.
    pub path: &'a str,
    /// Flags that select this generator of the model, such as `--raw`; empty if there are none.
    pub flags: &'a str,
    /// The program and its version, for the images that are saved.
    pub software: &'a str,
}

/// Why there is no page.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum DemoError {
    /// A weight or bias is not finite once batch norm is folded in.
    #[error("{0} is too large with batch norm folded in, so the generator gives no images")]
    NotFinite(String),
}

/// What the scripts read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Model<'a> {
    name: &'a str,
    fingerprint: &'a str,
    steps: u64,
    path: &'a str,
    /// The path with its flags.
    model: String,
    software: &'a str,
    image_size: usize,
    channels: usize,
    nz: usize,
    layers: Vec<Layer>,
}

impl Demo<'_> {
    /// The page, as the text of an HTML file.
    ///
    /// # Errors
    /// If the generator has weights that give no image.
    pub fn page(&self) -> Result<String, DemoError> {
        let (layers, weights) = pack(self.weights)?;
        let config = &self.weights.config;
        let model = Model {
            name: self.name,
            fingerprint: self.fingerprint,
            steps: self.steps,
            path: self.path,
            model: format!("{} {}", self.path, self.flags).trim_end().to_owned(),
            software: self.software,
            image_size: config.image_size,
            channels: config.channels,
            nz: config.nz,
            layers,
        };
        let model = serde_json::to_string(&model).expect("texts and numbers can be written");
        let [engine, app] = [ENGINE, APP].map(|files| without_returns(&files.join("\n")));
        let style = without_returns(include_str!("page/style.css"));
        let parts = [
            ("version", escaped(self.software.trim_start_matches("dcgan "))),
            ("policy", policy(&[&engine, &app], &style)),
            ("title", escaped(self.name)),
            ("facts", escaped(&self.facts())),
            // A closing tag in a name would end the element.
            ("model", model.replace('<', "\\u003c")),
            ("weights", weights),
            ("worker", without_returns(include_str!("page/worker.js"))),
            ("engine", engine),
            ("app", app),
            ("style", style),
        ];
        Ok(fill(&without_returns(include_str!("page/page.html")), &parts))
    }

    fn facts(&self) -> String {
        let config = &self.weights.config;
        let colours = match config.channels {
            1 => "grey",
            3 => "colour",
            _ => "colour with transparency",
        };
        let side = config.image_size;
        let mut facts = format!("{side} × {side} pixels, {colours}");
        facts.push_str(&format!(" · {} weights", thousands(self.weights.theta.len() as u64)));
        if self.steps > 0 {
            facts.push_str(&format!(" · {} training steps", thousands(self.steps)));
        }
        facts + &format!(" · model {}", self.fingerprint)
    }
}

/// A checkout may have other line ends, which a browser takes away before it hashes a script.
fn without_returns(text: &str) -> String {
    text.replace('\r', "")
}

/// A number with commas between groups of three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests;
