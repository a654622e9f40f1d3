//! How generated pictures were made, as a text in their PNG file: enough to make them again.
//!
//! Such a file has two `tEXt` chunks: `Software`, with the program and its version, and `dcgan`, which is JSON:
//!
//! ```text
//! {"format":1,"model":"fe86a8999c5c","steps":1200,"columns":8,"padding":2,"tiles":[{"seeds":{"first":0,"last":63}}]}
//! ```
//!
//! | field | what |
//! |---|---|
//! | `format` | of this text; a later one may mean something else |
//! | `model` | the generator's [`Fingerprint`] |
//! | `steps` | that it had been trained; 0 if that is not known, as after an import |
//! | `columns` | pictures in a row; 1 for a picture alone |
//! | `padding` | black pixels around each picture; 0 around one alone |
//! | `tiles` | the latents of the pictures, row by row: [`Tiles`] of each kind, one behind the other |
//!
//! ```text
//! {"seeds":{"first":0,"last":63}}
//! {"blend":{"from":3,"to":8,"frames":16,"first":0,"last":15}}
//! {"array":{"first":0,"last":1,"nz":2,"floats":"AACAPwAAAEAAAEBAAACAQA=="}}
//! ```
//!
//! There is no date in it: the same pictures are the same bytes.

mod tiles;

use std::io::Cursor;

use anyhow::{Result, anyhow, bail};
use dcgan_gan::{Fingerprint, State};
use png::{Decoder, Limits};
use serde::{Deserialize, Serialize};

use crate::canvas::PADDING;
use crate::code;

pub(crate) use tiles::Tiles;

/// The version of the text that this program writes.
const FORMAT: u32 = 1;

/// The keyword of the text.
const KEYWORD: &str = "dcgan";

/// Memory for what surrounds a text, on top of twice the size of the file.
const ROOM: usize = 1 << 20;

/// Which model made the pictures of a file, and from what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Provenance {
    format: u32,
    #[serde(flatten)]
    pub(crate) maker: Maker,
    pub(crate) columns: u64,
    pub(crate) padding: u64,
    pub(crate) tiles: Vec<Tiles>,
}

/// Whose generator makes pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Maker {
    pub(crate) model: Fingerprint,
    pub(crate) steps: u64,
}

impl Maker {
    pub(crate) fn of(state: &State) -> Self {
        Self { model: Fingerprint::of_generator(state), steps: state.step }
    }

    /// How it makes a picture alone.
    pub(crate) fn alone(self, tile: Tiles) -> Provenance {
        Provenance { format: FORMAT, maker: self, columns: 1, padding: 0, tiles: vec![tile] }
    }

    /// How it makes the pictures of a [`crate::canvas::Canvas::grid`].
    pub(crate) fn grid(self, columns: usize, tiles: Vec<Tiles>) -> Provenance {
        let count: u64 = tiles.iter().map(Tiles::len).sum();
        let (columns, padding) = ((columns as u64).min(count), PADDING as u64);
        Provenance { format: FORMAT, maker: self, columns, padding, tiles }
    }
}

/// The part of a text that every version has.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Provenance {
    /// Of one of these pictures alone, counted row by row from 0.
    pub(crate) fn only(&self, i: u64) -> Option<Self> {
        let mut before = 0;
        let tiles = self.tiles.iter().find_map(|tiles| {
            let at = i.checked_sub(before)?;
            before += tiles.len();
            tiles.only(at)
        })?;
        Some(self.maker.alone(tiles))
    }

    /// Of the same latents by this model; if it is the same, with what is known of it.
    pub(crate) fn by(self, maker: Maker) -> Self {
        let maker = if maker.model == self.maker.model { self.maker } else { maker };
        Self { maker, ..self }
    }

    /// Pictures.
    pub(crate) fn count(&self) -> u64 {
        self.tiles.iter().map(Tiles::len).sum()
    }

    /// Rows of pictures.
    pub(crate) fn rows(&self) -> u64 {
        self.count().div_ceil(self.columns)
    }

    /// The latents of all pictures, for a generator of latents of this length.
    pub(crate) fn latents(&self, nz: usize) -> Result<Vec<f32>> {
        let mut latents = Vec::new();
        for tiles in &self.tiles {
            latents.extend(tiles.latents(nz)?);
        }
        Ok(latents)
    }

    /// The texts of the file: (keyword, text).
    pub(crate) fn texts(&self) -> Result<[(String, String); 2]> {
        let software = ("Software".to_owned(), code::PROGRAM.to_owned());
        Ok([software, (KEYWORD.to_owned(), serde_json::to_string(self)?)])
    }

    /// What a PNG file tells, and which program wrote it.
    ///
    /// # Errors
    /// If it is no PNG file, or tells nothing, or nothing that makes sense.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, String)> {
        let limits = Limits { bytes: 2 * bytes.len() + ROOM };
        let decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
        let reader = decoder.read_info().map_err(|e| anyhow!("it is no PNG file ({e})"))?;
        let info = reader.info();
        let text = |keyword: &str| {
            let texts = &info.uncompressed_latin1_text;
            texts.iter().find(|text| text.keyword == keyword).map(|text| text.text.clone())
        };
        let Some(told) = text(KEYWORD) else {
            bail!(
                "it does not tell how it was made: it is no picture of dcgan, or was saved anew by a program that drops such texts"
            );
        };
        let software = text("Software").unwrap_or_default();
        let wrong = |why: String| anyhow!("what it tells of how it was made makes no sense: {why}");
        let Head { format } = serde_json::from_str(&told).map_err(|e| wrong(e.to_string()))?;
        if format > FORMAT {
            bail!(
                "it tells how it was made in format {format}, and this program reads up to format {FORMAT}; use a newer dcgan (it was written by {software})"
            );
        }
        let read: Self = serde_json::from_str(&told).map_err(|e| wrong(e.to_string()))?;
        read.check(u64::from(info.width) * u64::from(info.height)).map_err(wrong)?;
        Ok((read, software))
    }

    /// Whether it can be of a picture of so many pixels.
    fn check(&self, pixels: u64) -> Result<(), String> {
        let mut count: u64 = 0;
        for tiles in &self.tiles {
            tiles.check()?;
            count = count.saturating_add(tiles.len());
        }
        let alone = count == 1 && self.padding == 0;
        if !alone && self.padding != PADDING as u64 || !(1..=count).contains(&self.columns) {
            let Self { columns, padding, .. } = self;
            return Err(format!("{count} pictures in rows of {columns}, {padding} pixels apart"));
        }
        if count > pixels {
            return Err(format!("{count} pictures in {pixels} pixels"));
        }
        Ok(())
    }
}
