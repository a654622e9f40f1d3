//! `train --from`: a run that starts from trained weights.

use std::fs;
use std::path::Path;

use dcgan_gan::{State, checkpoint};

use crate::{Outcome, Place};

fn state(place: &Place, path: &str) -> State {
    checkpoint::decode(&place.bytes(path)).unwrap()
}

const FIRST: &str = "checkpoints/step_00000000.ckpt";
const LAST: &str = "checkpoints/step_00000002.ckpt";

/// A new run on the same images, from a model.
fn from(place: &Place, model: &str, out: &str, more: &[&str]) -> Outcome {
    let train = ["train", "cats", "--batch-size", "4", "--from", model, "--out", out];
    place.dcgan(&[&train, more].concat())
}

#[test]
fn a_run_starts_from_the_networks_of_another() {
    let place = Place::with_run();
    let outcome = from(&place, "run", "tuned", &["--steps", "2", "--ema", "0.9"]).succeeded();
    outcome.prints(&["Started from the weights in run (after 2 steps)", ", weights "]);
    let (before, first) =
        (state(&place, &format!("run/{LAST}")), state(&place, &format!("tuned/{FIRST}")));
    assert_eq!(first.generator.theta, before.generator.theta);
    assert_eq!(first.generator.buffers, before.generator.buffers);
    assert_eq!(first.discriminator.theta, before.discriminator.theta);
    assert_eq!(first.discriminator.buffers, before.discriminator.buffers);
    assert_eq!((first.average, first.config.nz), (before.average, 5));
    assert_eq!((first.step, first.generator.adam.steps(), first.config.ema), (0, 0, 0.9));
    // The samples before the first step are those that the model made.
    let samples = |path: &str| image::open(place.path(path)).unwrap().into_rgb8();
    assert!(samples("tuned/samples/epoch_0000.png") == samples("run/samples/epoch_0001.png"));

    let config: toml::Table = place.text("tuned/config.toml").parse().unwrap();
    let origin = &config["origin"][0]["from"];
    assert_eq!((origin["model"].as_str(), origin["steps"].as_integer()), (Some("run"), Some(2)));
    let weights = origin["weights"].as_str().unwrap().to_owned();
    place.dcgan(&["info", "tuned"]).succeeded().prints(&[&format!("weights {weights}")]);
    // The same weights under another name are the same run; others are not.
    fs::rename(place.path("run"), place.path("moved")).unwrap();
    from(&place, "moved", "again", &["--steps", "2", "--ema", "0.9"]).succeeded();
    assert!(place.bytes(&format!("again/{LAST}")) == place.bytes(&format!("tuned/{LAST}")));
    let fingerprint = |run: &str| -> String {
        let config: toml::Table = place.text(&format!("{run}/config.toml")).parse().unwrap();
        config["origin"][0]["fingerprint"].as_str().unwrap().to_owned()
    };
    assert_eq!(fingerprint("again"), fingerprint("tuned"));
    from(&place, "again", "third", &["--steps", "2", "--ema", "0.9"]).succeeded();
    assert_ne!(fingerprint("third"), fingerprint("tuned"));
}

/// Killed before it has saved anything of its own, it starts again from the same weights.
#[test]
fn a_run_that_is_resumed_at_its_start_has_its_weights() {
    let place = Place::with_run();
    from(&place, "run", "tuned", &["--steps", "2"]).succeeded();
    let (whole, origin) = (place.bytes(&format!("tuned/{LAST}")), place.text("tuned/config.toml"));
    fs::remove_file(place.path("tuned").join(LAST)).unwrap();
    place.dcgan(&["train", "--resume", "tuned"]).succeeded();
    assert!(place.bytes(&format!("tuned/{LAST}")) == whole);
    assert_eq!(place.text("tuned/config.toml"), origin, "also its origin");
    fs::remove_dir_all(place.path("tuned/checkpoints")).unwrap();
    let resume = place.dcgan(&["train", "--resume", "tuned"]);
    resume.refused(1, &["tuned has no checkpoint", "the weights in run"]);
}

#[test]
fn weights_from_pytorch_are_a_generator_with_a_new_discriminator() {
    let place = Place::with_run();
    place.dcgan(&["export", "run", "--out", "g.safetensors"]).succeeded();
    from(&place, "g.safetensors", "tuned", &["--steps", "1", "--ndf", "4"]).succeeded();
    let (first, run) =
        (state(&place, &format!("tuned/{FIRST}")), state(&place, &format!("run/{LAST}")));
    assert_eq!(first.generator.theta, run.shown().theta);
    assert_eq!(first.config.upsample, run.config.upsample, "known by its kernels");
    assert_ne!(first.discriminator.theta, run.discriminator.theta);
    // Both networks, in a checkpoint.
    place.dcgan(&["export", "run", "--net", "discriminator", "--out", "d.safetensors"]).succeeded();
    let import = ["import", "--generator", "g.safetensors", "--discriminator", "d.safetensors"];
    place.dcgan(&[&import[..], &["--out", "both.ckpt"]].concat()).succeeded();
    from(&place, "both.ckpt", "both", &["--steps", "1"]).succeeded();
    let both = state(&place, &format!("both/{FIRST}"));
    assert_eq!(both.discriminator.theta, run.discriminator.theta);
    // Or in a file of `torch.save`.
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gan/tests/weights");
    for (file, to) in [("run.pth", "run.pth"), ("netD_epoch_24.pth", "d.pth")] {
        fs::copy(weights.join(file), place.path(to)).unwrap();
    }
    from(&place, "run.pth", "torch", &["--steps", "1"]).succeeded();
    let import = ["import", "--generator", "run.pth", "--discriminator", "d.pth"];
    place.dcgan(&[&import[..], &["--out", "torch.ckpt"]].concat()).succeeded();
    let (torch, expected) = (state(&place, &format!("torch/{FIRST}")), state(&place, "torch.ckpt"));
    assert_eq!(torch.generator.theta, expected.generator.theta);
    assert_eq!(torch.discriminator.theta, expected.discriminator.theta);
    from(&place, "d.safetensors", "x", &[])
        .refused(1, &["d.safetensors", "a discriminator, but a generator is wanted"]);
}

#[test]
fn other_sizes_than_those_of_the_model_are_refused() {
    let place = Place::with_run();
    for (flags, parts) in [
        (&["--ngf", "8"][..], &["--ngf is 8: the model in run has 4; leave it out"][..]),
        (&["--image-size", "32"], &["--image-size is 32: the model in run has 16"]),
        (&["--nz", "6"], &["--nz is 6: the model in run has 5"]),
        (&["--channels", "1"], &["--channels is 1: the model in run has 3"]),
        (&["--ndf", "8"], &["--ndf is 8: the model in run has 4"]),
        (&["--d-norm", "none"], &["--d-norm is none: the model in run has batch"]),
    ] {
        from(&place, "run", "x", flags).refused(2, parts);
    }
    place.train(&["--out", "free", "--steps", "1", "--upsample", "transposed"]).succeeded();
    let nearest = from(&place, "free", "x", &["--upsample", "nearest"]);
    nearest.refused(2, &["--upsample is nearest", "by transposed convolutions"]);
    from(&place, "nowhere", "x", &[]).refused(1, &["nowhere does not exist"]);
    from(&place, "cats/0.png", "x", &[]).refused(1, &["cats/0.png"]);
    place
        .dcgan(&["train", "--resume", "run", "--from", "free"])
        .refused(2, &["cannot be used with"]);
    assert!(!place.path("x").exists());
}
