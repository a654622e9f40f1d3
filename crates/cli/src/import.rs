use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use dcgan_gan::{checkpoint, exchange};

use crate::failure::Ending;
use crate::{console, done, files};

/// `dcgan import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The generator's weights, under the names of torch's DCGAN example
    #[arg(long, value_name = "FILE.safetensors")]
    generator: PathBuf,
    /// The discriminator's; without them a fresh one stands against the generator
    #[arg(long, value_name = "FILE.safetensors")]
    discriminator: Option<PathBuf>,
    /// The checkpoint to write, which --model takes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    if args.out.exists() {
        bail!("{} is there already; remove it or choose another --out", args.out.display());
    }
    let generator = files::read(&args.generator)?;
    // Each file on its own first, so that an error names the one it is in.
    exchange::import(&generator, None).with_context(|| args.generator.display().to_string())?;
    let discriminator = args.discriminator.as_deref().map(files::read).transpose()?;
    let state = exchange::import(&generator, discriminator.as_deref())
        .with_context(|| args.discriminator.unwrap_or_default().display().to_string())?;
    files::write(&args.out, &checkpoint::encode(&state))?;
    let config = state.config;
    console::say(format_args!(
        "{}: {} × {} pixels, {}, nz {}, ngf {}, ndf {}",
        args.out.display(),
        config.image_size,
        config.image_size,
        console::count(config.channels as u64, "channel"),
        config.nz,
        config.ngf,
        config.ndf
    ));
    done()
}
