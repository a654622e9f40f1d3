//! Defaults that depend on the images.

use dcgan_data::{Source, Survey};

use super::{Config, Settings};

/// Number of synthetic images.
pub(crate) const SYNTHETIC: usize = 4096;

/// Passes over the synthetic images, so that a first run takes minutes.
const SYNTHETIC_EPOCHS: u64 = 16;

/// Batch size for the synthetic images. Half the usual one gives twice as many steps in the same time, and
/// early in a run the number of steps matters most.
const SYNTHETIC_BATCH: usize = 32;

/// The largest default number of passes over a dataset, as in the original article.
const MAX_EPOCHS: u64 = 300;

/// Roughly the number of steps in 300 epochs over 3,000 images.
const STEPS: u64 = 15_000;

impl Settings {
    /// The defaults for images that `survey` found at `source`, without the length of the run.
    pub(super) fn defaults(source: &Source, survey: Survey) -> Self {
        let synthetic = matches!(source, Source::Synthetic { .. });
        let usual = Self::default();
        Self {
            sample_every: if synthetic { 1 } else { usual.sample_every },
            config: Config {
                image_size: survey.default_image_size(),
                channels: survey.channels,
                batch_size: if synthetic { SYNTHETIC_BATCH } else { usual.config.batch_size },
                ..usual.config
            },
            ..usual
        }
    }

    /// Number of epochs for about [`STEPS`] steps.
    pub(super) fn default_epochs(&self, source: &Source, survey: Survey) -> u64 {
        if matches!(source, Source::Synthetic { .. }) {
            return SYNTHETIC_EPOCHS;
        }
        let images_used = STEPS * self.config.batch_size as u64;
        images_used.div_ceil(survey.images.max(1) as u64).clamp(1, MAX_EPOCHS)
    }
}
