use std::path::PathBuf;

use clap::{Command, Id};
use dcgan_gan::{Augment, Config, DNorm, Field, Objective, Upsample, Value};
use dcgan_run::{Device, MemoryLimit, OnDivergence, Recipe, Retention, Settings, Watching};
use serde::Serialize;

use crate::backend;
use crate::values::{any, at_least_one, integer, number, one_of};

/// The largest seed that a configuration file can contain.
const LAST_SEED: u64 = i64::MAX as u64;

const EXAMPLES: &str = "\
Examples:
  dcgan train
  dcgan train flowers --out runs/flowers --keep last=3,best=1
  dcgan train --resume runs/flowers --epochs 600
  dcgan train --resume";

/// `dcgan train`. What is not given is derived from the images, or taken from the run that is resumed.
#[derive(Debug, Default, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Images to train on, as with --data; with --resume, the folder of the run
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// Folder or archive of images, .npy array, IDX or CIFAR file [default: built-in synthetic cats]
    #[arg(long, value_name = "PATH", help_heading = "Data")]
    pub(super) data: Option<PathBuf>,
    /// Resume although the images have changed since the run was started
    #[arg(long, requires = "resume", help_heading = "Data")]
    pub(super) allow_data_change: bool,
    /// Memory budget for the dataset, such as 500MB or 4GiB; anything larger is cached on disk and memory-mapped. Does not affect results
    #[arg(long, value_name = "BYTES", default_value = "2GiB", help_heading = "Data")]
    pub(super) memory_limit: MemoryLimit,
    /// File of settings, such as the config.toml of a run; flags count more, and what is not a setting is ignored
    #[arg(long, value_name = "FILE.toml", conflicts_with = "resume", help_heading = "Training")]
    pub(super) config: Option<PathBuf>,
    /// Start from trained weights instead of random ones (fine-tuning): a run folder, a checkpoint, or weights from PyTorch (.pth or .safetensors). Their sizes are the defaults
    #[arg(long, value_name = "RUN_OR_FILE", conflicts_with = "resume", help_heading = "Training")]
    pub(super) from: Option<PathBuf>,
    #[command(flatten)]
    pub(super) settings: SettingFlags,

    /// Resume a run from its newest checkpoint [default: the newest run in runs]
    #[arg(long, help_heading = "Training")]
    pub(crate) resume: bool,
    /// Number of threads; does not affect results [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Training")]
    pub(crate) threads: Option<usize>,
    /// Output folder of the run [default: runs/NAME-001, named after the data]
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// Also write losses, evaluations and sample grids to DIR/NAME for TensorBoard, where NAME is that of the run; give it again with --resume
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) tensorboard: Option<PathBuf>,
}

/// The flags that are settings of the run, each under its name in `config.toml`. No other code refers to them by
/// name. [`with_defaults`] adds their defaults to the help, unless they depend on the images.
#[derive(Debug, Default, clap::Args, Serialize)]
#[group(skip)]
pub(super) struct SettingFlags {
    /// Defaults that work together: article, default, small (fewer than 500 images) or long (a night); other flags replace them one by one [default: small for fewer than 500 images]
    #[arg(
        long,
        value_name = "NAME",
        value_parser = one_of::<Recipe, 4>(Recipe::ALL.map(|(_, name)| name)),
        hide_possible_values = true,
        help_heading = "Training"
    )]
    recipe: Option<Recipe>,
    /// Number of passes over the dataset [default: 300, or as many as make 256,000 to 960,000 images; 16 for the built-in cats]
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Training")]
    epochs: Option<u64>,
    /// Number of training steps, instead of --epochs
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with = "epochs", help_heading = "Training")]
    steps: Option<u64>,
    /// Images per step [default: 16; 64 with --recipe article or long, or less for fewer images than that]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Training")]
    batch_size: Option<usize>,
    /// Seed of all random numbers; runs with the same seed and settings are identical
    #[arg(long, value_name = "N", value_parser = integer(0, LAST_SEED), help_heading = "Training")]
    seed: Option<u64>,
    /// Side of the images in pixels: 16, 32, 64, 128 or 256 [default: 64, or less for smaller images]
    #[arg(long, value_name = "PIXELS", value_parser = any, help_heading = "Model")]
    image_size: Option<usize>,
    /// Colour channels: 1 (grey), 3 (RGB) or 4 (RGBA) [default: 1 if all images are grey, else 3]
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    channels: Option<usize>,
    /// Length of the latent vector
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    nz: Option<usize>,
    /// Channels of the generator's last hidden layer
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    ngf: Option<usize>,
    /// Channels of the discriminator's first layer
    #[arg(long, value_name = "N", value_parser = any, help_heading = "Model")]
    ndf: Option<usize>,
    /// Upsampling in the generator: nearest (neighbour, then a convolution) or transposed (convolution) [default: nearest; transposed with --recipe article]
    #[arg(
        long,
        value_name = "NAME",
        value_parser = one_of::<Upsample, 2>(Upsample::ALL.map(|(_, name)| name)),
        hide_possible_values = true,
        help_heading = "Model"
    )]
    upsample: Option<Upsample>,
    /// Learning rate of Adam
    #[arg(long, value_name = "RATE", value_parser = number, help_heading = "Optimizer")]
    lr: Option<f64>,
    /// Beta1 of Adam
    #[arg(long, value_name = "BETA", value_parser = number, help_heading = "Optimizer")]
    beta1: Option<f64>,
    /// Learning rate of the generator [default: --lr]
    #[arg(long, value_name = "RATE", value_parser = number, help_heading = "Optimizer")]
    lr_g: Option<f64>,
    /// Learning rate of the discriminator [default: --lr]
    #[arg(long, value_name = "RATE", value_parser = number, help_heading = "Optimizer")]
    lr_d: Option<f64>,
    /// Beta2 of Adam
    #[arg(long, value_name = "BETA", value_parser = number, help_heading = "Optimizer")]
    beta2: Option<f64>,
    /// Steps in which every learning rate halves [default: none, they are constant]
    #[arg(long, value_name = "STEPS", value_parser = at_least_one, help_heading = "Optimizer")]
    lr_half_life: Option<u64>,
    /// Steps of the discriminator for a step of the generator
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Optimizer")]
    d_steps: Option<u64>,
    /// Decay per step of the average of the generator's weights, with which images are made; 0 for none [default: 0.999; 0 with --recipe article]
    #[arg(long, value_name = "DECAY", value_parser = number, help_heading = "Optimizer")]
    ema: Option<f64>,
    /// Loss: bce, least-squares, hinge, relativistic or wasserstein
    #[arg(
        long,
        value_name = "NAME",
        value_parser = one_of::<Objective, 5>(Objective::ALL.map(|(_, name)| name)),
        hide_possible_values = true,
        help_heading = "Training"
    )]
    objective: Option<Objective>,
    /// What D's target for real images falls short of 1 by (with bce and least-squares)
    #[arg(long, value_name = "AMOUNT", value_parser = number, help_heading = "Training")]
    label_smoothing: Option<f64>,
    /// Strength of the R1 penalty on the discriminator's gradient at real images (with --d-norm none or spectral)
    #[arg(long, value_name = "GAMMA", value_parser = number, help_heading = "Training")]
    r1: Option<f64>,
    /// Strength of the R2 penalty, the same at generated images
    #[arg(long, value_name = "GAMMA", value_parser = number, help_heading = "Training")]
    r2: Option<f64>,
    /// Penalise every N-th step, N times as strongly
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Training")]
    penalty_every: Option<u64>,
    /// Strength of the LeCam penalty on the discriminator's logits, for few images (not with relativistic)
    #[arg(long, value_name = "LAMBDA", value_parser = number, help_heading = "Training")]
    lecam: Option<f64>,
    /// Normalisation of the discriminator: batch, none or spectral
    #[arg(
        long,
        value_name = "NAME",
        value_parser = one_of::<DNorm, 3>(DNorm::ALL.map(|(_, name)| name)),
        hide_possible_values = true,
        help_heading = "Model"
    )]
    d_norm: Option<DNorm>,
    /// Mirror each image, left to right, with a probability of one half
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        help_heading = "Data"
    )]
    flip: Option<bool>,
    /// Augmentations of the images that the discriminator sees, real and generated (DiffAugment): none, or one or more of color, translation and cutout [default: none; all with --recipe small]
    #[arg(long, value_name = "NAME,...", help_heading = "Training")]
    augment: Option<Augment>,
    /// Epochs between sample grids [default: 10, or as many as make 6,400 images; 1 for the built-in cats]
    #[arg(long, value_name = "EPOCHS", value_parser = at_least_one, help_heading = "Output")]
    sample_every: Option<u64>,
    /// Show each pixel of the sample grids as a square of N by N, from 1 to 32
    #[arg(long, value_name = "N", value_parser = integer(0, u16::MAX), help_heading = "Output")]
    sample_scale: Option<u16>,
    /// Epochs between checkpoints [default: 10, or as many as make 32,000 images]
    #[arg(long, value_name = "EPOCHS", value_parser = at_least_one, help_heading = "Output")]
    checkpoint_every: Option<u64>,
    /// Checkpoint retention: last=N keeps the N newest, every=N one every N epochs permanently, best=N the N with the best samples (by SWD, about a second each)
    #[arg(long, value_name = "last=N,every=EPOCHS,best=N", help_heading = "Output")]
    keep: Option<Retention>,
    /// Steps between lines of log.jsonl
    #[arg(long, value_name = "STEPS", value_parser = at_least_one, help_heading = "Output")]
    log_every: Option<u64>,
    /// Epochs between comparisons of up to 1,000 generated images with real ones, as by dcgan evaluate, which quality.png plots; a second or two each; 0 for none
    #[arg(long, value_name = "EPOCHS", value_parser = integer(0, u64::MAX), help_heading = "Monitoring")]
    evaluate_every: Option<u64>,
    /// Warn about failure modes such as mode collapse, on the terminal and in events.jsonl
    #[arg(
        long,
        value_name = "ON|OFF",
        value_parser = one_of::<Watching, 2>(["on", "off"]),
        hide_possible_values = true,
        help_heading = "Monitoring"
    )]
    watch: Option<Watching>,
    /// What to do when training diverges (NaN or infinity): stop with exit code 3, or roll back to the last checkpoint and retry with different latents, up to three times
    #[arg(
        long,
        value_name = "STOP|ROLLBACK",
        value_parser = one_of::<OnDivergence, 2>(["stop", "rollback"]),
        hide_possible_values = true,
        help_heading = "Monitoring"
    )]
    on_divergence: Option<OnDivergence>,

    /// Where to train: cpu, gpu (the best graphics card) or gpu:N (adapter N of dcgan devices); results differ by rounding. A resumed run may change it
    #[arg(long, value_name = "cpu|gpu|gpu:N", help_heading = "Training")]
    device: Option<Device>,
    #[command(flatten)]
    #[serde(flatten)]
    backend: backend::Args,
}

/// Adds the default to the help of each flag whose help does not mention one.
pub(crate) fn with_defaults(command: Command) -> Command {
    fn defaults<S: Default>(fields: &[Field<S>]) -> impl Iterator<Item = (&'static str, Value)> {
        fields.iter().filter_map(|field| Some((field.name, field.default()?)))
    }
    let defaults: Vec<_> = defaults(Settings::FIELDS).chain(defaults(Config::FIELDS)).collect();
    let ids: Vec<Id> = command.get_arguments().map(|flag| flag.get_id().clone()).collect();
    // `mut_arg` moves a flag to the end, so every flag is changed, in order.
    ids.into_iter().fold(command, |command, id| {
        command.mut_arg(&id, |flag| {
            let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
            let default = defaults.iter().find(|(name, _)| id == *name);
            match default.filter(|_| !help.contains("[default")) {
                Some((_, default)) => flag.help(format!("{help} [default: {default}]")),
                None => flag,
            }
        })
    })
}
