//! Bad input: one line that names the problem, the reason and the remedy; a meaningful exit code; and nothing
//! lost.

use std::fs::{self, File};

use ndarray::Array2;
use ndarray_npy::WriteNpyExt;

use crate::Place;

#[test]
fn invalid_arguments() {
    let place = Place::with_run();
    for (args, parts) in [
        (&["train", "--epoch", "3"][..], &["no argument --epoch; did you mean --epochs?"][..]),
        (&["tran"], &["there is no command tran; did you mean train?\n"]),
        (&["train", "--epochs", "many"], &["--epochs is many: it must be a whole number of"]),
        (&["train", "--epochs", "0"], &["--epochs is 0: it must be a whole number of at least 1"]),
        (&["train", "--epochs", "-1"], &["--epochs", "-1"]),
        (&["train", "--epochs", "1", "--steps", "1"], &["--epochs cannot be used with --steps"]),
        (&["train", "--data", "cats", "--image-size", "48"], &["--image-size", "48", "64"]),
        (&["train", "--data", "cats", "--image-size", "512"], &["--image-size", "512", "256"]),
        (
            &["train", "--data", "cats", "--channels", "2"],
            &["--channels", "2", "1 (grey), 3 (RGB) or 4 (RGBA)"],
        ),
        (&["train", "--data", "cats", "--batch-size", "0"], &["--batch-size", "0"]),
        (&["train", "--data", "cats", "--lr", "-1"], &["--lr", "-1"]),
        (&["train", "--data", "cats", "--lr", "NaN"], &["--lr", "NaN"]),
        (&["train", "--lr", "high"], &["--lr is high: it must be a number, such as 0.0002"]),
        (&["train", "--data", "cats", "--beta1", "1"], &["--beta1", "1"]),
        (&["train", "--data", "cats", "--nz", "0"], &["--nz", "0"]),
        (
            &["train", "--keep", "good=1"],
            &["--keep", "`good=1` is not a rule", "last=3,every=50,best=1"],
        ),
        (&["train", "--keep", "last=0"], &["--keep", "`last=0`", "at least 1"]),
        (&["train", "--threads", "0"], &["--threads", "0"]),
        (&["train", "--resume"], &["no run in runs to resume", "folder of a run"]),
        (&["train", "--resume", "cats"], &["--resume needs", "cats is none", " runs runs"]),
        (&["train", "cats", "--data", "cats"], &["both cats and --data cats are given"]),
        (&["train", "cats", "more"], &["one argument too many: more"]),
        (&["train", "--manualSeeds", "1"], &["there is no argument --manualSeeds; see --help"]),
        (&["train", "--epoch", "3"], &["there is no argument --epoch; did you mean --epochs?"]),
        (&["train", "--seed"], &["--seed needs a value; see --help"]),
        (&["train", "--resume=run"], &["--resume takes no value"]),
        (&["generate"], &["no model given"]),
        (&["nonsense"], &["there is no command nonsense; see --help"]),
        (&["generate", "--model", "run"], &["--out", "--grid"]),
        (&["generate", "--model", "run", "--seeds", "9-3", "--out", "x"], &["9-3", "3-9"]),
        (
            &["generate", "--model", "run", "--seeds", "1,a", "--out", "x"],
            &["`a` is not a seed", "0-63"],
        ),
        (
            &["generate", "--model", "run", "--seeds", "-1", "--out", "x"],
            &["--seeds is -1: it must be a list of whole numbers such as 7 or 0-63,100; see"],
        ),
        (&["generate", "--seeds=", "--model", "x"], &["--seeds needs a value: it must be a list"]),
        (&["interpolate", "--model", "run", "--seeds", "3", "--out", "x.png"], &["two or more"]),
        (&["interpolate", "--model", "run", "--seeds", "3,4", "--out", "x.jpg"], &[".png", ".gif"]),
        (&["bench", "--steps", "0"], &["--steps", "0"]),
        (&["data", "cats", "--image-size", "0"], &["--image-size", "0"]),
        (&["data", "cats", "--image-size", "50"], &["--image-size is 50: it must be 16, 32, 64"]),
        (&["train", "--watch", "yes"], &["--watch is yes: it must be one of on, off; see --help"]),
        (&["train", "--seed", "-1"], &["--seed is -1: it must be a whole number from 0 to "]),
        (&["train", "--simd", "sse2"], &["--simd is sse2: it must be one of auto, avx512"]),
    ] {
        let outcome = place.dcgan(args).refused(2, parts);
        assert!(outcome.out.is_empty(), "{args:?}: {}", outcome.out);
    }
    assert_eq!(place.list(""), ["cats", "run"], "nothing was started");
    let size = ["--image-size", "50"];
    let train = place.dcgan(&[&["train", "--data", "cats"], &size[..]].concat());
    assert_eq!(place.dcgan(&[&["data", "cats"], &size[..]].concat()).err, train.err);
}

#[test]
fn missing_images() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    fs::write(place.path("notes.txt"), "notes").unwrap();
    fs::write(place.path("photo.heic"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap();
    let flat = Array2::<u8>::zeros((4, 12));
    flat.write_npy(File::create(place.path("flat.npy")).unwrap()).unwrap();
    for (data, parts) in [
        ("missing", &["cannot read missing"][..]),
        ("empty", &["no usable image in empty", "PNG, JPEG", "found nothing"]),
        ("notes.txt", &["notes.txt: is not a folder"]),
        ("flat.npy", &["flat.npy", "[4, 12]", "a.reshape(4, height, width)"]),
        ("photo.heic", &["photo.heic", "HEIC", "convert to PNG first"]),
    ] {
        let [train, data] = [&["train", "--data", data][..], &["data", data]]
            .map(|args| place.dcgan(args).refused(2, parts).err);
        assert_eq!(train, data);
    }
    assert_eq!(
        place.list(""),
        ["empty", "flat.npy", "notes.txt", "photo.heic"],
        "no run was started"
    );
}

#[test]
fn an_existing_run() {
    let place = Place::with_run();
    let before = place.bytes("run/log.jsonl");
    place
        .train(&["--out", "run", "--steps", "9"])
        .refused(1, &["run already contains a run", "--resume"]);
    assert_eq!(place.bytes("run/log.jsonl"), before);
    place
        .train(&["--out", "other", "--resume", "--steps", "9"])
        .refused(1, &["no run in other", "leave out --resume"]);
}

#[test]
fn folders_that_cannot_be_written() {
    let place = Place::with_run();
    fs::write(place.path("file"), "").unwrap();
    place.train(&["--out", "file/run", "--steps", "1"]).refused(1, &["cannot write", "file/run"]);
    if cfg!(target_os = "linux") {
        // A folder in which not even root can make one.
        place
            .train(&["--out", "/proc/run", "--steps", "1"])
            .refused(1, &["cannot write", "/proc/run"]);
    }
    place
        .dcgan(&["generate", "--model", "run", "--out", "file/pictures"])
        .refused(2, &["there is no folder file"]);
    place
        .dcgan(&["generate", "--model", "run", "--out", "file"])
        .refused(2, &["--out is file", "it exists and is not a folder"]);
    fs::create_dir(place.path("folder.png")).unwrap();
    place
        .dcgan(&["generate", "--model", "run", "--grid", "folder.png"])
        .refused(2, &["--grid is folder.png", "it is a folder"]);
}

#[test]
fn invalid_models() {
    let place = Place::with_run();
    let whole = place.bytes("run/checkpoints/step_00000002.ckpt");
    let put = |name: &str, bytes: &[u8]| fs::write(place.path(name), bytes).unwrap();
    put("cut.ckpt", &whole[..whole.len() / 2]);
    put(
        "other.ckpt",
        b"PK\x03\x04 a zip file of some kind, long enough to have a header of its own",
    );
    put("empty.ckpt", b"");
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    put("flipped.ckpt", &flipped);
    put("bad.safetensors", b"\x08\0\0\0\0\0\0\0notjson!");
    for (model, parts) in [
        ("missing", &["missing does not exist", "run folder"][..]),
        ("cats", &["no checkpoint in cats/checkpoints", "folder of a run"]),
        ("cut.ckpt", &["cut.ckpt"]),
        ("other.ckpt", &["other.ckpt"]),
        ("empty.ckpt", &["empty.ckpt"]),
        ("flipped.ckpt", &["flipped.ckpt"]),
        ("bad.safetensors", &["bad.safetensors"]),
    ] {
        place.dcgan(&["generate", "--model", model, "--out", "x"]).refused(1, parts);
        place.dcgan(&["export", "--model", model, "--out", "x.safetensors"]).refused(1, parts);
    }
    for file in ["cut.ckpt", "other.ckpt", "bad.safetensors"] {
        place.dcgan(&["info", file]).refused(1, &[file]);
    }
}

#[test]
fn latents_and_tensors_of_other_sizes() {
    let place = Place::with_run();
    let z = Array2::<f32>::zeros((3, 100));
    z.write_npy(File::create(place.path("z.npy")).unwrap()).unwrap();
    place
        .dcgan(&["generate", "--model", "run", "--latents", "z.npy", "--out", "x"])
        .refused(1, &["z.npy", "[3, 100]", "(n, 5)"]);
    place.dcgan(&["export", "run", "--net", "discriminator", "--out", "d.safetensors"]).succeeded();
    place
        .dcgan(&["import", "--generator", "d.safetensors", "--out", "m.ckpt"])
        .refused(1, &["d.safetensors: "]);
}

#[test]
fn help_and_version_are_not_errors() {
    let place = Place::new();
    for args in [&["--help"][..], &["--version"], &["train", "--help"]] {
        let outcome = place.dcgan(args).succeeded();
        assert!(outcome.err.is_empty() && !outcome.out.is_empty());
    }
    let outcome = place.dcgan(&[]);
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(outcome.err.contains("Usage: dcgan [OPTIONS] <COMMAND>"), "{}", outcome.err);
}
