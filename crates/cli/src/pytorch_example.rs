//! The arguments of PyTorch's DCGAN example (`main.py`), so that its command lines work after `dcgan train`.
//!
//! They are translated before the arguments are parsed: they belong neither into the help nor into a tip for an
//! argument with a typing error.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::failure::usage;
use crate::invocation::Invocation;

/// What becomes of an argument.
enum Meaning {
    /// Ours has another name.
    Renamed(&'static str),
    /// A switch without effect, for this reason.
    Switch(&'static str),
    /// An argument with a value, without effect for this reason.
    Ignored(&'static str),
    /// The kind of the dataset.
    Dataset,
    /// Weights of a generator to start from, or an empty path.
    Generator,
    /// The same of a discriminator.
    Discriminator,
    /// A single step.
    DryRun,
}

use Meaning::{Dataset, Discriminator, DryRun, Generator, Ignored, Renamed, Switch};

const CPU: &str = "training on the processor; a graphics card is chosen with --device gpu";

const ARGUMENTS: [(&str, Meaning); 16] = [
    ("--dataset", Dataset),
    ("--dataroot", Renamed("--data")),
    ("--batchSize", Renamed("--batch-size")),
    ("--imageSize", Renamed("--image-size")),
    ("--niter", Renamed("--epochs")),
    ("--outf", Renamed("--out")),
    ("--manualSeed", Renamed("--seed")),
    ("--workers", Ignored("images are read before training, on all threads; see --threads")),
    ("--cuda", Switch(CPU)),
    ("--mps", Switch(CPU)),
    ("--accel", Switch(CPU)),
    ("--ngpu", Ignored(CPU)),
    ("--classes", Ignored("it selects classes of LSUN, which dcgan does not read")),
    ("--netG", Generator),
    ("--netD", Discriminator),
    ("--dry-run", DryRun),
];

/// Arguments in this program's spelling.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Translated {
    pub(crate) arguments: Vec<OsString>,
    /// A remark for each argument that does something else here.
    pub(crate) notes: Vec<String>,
    is_dry_run: bool,
}

/// Translates the arguments of `dcgan train`, the program's name first; those of other commands stay as they are.
///
/// # Errors
/// If an argument asks for something that there is not.
pub(crate) fn translated(arguments: Vec<OsString>, invocation: &Invocation) -> Result<Translated> {
    let command = arguments.iter().skip(1).find(|a| !a.to_string_lossy().starts_with('-'));
    if command.is_none_or(|command| command != "train") {
        return Ok(Translated { arguments, ..Translated::default() });
    }
    let mut out = Translated::default();
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            out.arguments.push(argument);
            out.arguments.extend(rest);
            break;
        }
        out.translate(argument, &mut rest, invocation)?;
    }
    if out.is_dry_run {
        out.shorten();
    }
    Ok(out)
}

impl Translated {
    /// Translates one argument, whose value may be the next of the `rest`.
    fn translate(
        &mut self,
        argument: OsString,
        rest: &mut impl Iterator<Item = OsString>,
        invocation: &Invocation,
    ) -> Result<()> {
        let text = argument.to_string_lossy().into_owned();
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (text.as_str(), None),
        };
        let known = ARGUMENTS.iter().find(|(theirs, _)| *theirs == name);
        let Some((_, meaning)) = known else {
            self.arguments.push(argument);
            return Ok(());
        };
        let mut note = |why: &str| self.notes.push(format!("{name}: {why}"));
        match meaning {
            Switch(why) => {
                note(why);
                return Ok(());
            }
            DryRun => {
                note("training for one step");
                self.is_dry_run = true;
                return Ok(());
            }
            _ => {}
        }
        let Some(value) = value.or_else(|| rest.next()) else {
            return Err(usage(format!("{name} needs a value; see --help")));
        };
        match meaning {
            Renamed(ours) => self.arguments.extend([OsString::from(ours), value]),
            Ignored(why) => note(why),
            Dataset => check_dataset(&value.to_string_lossy())?,
            // An empty path stands for random weights.
            Generator | Discriminator if value.is_empty() => {}
            Generator => self.arguments.extend([OsString::from("--from"), value]),
            _ => return Err(lone_discriminator(Path::new(&value), invocation)),
        }
        Ok(())
    }

    /// Makes the run end after one step instead of after some epochs.
    fn shorten(&mut self) {
        while let Some(at) = self.arguments.iter().position(|argument| argument == "--epochs") {
            self.arguments.drain(at..self.arguments.len().min(at + 2));
        }
        self.arguments.push("--steps=1".into());
    }
}

/// Whether a dataset of this kind is a folder of images.
fn check_dataset(kind: &str) -> Result<()> {
    let instead = match kind {
        "folder" | "imagenet" | "lfw" => return Ok(()),
        "mnist" => "download MNIST and use --data train-images-idx3-ubyte.gz",
        "cifar10" => "download CIFAR-10 and use --data cifar-10-binary.tar.gz",
        "lsun" => "export the images of LSUN as files, and use --data with their folder",
        "fake" => "leave out --dataset and --dataroot to train on the built-in cats",
        _ => "use --data with a folder or archive of images, an .npy array or an IDX file",
    };
    Err(usage(format!("--dataset is {kind}: dcgan cannot download or read that; {instead}")))
}

/// The error for the weights of a discriminator, which come with those of its generator.
fn lone_discriminator(path: &Path, invocation: &Invocation) -> anyhow::Error {
    let import =
        invocation.command("import --generator G --discriminator", path, "--out both.ckpt");
    usage(format!(
        "--netD is {}: training starts from one file with both networks; make it with: {import}, and use --from both.ckpt",
        path.display()
    ))
}
