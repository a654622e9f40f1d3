use std::fmt::Display;
use std::path::Path;

use dcgan_data::{Source, Survey};
use dcgan_gan::{Backend, Config, ConfigError, Fingerprint, State};
use serde::{Deserialize, Serialize};

use super::Args;
use super::diverged::OnDivergence;
use super::keep::Keep;
use super::origin::{self, Origin};
use super::words::Watching;
use crate::failure::usage;
use crate::method::{Conv, Simd, method};

mod file;
#[cfg(any(test, fuzzing))]
mod trial;

#[cfg(any(test, fuzzing))]
pub(crate) use trial::try_config;

/// Cats that are drawn where no pictures are given.
pub(crate) const DRAWN: usize = 4096;

/// Times that each drawn cat is shown: a first run that takes minutes.
const DRAWN_EPOCHS: u64 = 16;

/// Drawn cats in a step. Half as many as usual make twice the steps in the same minutes, and early
/// in a run it is the steps that tell.
const DRAWN_BATCH: usize = 32;

/// The article's length, at most.
const EPOCHS: u64 = 300;

/// Steps that the article's 300 epochs of 3,000 pictures make, about.
const STEPS: u64 = 15_000;

/// What a run is, as `config.toml` in its folder keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Where the pictures are; none for the built-in ones.
    pub(crate) data: Option<String>,
    /// How long: one of the two.
    pub(crate) epochs: Option<u64>,
    pub(crate) steps: Option<u64>,
    /// Epochs between grids of samples.
    pub(crate) sample_every: u64,
    /// Epochs between checkpoints.
    pub(crate) checkpoint_every: u64,
    /// Which checkpoints stay. Runs that were begun before one could choose kept the last three.
    #[serde(default)]
    pub(crate) keep: Keep,
    /// Steps between lines of the log.
    pub(crate) log_every: u64,
    /// Whether it is told when the run no longer learns.
    #[serde(default)]
    pub(crate) watch: Watching,
    /// What is done when a number is none any more.
    #[serde(default)]
    pub(crate) on_divergence: OnDivergence,
    /// What is computed.
    #[serde(flatten)]
    pub(crate) config: Config,
    /// In which way; of runs that were begun before that was noted, in the usual one.
    #[serde(default)]
    pub(crate) conv: Conv,
    #[serde(default)]
    pub(crate) simd: Simd,
    /// What decided the numbers, from each step on at which that changed.
    #[serde(default, rename = "origin")]
    pub(crate) origins: Vec<Origin>,
}

impl Settings {
    /// For a new run on what `survey` found at `source`.
    pub(crate) fn new(args: &Args, source: &Source, survey: Survey) -> anyhow::Result<Self> {
        let usual = Config::default();
        let drawn = matches!(source, Source::Drawn { .. });
        let batch_size = if drawn { DRAWN_BATCH } else { usual.batch_size };
        let config = Config {
            image_size: args.image_size.unwrap_or_else(|| natural_side(survey.side)),
            channels: args.channels.unwrap_or(survey.channels),
            nz: args.nz.unwrap_or(usual.nz),
            ngf: args.ngf.unwrap_or(usual.ngf),
            ndf: args.ndf.unwrap_or(usual.ndf),
            batch_size: args.batch_size.unwrap_or(batch_size),
            lr: args.lr.unwrap_or(usual.lr),
            beta1: args.beta1.unwrap_or(usual.beta1),
            seed: args.seed.unwrap_or(usual.seed),
        };
        config.validate().map_err(refused)?;
        let epochs = match (args.epochs, args.steps) {
            (None, None) if drawn => Some(DRAWN_EPOCHS),
            (None, None) => Some(natural_epochs(survey.pictures, config.batch_size)),
            (epochs, _) => epochs,
        };
        Ok(Self {
            data: args.data.as_deref().map(absolute).transpose()?,
            epochs,
            steps: args.steps,
            sample_every: args.sample_every.unwrap_or(if drawn { 1 } else { 10 }),
            checkpoint_every: args.checkpoint_every.unwrap_or(10),
            keep: args.keep.unwrap_or_default(),
            log_every: args.log_every.unwrap_or(10),
            watch: args.watch.unwrap_or_default(),
            on_divergence: args.on_divergence.unwrap_or_default(),
            config,
            conv: args.method.conv.unwrap_or_default(),
            simd: args.method.simd()?,
            origins: Vec::new(),
        })
    }

    /// For this run gone on with: what may change does, the rest must not.
    pub(crate) fn resumed(mut self, args: &Args) -> anyhow::Result<Self> {
        let Config { image_size, channels, nz, ngf, ndf, batch_size, lr, beta1, seed } =
            self.config;
        same("--image-size", args.image_size, image_size)?;
        same("--channels", args.channels, channels)?;
        same("--nz", args.nz, nz)?;
        same("--ngf", args.ngf, ngf)?;
        same("--ndf", args.ndf, ndf)?;
        same("--batch-size", args.batch_size, batch_size)?;
        same("--lr", args.lr, lr)?;
        same("--beta1", args.beta1, beta1)?;
        same("--seed", args.seed, seed)?;
        same("--conv", args.method.conv, self.conv)?;
        args.method.simd()?;
        same("--simd", args.method.simd.map(Simd::here), self.simd.here())?;
        self.simd = self.simd.here();
        if args.epochs.is_some() || args.steps.is_some() {
            (self.epochs, self.steps) = (args.epochs, args.steps);
        }
        if let Some(data) = &args.data {
            self.data = Some(absolute(data)?);
        }
        self.sample_every = args.sample_every.unwrap_or(self.sample_every);
        self.checkpoint_every = args.checkpoint_every.unwrap_or(self.checkpoint_every);
        self.keep = args.keep.unwrap_or(self.keep);
        self.log_every = args.log_every.unwrap_or(self.log_every);
        self.watch = args.watch.unwrap_or(self.watch);
        self.on_divergence = args.on_divergence.unwrap_or(self.on_divergence);
        Ok(self)
    }

    /// Takes the best instructions that there are, if those that the run was begun with are not: it may have
    /// come from a processor that can more. Tells what that costs.
    pub(crate) fn compute_here(&mut self, is_here: impl Fn(Simd) -> bool) -> Option<String> {
        let begun = self.simd;
        if is_here(begun) {
            return None;
        }
        self.simd =
            Simd::BEST_FIRST.into_iter().find(|&simd| is_here(simd)).unwrap_or(Simd::Portable);
        Some(format!(
            "the run was begun with --simd {begun}, which this processor does not have; it goes on with {}, and its last bits may be others than they would have been",
            self.simd
        ))
    }

    /// Notes what decides the numbers from `state` on. Tells what of it was otherwise when the run was begun.
    pub(crate) fn go_on(&mut self, state: &State) -> Vec<String> {
        let settings = self.fingerprint();
        origin::go_on(&mut self.origins, state.step, settings, state.data)
    }

    /// Of every value that decides a number, by its name.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let Self { config, conv, simd, .. } = self;
        let Config { image_size, channels, nz, ngf, ndf, batch_size, lr, beta1, seed } = config;
        Fingerprint::of([
            format!(
                "image_size {image_size}\nchannels {channels}\nnz {nz}\nngf {ngf}\nndf {ndf}\n"
            ),
            format!("batch_size {batch_size}\nlr {lr}\nbeta1 {beta1}\nseed {seed}\n"),
            format!("conv {conv}\nsimd {simd}\n"),
        ])
    }

    /// How kernels compute.
    pub(crate) fn method(&self) -> Backend {
        method(self.conv, self.simd)
    }
}

/// Refuses a flag that says otherwise than the run.
fn same<T: PartialEq + Display>(flag: &str, wish: Option<T>, is: T) -> anyhow::Result<()> {
    match wish {
        Some(wish) if wish != is => Err(usage(format!(
            "{flag} is {wish}, but the run was begun with {is}; leave the flag out, or begin a new run"
        ))),
        _ => Ok(()),
    }
}

/// A configuration's error in terms of the flag that it came from.
pub(crate) fn refused(error: ConfigError) -> anyhow::Error {
    usage(format!("--{} is {}: {}", error.field.replace('_', "-"), error.value, error.why))
}

/// 64 pixels, or the power of two that just holds pictures that are smaller.
pub(crate) fn natural_side(shorter: usize) -> usize {
    shorter.next_power_of_two().clamp(16, 64)
}

/// Epochs that make about as many steps as the article's run, at most as many as its epochs.
fn natural_epochs(pictures: usize, batch_size: usize) -> u64 {
    let shown = STEPS * batch_size as u64;
    shown.div_ceil(pictures.max(1) as u64).clamp(1, EPOCHS)
}

/// A path that still holds when the run is resumed from elsewhere.
fn absolute(path: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.into_os_string().into_string().map_err(|path| {
        usage(format!(
            "--data is {}: config.toml cannot hold a path that is not UTF-8, and --resume would not find the pictures; rename it, or give a link to it (ln -s) that has another path",
            path.display()
        ))
    })
}
