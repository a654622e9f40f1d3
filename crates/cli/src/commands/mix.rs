use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::Generator;
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::{Mix, Tiles};

use crate::code::PROGRAM;
use crate::console;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::latents_file;
use crate::open_model;
use crate::output::{Force, Outputs, has_extension};
use crate::pixels::{Scale, check_pixels, enlarged, grid_size};
use crate::thread_pool::threads;
use crate::truncation::Truncation;
use crate::values::any;

const EXAMPLES: &str = "\
Examples:
  dcgan mix runs/cats-001 3 - 8 + 15 --out mix.png
  dcgan mix runs/cats-001 '(3,4,5) - (8-10) + 15' --out mix.png --scale 4";

/// `dcgan mix`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Model, as with --model, and seeds with + or - between them; (3,4,5) is the mean of seeds 3 to 5
    #[arg(value_names = ["MODEL", "EXPRESSION"], num_args = 1..)]
    words: Vec<OsString>,
    /// Run folder, checkpoint, or weights of a generator from PyTorch (.pth or .safetensors), instead of MODEL
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: Option<PathBuf>,
    /// Use the weights of the last training step instead of their average over steps
    #[arg(long)]
    raw: bool,
    /// PNG with the terms and the result in a row, or x.npy for raw f32 (n, c, h, w) in [-1, 1]; - is standard output, as PNG
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write the result without the terms
    #[arg(long)]
    alone: bool,
    #[command(flatten)]
    scale: Scale,
    #[command(flatten)]
    truncation: Truncation,
    #[command(flatten)]
    force: Force,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    let (model, expression) = model_and_expression(&args)?;
    let is_array = has_extension(&args.out, "npy");
    let scale = args.scale.factor();
    if is_array && scale > 1 {
        return Err(usage("--scale is for PNG files, and an array holds the images as they are"));
    }
    let mut outputs = Outputs::new([model.as_path()], &args.force, invocation);
    let out = outputs.file("--out", &args.out, &["png", "npy"])?;
    let opened = open_model::open(&model, args.raw)?;
    let config = opened.weights.config;
    let made = match args.alone {
        true => opened.maker().single(Tiles::Mix { expression: expression.clone() }),
        false => {
            let tiles = expression.clone().with_operands();
            opened.maker().grid(tiles.len(), tiles)
        }
    };
    let made = made.truncated(args.truncation.psi()).enlarged(scale);
    let columns = made.columns as usize;
    check_pixels(grid_size(config.image_size, scale, columns, 1), 1, scale, "add --alone")?;
    let latents = made.latents(config.nz)?;
    let images = threads(args.threads)?
        .install(|| Generator::from_weights(&opened.weights).generate(&latents));
    let bytes = match is_array {
        true => latents_file::encode_images(images.view())?,
        false => {
            let tiles = enlarged(&Canvas::from_batch(&images), scale);
            let image = if args.alone { tiles[0].clone() } else { Canvas::grid(&tiles, columns) };
            made.png(&image, PROGRAM)?
        }
    };
    outputs.write(&out, &bytes)?;
    let terms = console::count(expression.terms() as u64, "term");
    let what =
        if args.alone { expression.to_string() } else { format!("{terms} and {expression}") };
    outputs.report(format_args!("{what} in {}", out.name()))?;
    Ok(Ending::Done)
}

/// Arguments in which a term such as `-(3,4)` is no flag: with a minus sign in place of its hyphen.
pub(crate) fn translated(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_flag = |argument: &OsString| argument.to_string_lossy().starts_with('-');
    let command = arguments.iter().skip(1).find(|argument| !is_flag(argument));
    if command.is_some_and(|command| command == "mix") {
        for argument in &mut arguments {
            let text = argument.to_string_lossy().into_owned();
            if let Some(term) = text.strip_prefix('-').filter(|term| term.starts_with([' ', '('])) {
                *argument = format!("−{term}").into();
            }
        }
    }
    arguments
}

/// Whether a word is the first of an expression and not the model that should be before it.
fn is_seed(word: &OsString) -> bool {
    word.to_string_lossy().parse::<u64>().is_ok() && !Path::new(word).exists()
}

/// The model and the expression: the first word is the model, unless --model is given.
fn model_and_expression(args: &Args) -> Result<(PathBuf, Mix)> {
    let (model, words) = match (&args.model, args.words.split_first()) {
        (Some(model), _) => (model.clone(), &args.words[..]),
        (None, Some((model, words))) if !is_seed(model) => (PathBuf::from(model), words),
        (None, _) => {
            return Err(usage(
                "no model given: name the folder of a run, a checkpoint, or weights from PyTorch, and seeds such as 3 - 8 + 15",
            ));
        }
    };
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let text = words.join(" ");
    let wrong = |why: String| match text.as_str() {
        "" => usage(format!("no expression given: {why}")),
        text => usage(format!("the expression is {text}: {why}")),
    };
    let mix: Mix = text.parse().map_err(wrong)?;
    Ok((model, mix))
}
