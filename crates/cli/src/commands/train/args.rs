use std::path::PathBuf;

use dcgan_run::{MemoryLimit, OnDivergence, Options, Retention, Watching};

use crate::backend;
use crate::values::{any, at_least_one, integer, one_of};

/// The largest seed that a configuration file can contain.
const LAST_SEED: u64 = i64::MAX as u64;

const EXAMPLES: &str = "\
Examples:
  dcgan train
  dcgan train --data flowers --out runs/flowers --keep last=3,best=1
  dcgan train --out runs/flowers --resume --epochs 600";

/// `dcgan train`. What is not given follows from the images, or from the run that is resumed.
///
/// The hidden aliases are the spellings of PyTorch's DCGAN example.
#[derive(Debug, Default, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder of images, .npy array or IDX file [default: built-in synthetic cats]
    #[arg(long, alias = "dataroot", value_name = "PATH", help_heading = "Data")]
    pub(crate) data: Option<PathBuf>,
    /// Resume although the images have changed since the run was started
    #[arg(long, requires = "resume", help_heading = "Data")]
    pub(crate) allow_data_change: bool,
    /// Memory budget for the dataset, such as 500MB or 4GiB; anything larger is cached on disk and memory-mapped. Does not affect results
    #[arg(long, value_name = "BYTES", default_value = "2GiB", help_heading = "Data")]
    pub(crate) memory_limit: MemoryLimit,

    /// Number of passes over the dataset [default: enough for 15,000 steps, capped at 300; 16 for the built-in cats]
    #[arg(long, alias = "niter", value_name = "N", value_parser = at_least_one, help_heading = "Training")]
    pub(crate) epochs: Option<u64>,
    /// Number of training steps, instead of --epochs
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with = "epochs", help_heading = "Training")]
    pub(crate) steps: Option<u64>,
    /// Images per step [default: 64; 32 for the built-in cats]
    #[arg(long, alias = "batchSize", value_name = "N", value_parser = any, help_heading = "Training")]
    pub(crate) batch_size: Option<usize>,
    /// Resume the run in --out from its newest checkpoint
    #[arg(long, requires = "out", help_heading = "Training")]
    pub(crate) resume: bool,
    /// Seed of all random numbers; the same seed gives the same run [default: 42]
    #[arg(long, alias = "manualSeed", value_name = "N", value_parser = integer(0, LAST_SEED), help_heading = "Training")]
    pub(crate) seed: Option<u64>,
    /// Number of threads; does not affect results [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Training")]
    pub(crate) threads: Option<usize>,

    /// Side of the images in pixels: 16, 32, 64, 128 or 256 [default: 64, or less for smaller images]
    #[arg(long, alias = "imageSize", value_name = "PIXELS", value_parser = any, help_heading = "Model")]
    pub(crate) image_size: Option<usize>,
    /// Colour channels: 1 (grey), 3 (RGB) or 4 (RGBA) [default: 1 if all images are grey, else 3]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    pub(crate) channels: Option<usize>,
    /// Length of the latent vector [default: 100]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    pub(crate) nz: Option<usize>,
    /// Channels of the generator's last hidden layer [default: 32]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    pub(crate) ngf: Option<usize>,
    /// Channels of the discriminator's first layer [default: 32]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    pub(crate) ndf: Option<usize>,

    /// Learning rate of Adam [default: 0.0002]
    #[arg(long, value_name = "RATE", help_heading = "Optimizer")]
    pub(crate) lr: Option<f64>,
    /// Beta1 of Adam [default: 0.5]
    #[arg(long, value_name = "BETA", help_heading = "Optimizer")]
    pub(crate) beta1: Option<f64>,

    /// Output folder of the run [default: runs/NAME-001, named after the data]
    #[arg(long, alias = "outf", value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Epochs between sample grids [default: 10; 1 for the built-in cats]
    #[arg(long, value_name = "EPOCHS", value_parser = at_least_one, help_heading = "Output")]
    pub(crate) sample_every: Option<u64>,
    /// Epochs between checkpoints [default: 10]
    #[arg(long, value_name = "EPOCHS", value_parser = at_least_one, help_heading = "Output")]
    pub(crate) checkpoint_every: Option<u64>,
    /// Checkpoint retention: last=N keeps the N newest, every=N one every N epochs permanently, best=N the N with the best samples (by SWD, about a second each) [default: last=3]
    #[arg(long, value_name = "last=N,every=EPOCHS,best=N", help_heading = "Output")]
    pub(crate) keep: Option<Retention>,
    /// Steps between lines of log.jsonl [default: 10]
    #[arg(long, value_name = "STEPS", value_parser = at_least_one, help_heading = "Output")]
    pub(crate) log_every: Option<u64>,

    /// Warn of failure modes such as mode collapse, on the screen and in events.jsonl [default: on]
    #[arg(
        long,
        value_name = "ON|OFF",
        value_parser = one_of::<Watching, 2>([("on", ""), ("off", "")]),
        hide_possible_values = true,
        help_heading = "Monitoring"
    )]
    pub(crate) watch: Option<Watching>,
    /// What to do when training diverges (NaN or infinity): stop with exit code 3, or roll back to the last checkpoint and retry with different latents, up to three times [default: stop]
    #[arg(
        long,
        value_name = "STOP|ROLLBACK",
        value_parser = one_of::<OnDivergence, 2>([("stop", ""), ("rollback", "")]),
        hide_possible_values = true,
        help_heading = "Monitoring"
    )]
    pub(crate) on_divergence: Option<OnDivergence>,

    #[command(flatten)]
    pub(crate) backend: backend::Args,
}

impl Args {
    /// What is asked of the run.
    pub(crate) fn options(&self) -> Options {
        Options {
            data: self.data.clone(),
            out: self.out.clone(),
            allow_data_change: self.allow_data_change,
            epochs: self.epochs,
            steps: self.steps,
            batch_size: self.batch_size,
            memory_limit: self.memory_limit,
            image_size: self.image_size,
            channels: self.channels,
            nz: self.nz,
            ngf: self.ngf,
            ndf: self.ndf,
            lr: self.lr,
            beta1: self.beta1,
            seed: self.seed,
            sample_every: self.sample_every,
            checkpoint_every: self.checkpoint_every,
            keep: self.keep,
            log_every: self.log_every,
            watch: self.watch,
            on_divergence: self.on_divergence,
            conv: self.backend.conv,
            simd: self.backend.simd,
        }
    }
}
