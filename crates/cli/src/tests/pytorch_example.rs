//! Command lines of PyTorch's DCGAN example.

use std::ffi::OsString;

use clap::Parser;

use crate::Cli;
use crate::invocation::Invocation;
use crate::pytorch_example::{Translated, translated};

fn translate(line: &str) -> anyhow::Result<Translated> {
    let arguments = line.split(' ').map(OsString::from).collect();
    translated(arguments, &Invocation::new(None, false))
}

/// The arguments that are parsed, and the flags for which there is a note.
fn parsed(line: &str) -> (String, Vec<String>) {
    let Translated { arguments, notes, .. } = translate(line).unwrap();
    Cli::try_parse_from(&arguments).unwrap();
    let text = arguments.join(&OsString::from(" ")).into_string().unwrap();
    let flag = |note: &String| note.split(':').next().unwrap_or_default().to_owned();
    (text, notes.iter().map(flag).collect())
}

/// With every argument that the example has.
#[test]
fn a_whole_command_line_works() {
    let (line, notes) = parsed(
        "dcgan train --dataset folder --dataroot photos --workers 2 --batchSize 64 --imageSize=64 --nz 100 --ngf 64 --ndf 64 --niter 25 --lr 0.0002 --beta1 0.5 --cuda --ngpu 1 --netG= --netD= --outf out --manualSeed 7 --classes bedroom",
    );
    assert_eq!(
        line,
        "dcgan train --data photos --batch-size 64 --image-size 64 --nz 100 --ngf 64 --ndf 64 --epochs 25 --lr 0.0002 --beta1 0.5 --out out --seed 7"
    );
    assert_eq!(notes, ["--workers", "--cuda", "--ngpu", "--classes"]);
    for gpu in ["--mps", "--accel"] {
        let (line, notes) = parsed(&format!("dcgan -q train {gpu} photos"));
        assert_eq!((line.as_str(), notes.len()), ("dcgan -q train photos", 1));
    }
}

#[test]
fn weights_of_a_generator_are_what_a_run_starts_from() {
    let (line, notes) = parsed("dcgan train --netG netG.pth --netD= photos");
    assert_eq!((line.as_str(), notes.len()), ("dcgan train --from netG.pth photos", 0));
}

#[test]
fn a_dry_run_is_one_step() {
    let (line, notes) = parsed("dcgan train --dry-run --niter 25 --dataroot photos");
    assert_eq!(line, "dcgan train --data photos --steps=1");
    assert_eq!(notes, ["--dry-run"]);
}

#[test]
fn what_there_is_not_is_refused_with_what_to_do_instead() {
    for (arguments, parts) in [
        ("--dataset mnist", &["--dataset is mnist", "--data train-images-idx3-ubyte.gz"][..]),
        ("--dataset cifar10", &["--dataset is cifar10", "--data cifar-10-binary.tar.gz"]),
        ("--dataset lsun", &["--dataset is lsun", "--data"]),
        ("--dataset fake", &["leave out --dataset and --dataroot"]),
        ("--dataset other", &["--dataset is other", "--data"]),
        ("--netD=a$b.pth", &["--netD is a$b.pth", "--discriminator 'a$b.pth' --out", "--from"]),
        ("--dataroot", &["--dataroot needs a value"]),
    ] {
        let error = translate(&format!("dcgan train {arguments}")).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    }
}

#[test]
fn other_arguments_stay_as_they_are() {
    for line in ["dcgan", "dcgan info --cuda", "dcgan train -- --cuda", "dcgan train --cudas"] {
        let Translated { arguments, notes, .. } = translate(line).unwrap();
        assert_eq!(arguments.join(&OsString::from(" ")), OsString::from(line));
        assert!(notes.is_empty());
    }
}
