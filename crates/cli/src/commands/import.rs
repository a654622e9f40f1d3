use std::path::PathBuf;

use anyhow::{Context, Result};
use dcgan_gan::{checkpoint, interop};
use dcgan_run::files;

use crate::console;
use crate::failure::Ending;
use crate::invocation::Invocation;
use crate::output::{Force, Outputs};

const EXAMPLES: &str = "\
Examples:
  dcgan import --generator netG_epoch_24.pth --discriminator netD_epoch_24.pth --out imported.ckpt
  dcgan import --generator generator.safetensors --out imported.ckpt";

/// `dcgan import`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Generator weights, with the names of PyTorch's DCGAN example: a file of torch.save, or safetensors
    #[arg(long, value_name = "FILE")]
    generator: PathBuf,
    /// Discriminator weights [default: randomly initialised]
    #[arg(long, value_name = "FILE")]
    discriminator: Option<PathBuf>,
    /// Checkpoint to write, a model for the other commands; - is standard output
    #[arg(long, value_name = "FILE.ckpt")]
    out: PathBuf,
    #[command(flatten)]
    force: Force,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let inputs = [Some(args.generator.as_path()), args.discriminator.as_deref()];
    let mut outputs = Outputs::new(inputs.into_iter().flatten(), &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["ckpt"])?;
    let generator = files::read(&args.generator)?;
    // First the generator alone, so that an error names the right file.
    interop::import(&generator, None).with_context(|| args.generator.display().to_string())?;
    let discriminator = args.discriminator.as_deref().map(files::read).transpose()?;
    let state = interop::import(&generator, discriminator.as_deref())
        .with_context(|| args.discriminator.clone().unwrap_or_default().display().to_string())?;
    outputs.write(&out, &checkpoint::encode(&state)?)?;
    let config = state.config;
    outputs.report(format_args!(
        "{}: {} × {} pixels, {}, nz {}, ngf {}, ndf {}",
        out.name(),
        config.image_size,
        config.image_size,
        console::count(config.channels as u64, "channel"),
        config.nz,
        config.ngf,
        config.ndf
    ))?;
    Ok(Ending::Done)
}
