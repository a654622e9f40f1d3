use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use dcgan_gan::{checkpoint, interop};
use dcgan_run::files;

use crate::console;
use crate::failure::Ending;
use crate::invocation::Invocation;

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
    /// Checkpoint to write, for --model
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    if args.out.exists() {
        bail!("{} already exists; remove it or choose another --out", args.out.display());
    }
    let generator = files::read(&args.generator)?;
    // First the generator alone, so that an error names the right file.
    interop::import(&generator, None).with_context(|| args.generator.display().to_string())?;
    let discriminator = args.discriminator.as_deref().map(files::read).transpose()?;
    let state = interop::import(&generator, discriminator.as_deref())
        .with_context(|| args.discriminator.unwrap_or_default().display().to_string())?;
    files::write(&args.out, &checkpoint::encode(&state)?)?;
    let config = state.config;
    invocation.status(format_args!(
        "{}: {} × {} pixels, {}, nz {}, ngf {}, ndf {}",
        args.out.display(),
        config.image_size,
        config.image_size,
        console::count(config.channels as u64, "channel"),
        config.nz,
        config.ngf,
        config.ndf
    ))?;
    Ok(Ending::Done)
}
