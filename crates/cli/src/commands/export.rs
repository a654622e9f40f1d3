use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::interop::{self, NetworkKind, Pixels};
use dcgan_gan::{Fingerprint, State};

use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::open_model::{Model, Opened, open_any};
use crate::output::{Force, Outputs, has_extension};

const EXAMPLES: &str = "\
Examples:
  dcgan export runs/cats-001 --out generator.safetensors
  dcgan export runs/cats-001 --out generator.onnx --uint8
  dcgan export runs/cats-001 --out cats.gen --f16";

/// `dcgan export`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Network to export
    #[arg(long, value_enum, default_value_t = Which::Generator)]
    net: Which,
    /// File to write: .safetensors for the weights, as PyTorch's DCGAN example loads them; .onnx for the network, which takes any batch; .gen for a generator that dcgan-serve and the crate dcgan-infer read; - is standard output, as safetensors
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Let the ONNX generator give bytes (n, h, w, c) instead of floats (n, c, h, w) in [-1, 1]
    #[arg(long)]
    uint8: bool,
    /// Halve a .gen file: 16-bit weights, for images that differ by hardly a grey level
    #[arg(long)]
    f16: bool,
    #[command(flatten)]
    force: Force,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Which {
    Generator,
    Discriminator,
}

/// What kind of file is written.
#[derive(Clone, Copy, PartialEq)]
enum Format {
    Safetensors,
    Onnx,
    Gen,
}

impl Format {
    const EXTENSIONS: [&str; 3] = ["safetensors", "onnx", "gen"];

    fn of(path: &Path) -> Self {
        match path {
            path if has_extension(path, "onnx") => Self::Onnx,
            path if has_extension(path, "gen") => Self::Gen,
            _ => Self::Safetensors,
        }
    }
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let path = args.model.path()?;
    let mut outputs = Outputs::new([path], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &Format::EXTENSIONS)?;
    args.check()?;
    let opened = open_any(path)?;
    let (Opened::State(state) | Opened::Weights(state)) = &opened;
    let (kind, bytes) = match (args.net, &opened) {
        (Which::Generator, opened) => {
            let bytes = args.generator(opened.model(args.model.raw));
            (NetworkKind::Generator, bytes.with_context(|| path.display().to_string())?)
        }
        (Which::Discriminator, Opened::Weights(_)) => {
            return Err(usage(format!(
                "--net is discriminator: of {} only the generator is read; name a run or a checkpoint",
                path.display()
            )));
        }
        (Which::Discriminator, Opened::State(state)) => {
            let model = opened.model(args.model.raw);
            (NetworkKind::Discriminator, args.discriminator(state, &model))
        }
    };
    outputs.write(&out, &bytes)?;
    let after = match state.step {
        // As of weights from PyTorch, which do not say.
        0 => String::new(),
        steps => format!(" after {}", console::count(steps, "step")),
    };
    outputs.report(format_args!("{}{after} in {}", kind.name(), out.name()))?;
    Ok(Ending::Done)
}

impl Args {
    fn check(&self) -> Result<()> {
        let format = Format::of(&self.out);
        let is_discriminator = matches!(self.net, Which::Discriminator);
        let wrong = if self.f16 && format != Format::Gen {
            "--f16 is for a .gen file; name one with --out"
        } else if self.uint8 && format != Format::Onnx {
            "--uint8 is for ONNX: use it with --out FILE.onnx"
        } else if is_discriminator && format == Format::Gen {
            "--net is discriminator: a .gen file holds a generator; use --out FILE.safetensors"
        } else if is_discriminator && self.uint8 {
            "--uint8 is for images: a discriminator gives logits; leave it out"
        } else {
            return Ok(());
        };
        Err(usage(wrong))
    }

    fn generator(&self, Model { weights, steps }: Model) -> Result<Vec<u8>> {
        let precision = if self.f16 { Precision::F16 } else { Precision::F32 };
        let pixels = if self.uint8 { Pixels::Bytes } else { Pixels::Floats };
        Ok(match Format::of(&self.out) {
            Format::Safetensors => interop::export_generator(&weights),
            Format::Onnx => interop::export_generator_onnx(&weights, pixels),
            Format::Gen => gen_file::encode(&weights, steps, precision)?,
        })
    }

    fn discriminator(&self, state: &State, model: &Model) -> Vec<u8> {
        match Format::of(&self.out) {
            Format::Onnx => {
                let model = Fingerprint::from_generator(&model.weights);
                interop::export_discriminator_onnx(state, model)
            }
            Format::Safetensors | Format::Gen => interop::export(state, NetworkKind::Discriminator),
        }
    }
}
