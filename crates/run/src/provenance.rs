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
//! | `model` | the generator's [`Fingerprint`] |
//! | `steps` | training steps of the model; 0 if unknown, as after an import |
//! | `columns` | images in a row; 1 for a single image |
//! | `padding` | black pixels around each image; 0 around a single one |
//! | `tiles` | the latents of the images, row by row: a list of [`Tiles`] |
//!
//! ```text
//! {"seeds":{"first":0,"last":63}}
//! {"blend":{"from":3,"to":8,"frames":16,"first":0,"last":15}}
//! {"array":{"first":0,"last":1,"nz":2,"floats":"AACAPwAAAEAAAEBAAACAQA=="}}
//! ```
//!
//! An image that no model generated, such as the plot of the losses, says instead what it shows:
//!
//! ```text
//! {"format":1,"illustration":"losses"}
//! ```
//!
//! By the keyword this program recognises its own images, which are never data ([`dcgan_data::own_files`]).
//! The text contains no date, so identical images have identical files.

mod contents;
mod tiles;

use dcgan_gan::{Fingerprint, GeneratorWeights};
use serde::{Deserialize, Serialize};

use crate::canvas::{Canvas, PADDING};
use crate::origin::Program;
use crate::run_error::{Result, RunError};

use contents::texts;
pub use contents::{Contents, Illustration};
pub use tiles::Tiles;

/// The format that is written.
const FORMAT: u32 = 1;

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
}

/// The model that generated images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Maker {
    /// The fingerprint of the generator.
    pub model: Fingerprint,
    /// Training steps, or 0 if unknown.
    pub steps: u64,
}

impl Maker {
    /// This generator, after this many steps of training.
    #[must_use]
    pub fn new(weights: &GeneratorWeights, steps: u64) -> Self {
        Self { model: Fingerprint::from_generator(weights), steps }
    }

    /// The provenance of a single image.
    #[must_use]
    pub fn single(self, tile: Tiles) -> Provenance {
        Provenance { format: FORMAT, maker: self, columns: 1, padding: 0, tiles: vec![tile] }
    }

    /// The provenance of a [`Canvas::grid`].
    #[must_use]
    pub fn grid(self, columns: usize, tiles: Vec<Tiles>) -> Provenance {
        let count: u64 = tiles.iter().map(Tiles::len).sum();
        let (columns, padding) = ((columns as u64).min(count), PADDING as u64);
        Provenance { format: FORMAT, maker: self, columns, padding, tiles }
    }
}

impl Provenance {
    /// The provenance of the `i`-th image alone, counted row by row from 0; `None` if there are fewer.
    #[must_use]
    pub fn only(&self, i: u64) -> Option<Self> {
        let mut before = 0;
        let tiles = self.tiles.iter().find_map(|tiles| {
            let at = i.checked_sub(before)?;
            before += tiles.len();
            tiles.only(at)
        })?;
        Some(self.maker.single(tiles))
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
        }
    }

    /// Checks that it can belong to an image with this number of pixels.
    fn check(&self, pixels: u64) -> Result<(), String> {
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
        Ok(())
    }
}
