use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::Fingerprint;
use dcgan_gan::interop::{self, NetworkKind, Pixels};

use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::open_model::{Opened, open_any};
use crate::output::{Force, Outputs, has_extension};

const EXAMPLES: &str = "\
Examples:
  dcgan export runs/cats-001 --out generator.safetensors
  dcgan export runs/cats-001 --out generator.onnx --uint8";

/// `dcgan export`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Network to export
    #[arg(long, value_enum, default_value_t = Which::Generator)]
    net: Which,
    /// File to write: .safetensors for the weights, as PyTorch's DCGAN example loads them, or .onnx for the network, which takes any batch; - is standard output, as safetensors
    #[arg(long, value_name = "FILE.safetensors|FILE.onnx")]
    out: PathBuf,
    /// Let the ONNX generator give bytes (n, h, w, c) instead of floats (n, c, h, w) in [-1, 1]
    #[arg(long)]
    uint8: bool,
    #[command(flatten)]
    force: Force,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Which {
    Generator,
    Discriminator,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let path = args.model.path()?;
    let mut outputs = Outputs::new([path], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["safetensors", "onnx"])?;
    let is_onnx = has_extension(&args.out, "onnx");
    if args.uint8 && !is_onnx {
        return Err(usage("--uint8 is for ONNX: use it with --out FILE.onnx"));
    }
    if args.uint8 && matches!(args.net, Which::Discriminator) {
        return Err(usage("--uint8 is for images: a discriminator gives logits; leave it out"));
    }
    let opened = open_any(path)?;
    let (Opened::State(state) | Opened::Weights(state)) = &opened;
    let (kind, bytes) = match (args.net, &opened) {
        (Which::Generator, opened) => {
            let weights = opened.model(args.model.raw).weights;
            let bytes = match (is_onnx, args.uint8) {
                (false, _) => interop::export_generator(&weights),
                (true, false) => interop::export_generator_onnx(&weights, Pixels::Floats),
                (true, true) => interop::export_generator_onnx(&weights, Pixels::Bytes),
            };
            (NetworkKind::Generator, bytes)
        }
        (Which::Discriminator, Opened::Weights(_)) => {
            return Err(usage(format!(
                "--net is discriminator: of {} only the generator is read; name a run or a checkpoint",
                path.display()
            )));
        }
        (Which::Discriminator, Opened::State(_)) => {
            let kind = NetworkKind::Discriminator;
            let bytes = if is_onnx {
                let model = Fingerprint::from_generator(&opened.model(args.model.raw).weights);
                interop::export_discriminator_onnx(state, model)
            } else {
                interop::export(state, kind)
            };
            (kind, bytes)
        }
    };
    outputs.write(&out, &bytes)?;
    let steps = console::count(state.step, "step");
    outputs.report(format_args!("{} after {steps} in {}", kind.name(), out.name()))?;
    Ok(Ending::Done)
}
