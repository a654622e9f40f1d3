//! How generated images were made, stored as text in their PNG files: enough to regenerate them.
//!
//! Such a file has two `tEXt` chunks: `Software`, with the program and its version, and `dcgan`, which is JSON:
//!
//! ```text
//! {"format":1,"model":"fe86a8999c5c","steps":1200,"columns":8,"padding":2,"tiles":[{"seeds":{"first":0,"last":63}}]}
//! ```
//!
//! | field | meaning |
//! |---|---|
//! | `format` | the version of this text's format |
//! | `model` | the generator's [`Fingerprint`](dcgan_gan::Fingerprint) |
//! | `steps` | training steps of the model; 0 if unknown, as after an import |
//! | `columns` | images in a row; 1 for a single image |
//! | `padding` | black pixels around each image; 0 around a single one |
//! | `tiles` | the latents of the images, row by row: a list of [`Tiles`] |
//! | `truncation` | the factor of all latents, from 0 to 1; absent if it is 1 |
//! | `scale` | the side of the square in which each pixel is shown; absent if it is 1 |
//!
//! ```text
//! {"seeds":{"first":0,"last":63}}
//! {"blend":{"from":3,"to":8,"frames":16,"first":0,"last":15}}
//! {"array":{"first":0,"last":1,"nz":2,"floats":"AACAPwAAAEAAAEBAAACAQA=="}}
//! {"mix":{"expression":"3 - 8 + 15"}}
//! ```
//!
//! The format is 1, which every version reads, unless an image is a mix, truncated, or enlarged: then it is 2.
//!
//! An image that no model generated, such as the plot of the losses, says instead what it shows:
//!
//! ```text
//! {"format":1,"illustration":"losses"}
//! ```
//!
//! An animated PNG says with which arguments of `dcgan interpolate` it was made:
//!
//! ```text
//! {"format":2,"animation":{"model":"fe86a8999c5c","steps":1200,"arguments":"--seeds 3,8 --frames 16"}}
//! ```
//!
//! By the keyword this program recognises its own images, which are never data ([`dcgan_data::own_files`]).
//! The text contains no date, so identical images have identical files.

mod contents;
mod maker;
mod mix;
mod tiles;

use dcgan_gan::latent;
use serde::{Deserialize, Serialize};

use crate::canvas::{Canvas, PADDING};
use crate::origin::Program;
use crate::run_error::{Result, RunError};

use contents::texts;
pub use contents::{Animation, Contents, Illustration};
pub use maker::Maker;
pub use mix::Mix;
pub use tiles::Tiles;

/// The newest format.
const FORMAT: u32 = 2;

/// The format of images that older versions can make too.
const FIRST_FORMAT: u32 = 1;

/// The largest side of the square in which a pixel is shown.
pub const MAX_SCALE: u16 = 32;

/// Memory for decoding in addition to twice the size of the file.
const ROOM: usize = 1 << 20;

/// Which model generated the images of a file, and from which latents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    format: u32,
    /// The model.
    #[serde(flatten)]
    pub maker: Maker,
    /// Images in a row.
    pub columns: u64,
    /// Black pixels around each image.
    pub padding: u64,
    /// The latents of the images, row by row.
    pub tiles: Vec<Tiles>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truncation: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale: Option<u16>,
}

impl Provenance {
    fn new(maker: Maker, columns: u64, padding: u64, tiles: Vec<Tiles>) -> Self {
        let made =
            Self { format: FORMAT, maker, columns, padding, tiles, truncation: None, scale: None };
        made.with_format()
    }

    /// With all latents multiplied by `psi`, from 0 to 1.
    #[must_use]
    pub fn truncated(self, psi: f64) -> Self {
        Self { truncation: Some(psi).filter(|&psi| psi != 1.0), ..self }.with_format()
    }

    /// With each pixel as a square of `scale` × `scale`.
    #[must_use]
    pub fn enlarged(self, scale: u16) -> Self {
        Self { scale: Some(scale).filter(|&scale| scale != 1), ..self }.with_format()
    }

    /// With the oldest format that has what it needs.
    fn with_format(self) -> Self {
        let is_mixed = || self.tiles.iter().any(|tiles| matches!(tiles, Tiles::Mix { .. }));
        let is_new = self.truncation.is_some() || self.scale.is_some() || is_mixed();
        Self { format: if is_new { FORMAT } else { FIRST_FORMAT }, ..self }
    }

    /// The factor of all latents.
    #[must_use]
    pub fn truncation(&self) -> f64 {
        self.truncation.unwrap_or(1.0)
    }

    /// The side of the square in which each pixel is shown.
    #[must_use]
    pub fn scale(&self) -> u16 {
        self.scale.unwrap_or(1)
    }

    /// The provenance of the `i`-th image alone, counted row by row from 0; `None` if there are fewer.
    #[must_use]
    pub fn only(&self, i: u64) -> Option<Self> {
        let mut before = 0;
        let tiles = self.tiles.iter().find_map(|tiles| {
            let at = i.checked_sub(before)?;
            before += tiles.len();
            tiles.only(at)
        })?;
        Some(self.maker.single(tiles).truncated(self.truncation()).enlarged(self.scale()))
    }

    /// The same latents with this model. If the model is unchanged, what is known about it is kept.
    #[must_use]
    pub fn with_maker(self, maker: Maker) -> Self {
        let maker = if maker.model == self.maker.model { self.maker } else { maker };
        Self { maker, ..self }
    }

    /// Number of images.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.tiles.iter().map(Tiles::len).sum()
    }

    /// Rows of images.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.count().div_ceil(self.columns)
    }

    /// The latents of all images, for a generator with latents of length `nz`.
    ///
    /// # Errors
    /// If some latents come from an array and have a different length.
    pub fn latents(&self, nz: usize) -> Result<Vec<f32>> {
        let mut latents = Vec::new();
        for tiles in &self.tiles {
            latents.extend(tiles.latents(nz)?);
        }
        latent::truncate(&mut latents, self.truncation());
        Ok(latents)
    }

    /// Encodes an image with this provenance as a PNG file, written by `program`.
    ///
    /// # Errors
    /// If the encoder fails.
    pub fn png(&self, image: &Canvas, program: Program) -> Result<Vec<u8>> {
        image.png(self.texts(program)?)
    }

    /// The texts of the file: (keyword, text).
    pub(crate) fn texts(&self, program: Program) -> Result<[(String, String); 2]> {
        texts(program, self)
    }

    /// Reads the provenance from a PNG file, and the name of the program that wrote it.
    ///
    /// # Errors
    /// If it is not a PNG file, or its provenance is missing or invalid.
    pub fn read(bytes: &[u8]) -> Result<(Self, String)> {
        match Contents::read(bytes)? {
            (Contents::Generated(made), software) => Ok((made, software)),
            (Contents::Illustration(illustration), _) => {
                Err(RunError::failed(format!("it shows {illustration}: no model generated it")))
            }
            (Contents::Animation(Animation { arguments, .. }), _) => {
                Err(RunError::failed(format!(
                    "it is an animation; make it again with: dcgan interpolate MODEL {arguments} --out FILE.apng"
                )))
            }
        }
    }

    /// Checks that it can belong to an image with this number of pixels.
    pub(crate) fn check(&self, pixels: u64) -> Result<(), String> {
        let mut count: u64 = 0;
        for tiles in &self.tiles {
            tiles.check()?;
            count = count.saturating_add(tiles.len());
        }
        let alone = count == 1 && self.padding == 0;
        if !alone && self.padding != PADDING as u64 || !(1..=count).contains(&self.columns) {
            let Self { columns, padding, .. } = self;
            return Err(format!("{count} images in rows of {columns}, {padding} pixels apart"));
        }
        if count > pixels {
            return Err(format!("{count} images in {pixels} pixels"));
        }
        if !(self.truncation() > 0.0 && self.truncation() <= 1.0) {
            return Err(format!("latents multiplied by {}", self.truncation()));
        }
        if !(1..=MAX_SCALE).contains(&self.scale()) {
            return Err(format!("pixels enlarged {} times", self.scale()));
        }
        Ok(())
    }
}
