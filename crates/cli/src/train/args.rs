use std::path::PathBuf;

use clap::value_parser;

use super::diverged::OnDivergence;
use super::keep::Keep;
use super::memory_limit::MemoryLimit;
use super::words::Watching;
use crate::method;

/// The largest seed that a configuration file can hold.
const LAST_SEED: u64 = i64::MAX as u64;

/// `dcgan train`. What is not given follows from the pictures, or from the run that goes on.
///
/// The hidden aliases are the spellings of torch's DCGAN example.
#[derive(Debug, Default, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// A folder of pictures, an .npy array or an IDX file [default: built-in drawn cats]
    #[arg(long, alias = "dataroot", value_name = "PATH", help_heading = "What")]
    pub(crate) data: Option<PathBuf>,
    /// The folder of the run [default: runs/NAME-001, after the data]
    #[arg(long, alias = "outf", value_name = "DIR", help_heading = "What")]
    pub(crate) out: Option<PathBuf>,
    /// Go on with the run in --out from its newest checkpoint
    #[arg(long, requires = "out", help_heading = "What")]
    pub(crate) resume: bool,
    /// Resume although the pictures are not the ones that the run began with
    #[arg(long, requires = "resume", help_heading = "What")]
    pub(crate) allow_data_change: bool,

    /// Times that every picture is shown [default: as many as make 15,000 steps, at most 300; 16 for the built-in cats]
    #[arg(long, alias = "niter", value_name = "N", value_parser = value_parser!(u64).range(1..), help_heading = "How long")]
    pub(crate) epochs: Option<u64>,
    /// Steps, instead of epochs
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..), conflicts_with = "epochs", help_heading = "How long")]
    pub(crate) steps: Option<u64>,
    /// Pictures in a step [default: 64; 32 for the built-in cats]
    #[arg(long, alias = "batchSize", value_name = "N", help_heading = "How long")]
    pub(crate) batch_size: Option<usize>,
    /// Threads to work on; the result does not depend on it [default: one for each processor]
    #[arg(long, value_name = "N", help_heading = "How long")]
    pub(crate) threads: Option<usize>,

    /// Memory for the pictures, such as 500MB or 4GiB; more of them go to a file in the folder of the run, from which they come as they are needed. The result does not depend on it
    #[arg(long, value_name = "BYTES", default_value = "2GiB", help_heading = "How long")]
    pub(crate) memory_limit: MemoryLimit,

    /// Side of a picture: 16, 32, 64, 128 or 256 [default: 64, or less for smaller pictures]
    #[arg(long, alias = "imageSize", value_name = "PIXELS", help_heading = "The networks")]
    pub(crate) image_size: Option<usize>,
    /// 1 grey, 3 colour, 4 with transparency [default: 1 if all pictures are grey, else 3]
    #[arg(long, value_name = "N", help_heading = "The networks")]
    pub(crate) channels: Option<usize>,
    /// Length of a latent [default: 100]
    #[arg(long, value_name = "N", help_heading = "The networks")]
    pub(crate) nz: Option<usize>,
    /// Channels of the generator's last hidden layer [default: 32]
    #[arg(long, value_name = "N", help_heading = "The networks")]
    pub(crate) ngf: Option<usize>,
    /// Channels of the discriminator's first layer [default: 32]
    #[arg(long, value_name = "N", help_heading = "The networks")]
    pub(crate) ndf: Option<usize>,

    /// Learning rate of Adam [default: 0.0002]
    #[arg(long, value_name = "RATE", help_heading = "The learning")]
    pub(crate) lr: Option<f64>,
    /// Beta1 of Adam [default: 0.5]
    #[arg(long, value_name = "BETA", help_heading = "The learning")]
    pub(crate) beta1: Option<f64>,
    /// Where all randomness starts; the same seed gives the same run [default: 42]
    #[arg(long, alias = "manualSeed", value_name = "N", value_parser = value_parser!(u64).range(..=LAST_SEED), help_heading = "The learning")]
    pub(crate) seed: Option<u64>,

    /// Epochs from one grid of samples to the next [default: 10; 1 for the built-in cats]
    #[arg(long, value_name = "EPOCHS", value_parser = value_parser!(u64).range(1..), help_heading = "What is kept")]
    pub(crate) sample_every: Option<u64>,
    /// Epochs from one checkpoint to the next [default: 10]
    #[arg(long, value_name = "EPOCHS", value_parser = value_parser!(u64).range(1..), help_heading = "What is kept")]
    pub(crate) checkpoint_every: Option<u64>,
    /// Checkpoints that stay: the last few, with every=EPOCHS those of such epochs for good, and with best=N those whose pictures are nearest to real ones; measuring that takes a second or so each time [default: last=3]
    #[arg(long, value_name = "last=N,every=EPOCHS,best=N", help_heading = "What is kept")]
    pub(crate) keep: Option<Keep>,
    /// Steps from one line of log.jsonl to the next [default: 10]
    #[arg(long, value_name = "STEPS", value_parser = value_parser!(u64).range(1..), help_heading = "What is kept")]
    pub(crate) log_every: Option<u64>,

    /// Whether to warn when a run no longer learns, on the screen and in events.jsonl [default: on]
    #[arg(
        long,
        value_enum,
        value_name = "ON|OFF",
        hide_possible_values = true,
        help_heading = "What is watched"
    )]
    pub(crate) watch: Option<Watching>,
    /// When a number is none any more (NaN, infinity): stop, with exit code 3, or rollback to the last checkpoint and on with other latents, at most three times [default: stop]
    #[arg(
        long,
        value_enum,
        value_name = "STOP|ROLLBACK",
        hide_possible_values = true,
        help_heading = "What is watched"
    )]
    pub(crate) on_divergence: Option<OnDivergence>,

    #[command(flatten)]
    pub(crate) method: method::Args,
}
