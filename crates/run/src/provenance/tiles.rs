use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dcgan_gan::numbers::Allowed;
use dcgan_gan::{Fingerprint, latent};
use serde::{Deserialize, Serialize};

use super::Mix;
use crate::run_error::{Result, RunError};

/// Consecutive images whose latents have one source. `first` and `last` are both included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the fields are described with their variants")]
pub enum Tiles {
    /// The seeds from `first` to `last`.
    Seeds { first: u64, last: u64 },
    /// Frames `first` to `last` of a blend from the latent of one seed to that of another, which are frames 0
    /// and `frames` − 1.
    Blend { from: u64, to: u64, frames: u64, first: u64, last: u64 },
    /// Rows `first` to `last` of an array that the user supplied: little-endian f32, `nz` per row, in Base64.
    Array { first: u64, last: u64, nz: u64, floats: String },
    /// One image of sums and differences of the latents of seeds.
    Mix { expression: Mix },
}

impl Tiles {
    /// Seeds in this order; consecutive seeds share an entry.
    #[must_use]
    pub fn from_seeds(seeds: &[u64]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for &seed in seeds {
            match all.last_mut() {
                Some(Self::Seeds { last, .. }) if last.checked_add(1) == Some(seed) => *last = seed,
                _ => all.push(Self::Seeds { first: seed, last: seed }),
            }
        }
        all
    }

    /// Consecutive rows of an array, starting with row `first`.
    #[must_use]
    pub fn from_rows(first: usize, latents: &[f32], nz: usize) -> Self {
        let bytes: Vec<u8> = latents.iter().flat_map(|v| v.to_le_bytes()).collect();
        let (first, rows, nz) = (first as u64, (latents.len() / nz) as u64, nz as u64);
        Self::Array { first, last: first + rows - 1, nz, floats: STANDARD.encode(bytes) }
    }

    /// The blends from each seed to the next, with this number of frames each.
    #[must_use]
    pub fn from_blends(seeds: &[u64], frames: usize) -> Vec<Self> {
        let frames = frames as u64;
        let blend = |pair: &[u64]| {
            let (from, to) = (pair[0], pair[1]);
            Self::Blend { from, to, frames, first: 0, last: frames - 1 }
        };
        seeds.windows(2).map(blend).collect()
    }

    /// The first and the last seed, frame or row.
    fn ends(&self) -> (u64, u64) {
        match *self {
            Self::Seeds { first, last }
            | Self::Blend { first, last, .. }
            | Self::Array { first, last, .. } => (first, last),
            Self::Mix { .. } => (0, 0),
        }
    }

    /// Number of images; at least 1, even if a file contains invalid numbers.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> u64 {
        let (first, last) = self.ends();
        last.saturating_sub(first).saturating_add(1)
    }

    /// The `i`-th of them alone, counted from 0; `None` if there are fewer.
    #[must_use]
    pub fn only(&self, i: u64) -> Option<Self> {
        if i >= self.len() {
            return None;
        }
        let at = self.ends().0 + i;
        let mut only = self.clone();
        match &mut only {
            Self::Seeds { first, last } | Self::Blend { first, last, .. } => {
                (*first, *last) = (at, at);
            }
            Self::Array { nz, .. } => {
                let nz = *nz as usize;
                let floats = self.floats().ok()?;
                let row = floats.get(i as usize * nz..)?.get(..nz)?;
                only = Self::from_rows(at as usize, row, nz);
            }
            Self::Mix { .. } => {}
        }
        Some(only)
    }

    /// The latents, for a generator with latents of length `nz`.
    ///
    /// # Errors
    /// If they come from an array and have a different length.
    pub fn latents(&self, nz: usize) -> Result<Vec<f32>> {
        match *self {
            Self::Seeds { first, last } => Ok(latent::from_seeds(first..=last, nz)),
            Self::Blend { from, to, frames, first, last } => {
                let (from, to) = (latent::from_seed(from, nz), latent::from_seed(to, nz));
                let end = (frames - 1) as f64;
                let blend = |i: u64| latent::slerp(&from, &to, i as f64 / end);
                Ok((first..=last).flat_map(blend).collect())
            }
            Self::Array { nz: length, .. } if length != nz as u64 => Err(RunError::failed(
                format!("its latents have {length} numbers, and this model's have {nz}"),
            )),
            Self::Array { .. } => self.floats().map_err(RunError::failed),
            Self::Mix { ref expression } => Ok(expression.latent(nz)),
        }
    }

    /// The floats of an array; empty for the others.
    fn floats(&self) -> Result<Vec<f32>, String> {
        let Self::Array { floats, .. } = self else { return Ok(Vec::new()) };
        let bytes = STANDARD.decode(floats).map_err(|e| format!("its latents: {e}"))?;
        let (floats, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(format!("its latents are {} bytes", bytes.len()));
        }
        let floats: Vec<f32> = floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        match Allowed::Finite.first_fault(&floats) {
            Some((at, fault)) => Err(format!("number {at} of its latents is {fault}")),
            None => Ok(floats),
        }
    }

    /// Whether its numbers are consistent.
    pub(super) fn check(&self) -> Result<(), String> {
        let (first, last) = self.ends();
        if first > last {
            return Err(format!("it goes from {first} to {last}"));
        }
        match *self {
            Self::Blend { frames, .. } if last >= frames || frames < 2 => {
                Err(format!("frame {last} of {frames}"))
            }
            Self::Array { nz, .. } => {
                let floats = self.floats()?.len() as u64;
                let needed = nz.checked_mul(self.len()).filter(|&n| n > 0);
                if needed != Some(floats) {
                    return Err(format!("{floats} floats for {} latents of {nz}", self.len()));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A description in one line, or one line per latent for an array, whose latents are identified by a hash.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        let (first, last) = self.ends();
        let range = |one: &str, end: &str| match first == last {
            true => format!("{one} {first}{end}"),
            false => format!("{one}s {first}{end} to {last}{end}"),
        };
        match self {
            Self::Seeds { .. } => vec![range("seed", "")],
            Self::Blend { from, to, frames, .. } => {
                let blend = range("blend", &format!("/{}", frames - 1));
                vec![format!("{blend} of the way from seed {from} to seed {to}")]
            }
            Self::Array { nz, .. } => {
                let floats = self.floats().unwrap_or_default();
                let rows = floats.chunks_exact((*nz as usize).max(1)).zip(first..);
                let hash = |row: &[f32]| Fingerprint::hash(row.iter().map(|v| v.to_le_bytes()));
                rows.map(|(row, i)| format!("row {i} of an array, latent {}", hash(row))).collect()
            }
            Self::Mix { expression } => vec![format!("seeds {expression}")],
        }
    }
}
