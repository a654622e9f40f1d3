//! Defaults that depend on the images.

use dcgan_data::{Source, Survey};

use super::{Config, Recipe, Settings};

/// Number of synthetic images.
pub(crate) const SYNTHETIC: usize = 4096;

/// Passes over the synthetic images, so that a first run takes minutes.
const SYNTHETIC_EPOCHS: u64 = 16;

/// Batch size for the synthetic images. Half the usual one gives twice as many steps in the same time, and
/// early in a run the number of steps matters most.
const SYNTHETIC_BATCH: usize = 32;

/// The default number of passes over a dataset, as in the original article, unless that makes too few steps or
/// too many.
const EPOCHS: u64 = 300;

/// The fewest steps by default: the networks start from noise whatever the number of images, and the built-in
/// cats take half as many to become recognisable. A small set would otherwise be passed 300 times in so few that
/// its samples are still grey.
const MIN_STEPS: u64 = 4_000;

/// The most steps by default: about 300 epochs over 3,000 images, half an hour on two processors.
const MAX_STEPS: u64 = 15_000;

/// The smallest batch by default. Batch normalisation needs some images for its statistics, and the generated
/// half of a batch differs even where there are fewer real images than that.
const MIN_BATCH: usize = 16;

/// Steps between sample grids, at least: about ten seconds.
const SAMPLE_STEPS: u64 = 100;

/// Steps between checkpoints, at least: about a minute.
const CHECKPOINT_STEPS: u64 = 500;

impl Settings {
    /// The defaults of a recipe for images that `survey` found at `source`, without those of [`Self::complete`].
    pub(super) fn defaults(recipe: Recipe, source: &Source, survey: Survey) -> Self {
        let synthetic = matches!(source, Source::Synthetic { .. });
        let usual = Self::default();
        Self {
            sample_every: if synthetic { 1 } else { usual.sample_every },
            recipe: Some(recipe),
            config: Config {
                image_size: survey.default_image_size(),
                channels: survey.channels,
                batch_size: match synthetic {
                    true => SYNTHETIC_BATCH,
                    false => default_batch_size(usual.config.batch_size, survey.images),
                },
                ..recipe.of(usual.config)
            },
            ..usual
        }
    }

    /// Adds the length of the run and the intervals in epochs that were not given. They depend on the batch
    /// size, because an epoch over a small set is a step or two.
    pub(super) fn complete(
        &mut self,
        source: &Source,
        survey: Survey,
        given: impl Fn(&str) -> bool,
    ) {
        let synthetic = matches!(source, Source::Synthetic { .. });
        let (images, batch) = (survey.images.max(1) as u64, self.config.batch_size.max(1) as u64);
        if self.epochs.is_none() && self.steps.is_none() {
            let for_steps = |steps: u64| (steps * batch).div_ceil(images);
            let epochs = EPOCHS.clamp(for_steps(MIN_STEPS), for_steps(MAX_STEPS));
            self.epochs = Some(if synthetic { SYNTHETIC_EPOCHS } else { epochs });
        }
        if synthetic {
            return;
        }
        let at_least = |epochs: u64, steps: u64| epochs.max(steps * batch / images);
        if !given("sample_every") {
            self.sample_every = at_least(self.sample_every, SAMPLE_STEPS);
        }
        if !given("checkpoint_every") {
            self.checkpoint_every = at_least(self.checkpoint_every, CHECKPOINT_STEPS);
        }
    }
}

/// The usual batch size, or for fewer images the largest power of two that they fill, but at least [`MIN_BATCH`].
fn default_batch_size(usual: usize, images: usize) -> usize {
    let filled = images.checked_ilog2().map_or(1, |log| 1 << log);
    filled.clamp(MIN_BATCH, usual)
}
