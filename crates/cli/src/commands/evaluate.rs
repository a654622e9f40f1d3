//! `dcgan evaluate`: how good a model is, in figures.

mod extractor;
mod features;
mod json;
mod model;
mod table;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use dcgan_data::Source;
use dcgan_run::evaluation::{
    FeatureSets, FeatureSpace, Figure, Pairs, feature_figures, image_figures,
};
use dcgan_run::provenance::Illustration;

use crate::code::PROGRAM;
use crate::failure::{Ending, usage};
use crate::invocation::Invocation;
use crate::model_arg::ModelArg;
use crate::output::{Force, Output, Outputs, STDOUT};
use crate::stages::Stages;
use crate::thread_pool::threads;
use crate::values::{any, integer};
use extractor::Network;
use model::Compared;

/// The fewest generated images that can be compared.
const MIN_IMAGES: usize = 2;

/// The most images that are generated. With more, the patches of the sliced Wasserstein distance take gigabytes.
const MAX_IMAGES: usize = 10_000;

/// The most neighbours that are looked at.
const MAX_NEIGHBOURS: usize = 1_000;

const EXAMPLES: &str = "\
Each figure is shown with its floor: the same figure between real images and other real images, which the best model would reach. It depends on the number of images, so compare models with the same --count and --data only

With the features of a trained network (docs/quality.md says how to get one):
  dcgan evaluate runs/cats-001 --extractor efficientnet-lite0.onnx

With features that another program computes:
  dcgan evaluate runs/cats-001 --images real.npy fake.npy
  (compute the features of each row of both arrays, and save them in the same order)
  dcgan evaluate runs/cats-001 --features real-features.npy fake-features.npy --out nearest.png

Examples:
  dcgan evaluate runs/cats-001
  dcgan evaluate generator.safetensors --data cats --json
  dcgan evaluate --features real-features.npy fake-features.npy";

/// `dcgan evaluate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Real images: a folder or archive of images, .npy array, IDX or CIFAR file [default: those that the run is trained on]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Number of images to generate, from the seeds 0, 1, and so on; at most half as many as there are real ones
    #[arg(long, value_name = "N", default_value_t = 2500, value_parser = integer(MIN_IMAGES, MAX_IMAGES))]
    count: usize,
    /// Features of real and of generated images from a network of your own, as .npy arrays (n, dim), instead of principal components of the pixels
    #[arg(long, num_args = 2, value_names = ["REAL.npy", "FAKE.npy"])]
    features: Option<Vec<PathBuf>>,
    /// Network in an ONNX file whose features are compared, instead of principal components of the pixels (in a build with --features onnx)
    #[arg(long, value_name = "NET.onnx", conflicts_with = "features")]
    extractor: Option<PathBuf>,
    /// Files for the images that are compared, as .npy arrays of uint8 (n, h, w, c), whose features --features takes
    #[arg(long, num_args = 2, value_names = ["REAL.npy", "FAKE.npy"])]
    images: Option<Vec<PathBuf>>,
    /// PNG with the generated images that are farthest from any real one, and below them those nearest to one, each to the left of that real image; - is standard output
    #[arg(long, value_name = "FILE.png")]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// Nearest neighbours that precision, recall, density and coverage look at
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = integer(1, MAX_NEIGHBOURS))]
    neighbours: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
}

/// What was found.
struct Report {
    /// Of a model; `None` if only features were given.
    compared: Option<Compared>,
    sets: FeatureSets,
    image_figures: Vec<Figure>,
    feature_figures: Vec<Figure>,
    /// Only if the features belong to the images.
    pairs: Option<Pairs>,
}

/// The files to write.
struct Files {
    picture: Option<Output>,
    images: Option<[Output; 2]>,
}

pub(crate) fn run(args: Args, invocation: &Invocation) -> Result<Ending> {
    args.check()?;
    let source = args.source()?;
    let mut inputs: Vec<&Path> = args.model.given().into_iter().collect();
    inputs.extend(source.as_ref().and_then(Source::path));
    inputs.extend(args.features.iter().flatten().map(PathBuf::as_path));
    inputs.extend(args.extractor.as_deref());
    let mut outputs = Outputs::new(inputs, &args.force, invocation);
    let files = args.files(&mut outputs)?;
    let threads = threads(args.threads)?;
    let report = threads.install(|| {
        threads.keep_awake(|| -> Result<Report> {
            let network = args.extractor.as_deref().map(Network::open).transpose()?;
            let given = args.features.as_deref().map(features::read).transpose()?;
            let stages = Stages::new(invocation.quiet);
            let compared = source.as_ref().map(|source| args.compared(source, invocation, &stages));
            let space = match &network {
                Some(network) => FeatureSpace::Extractor(network),
                None => FeatureSpace::PrincipalComponents,
            };
            args.report(compared.transpose()?, given, &space, &stages)
        })
    })?;
    write(&report, &files, &outputs)?;
    match args.json {
        true => json::print(&report)?,
        false if args.out.as_deref().is_some_and(is_stdout) => {}
        false => table::print_all(&report)?,
    }
    Ok(Ending::Done)
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == STDOUT
}

impl Args {
    /// Refuses arguments that do not go together.
    fn check(&self) -> Result<()> {
        if self.json && self.out.as_deref().is_some_and(is_stdout) {
            return Err(usage("--out is -: standard output carries the JSON; name a PNG"));
        }
        if self.images.iter().flatten().any(|path| is_stdout(path)) {
            return Err(usage(
                "--images is -: standard output cannot carry two arrays; name two files",
            ));
        }
        if self.model.given().is_some() {
            return Ok(());
        }
        let needs_model = [
            ("--data", self.data.is_some()),
            ("--extractor", self.extractor.is_some()),
            ("--images", self.images.is_some()),
            ("--out", self.out.is_some()),
            ("--raw", self.model.raw),
        ];
        if let Some((flag, _)) = needs_model.iter().find(|(_, is_given)| *is_given) {
            return Err(usage(format!(
                "{flag} needs a model to generate images: name the folder of a run, such as runs/cats-001"
            )));
        }
        // Features alone need no model.
        if self.features.is_some() { Ok(()) } else { self.model.path().map(drop) }
    }

    fn files(&self, outputs: &mut Outputs) -> Result<Files> {
        let picture = self.out.as_deref().map(|path| outputs.file("--out", path, &["png"]));
        let images = match self.images.as_deref() {
            Some([real, generated]) => Some([
                outputs.file("--images", real, &["npy"])?,
                outputs.file("--images", generated, &["npy"])?,
            ]),
            _ => None,
        };
        Ok(Files { picture: picture.transpose()?, images })
    }

    fn report(
        &self,
        compared: Option<Compared>,
        given: Option<FeatureSets>,
        space: &FeatureSpace,
        stages: &Stages,
    ) -> Result<Report> {
        let pairs_of = |sets: &FeatureSets| {
            Some(stages.during("looking for the nearest images", || Pairs::of(sets)))
        };
        let (sets, pairs) = match (given, &compared) {
            (Some(sets), Some(images)) if self.out.is_some() => {
                features::check_rows(&sets, images)?;
                let pairs = pairs_of(&sets);
                (sets, pairs)
            }
            (Some(sets), _) => (sets, None),
            (None, Some(images)) => {
                let sets = stages.during("computing features", || images.features(space))?;
                let pairs = pairs_of(&sets);
                (sets, pairs)
            }
            (None, None) => return Err(anyhow!("there is nothing to compare")),
        };
        let image_figures = compared.as_ref().map_or_else(Vec::new, |images| {
            let (reals, generated) = (images.reals.bytes(), &images.generated);
            stages.during("comparing pixels", || image_figures(images.shape, reals, generated))
        });
        let feature_figures =
            stages.during("comparing features", || feature_figures(&sets, self.neighbours));
        Ok(Report { compared, sets, image_figures, feature_figures, pairs })
    }
}

fn write(report: &Report, files: &Files, outputs: &Outputs) -> Result<()> {
    let Some(compared) = &report.compared else { return Ok(()) };
    let (shape, reals) = (compared.shape, compared.reals.bytes());
    if let Some([real, generated]) = &files.images {
        outputs.write(real, &features::encode_images(reals, shape)?)?;
        outputs.write(generated, &features::encode_images(&compared.generated, shape)?)?;
    }
    if let (Some(file), Some(pairs)) = (&files.picture, &report.pairs) {
        let picture = pairs.picture(shape, reals, &compared.generated);
        outputs.write(file, &Illustration::Neighbours.png(&picture, PROGRAM)?)?;
    }
    Ok(())
}
