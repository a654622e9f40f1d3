use std::path::PathBuf;

use crate::kernel_choice::{Conv, Simd};
use crate::memory_limit::MemoryLimit;
use crate::retention::Retention;

use super::{OnDivergence, Watching};

/// What a caller asks of a run. What is not given follows from the images, or from the run that is resumed.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A folder of images, an .npy array or an IDX file; by default the built-in cats.
    pub data: Option<PathBuf>,
    /// The folder of the run; by default `runs/NAME-001`, after the data.
    pub out: Option<PathBuf>,
    /// Whether a run may be resumed with other images than it was started with.
    pub allow_data_change: bool,
    /// Passes over the dataset.
    pub epochs: Option<u64>,
    /// Training steps, instead of epochs.
    pub steps: Option<u64>,
    /// Images in a step.
    pub batch_size: Option<usize>,
    /// Memory for the images. The others are in a file in the folder of the run.
    pub memory_limit: MemoryLimit,
    /// Side of the images in pixels: 16, 32, 64, 128 or 256.
    pub image_size: Option<usize>,
    /// 1 (grey), 3 (RGB) or 4 (RGBA).
    pub channels: Option<usize>,
    /// Length of a latent.
    pub nz: Option<usize>,
    /// Channels of the generator's last hidden layer.
    pub ngf: Option<usize>,
    /// Channels of the discriminator's first layer.
    pub ndf: Option<usize>,
    /// Learning rate of Adam.
    pub lr: Option<f64>,
    /// β₁ of Adam.
    pub beta1: Option<f64>,
    /// The seed of all random numbers.
    pub seed: Option<u64>,
    /// Epochs between grids of samples.
    pub sample_every: Option<u64>,
    /// Epochs between checkpoints.
    pub checkpoint_every: Option<u64>,
    /// Which checkpoints are kept.
    pub keep: Option<Retention>,
    /// Steps between lines of the log.
    pub log_every: Option<u64>,
    /// Whether the training is monitored.
    pub watch: Option<Watching>,
    /// What to do when training diverges.
    pub on_divergence: Option<OnDivergence>,
    /// The algorithm of convolutions.
    pub conv: Option<Conv>,
    /// The vector instructions of the kernels.
    pub simd: Option<Simd>,
}
