//! Defaults that depend on the images.

use dcgan_data::{Source, Survey};

use super::{Config, Recipe, Settings};

/// Number of synthetic images.
pub(crate) const SYNTHETIC: usize = 4096;

/// Passes over the synthetic images, so that a first run takes minutes.
const SYNTHETIC_EPOCHS: u64 = 16;

/// The default number of passes over a dataset, as in the original article, unless that makes too few steps or
/// too many.
const EPOCHS: u64 = 300;

/// The fewest images that D sees by default: the networks start from noise whatever the size of the dataset. A small
/// one would otherwise be passed 300 times in so few steps that its samples are still grey.
const MIN_IMAGES_SEEN: u64 = 256_000;

/// The most images that D sees by default: about 300 epochs over 3,000 images, half an hour on two processors.
const MAX_IMAGES_SEEN: u64 = 960_000;

/// The smallest batch by default. Batch normalisation needs some images for its statistics, and the generated
/// half of a batch differs even where there are fewer real images than that.
const MIN_BATCH: usize = 16;

/// Images that D sees between sample grids, at least: about ten seconds.
const SAMPLE_IMAGES: u64 = 6_400;

/// Images that D sees between checkpoints, at least: about a minute.
const CHECKPOINT_IMAGES: u64 = 32_000;

impl Settings {
    /// The defaults of a recipe for images that `survey` found at `source`, without those of [`Self::complete`].
    pub(super) fn defaults(recipe: Recipe, source: &Source, survey: Survey) -> Self {
        let synthetic = matches!(source, Source::Synthetic { .. });
        let usual = Self::default();
        let config = recipe.of(usual.config);
        Self {
            sample_every: if synthetic { 1 } else { usual.sample_every },
            recipe: Some(recipe),
            config: Config {
                image_size: survey.default_image_size(),
                channels: survey.channels,
                batch_size: default_batch_size(config.batch_size, survey.images),
                ..config
            },
            ..usual
        }
    }

    /// Adds the length of the run and the intervals in epochs that were not given. An epoch over a small set is a
    /// step or two, so they depend on the number of images.
    pub(super) fn complete(
        &mut self,
        source: &Source,
        survey: Survey,
        given: impl Fn(&str) -> bool,
    ) {
        let synthetic = matches!(source, Source::Synthetic { .. });
        let images = survey.images.max(1) as u64;
        if self.epochs.is_none() && self.steps.is_none() {
            let (fewest, most) =
                (MIN_IMAGES_SEEN.div_ceil(images), MAX_IMAGES_SEEN.div_ceil(images));
            let epochs = EPOCHS.clamp(fewest, most);
            self.epochs = Some(if synthetic { SYNTHETIC_EPOCHS } else { epochs });
        }
        if synthetic {
            return;
        }
        let at_least = |epochs: u64, seen: u64| epochs.max(seen / images);
        if !given("sample_every") {
            self.sample_every = at_least(self.sample_every, SAMPLE_IMAGES);
        }
        if !given("checkpoint_every") {
            self.checkpoint_every = at_least(self.checkpoint_every, CHECKPOINT_IMAGES);
        }
    }
}

/// The usual batch size, or for fewer images the largest power of two that they fill, but at least [`MIN_BATCH`].
fn default_batch_size(usual: usize, images: usize) -> usize {
    let filled = images.checked_ilog2().map_or(1, |log| 1 << log);
    filled.clamp(MIN_BATCH, usual)
}
