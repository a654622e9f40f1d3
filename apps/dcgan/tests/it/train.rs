use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use crate::{Place, SMALL, size};

#[test]
fn a_run_leaves_all_its_files() {
    let place = Place::with_cats(6);
    // Six epochs of six images, four in a step, are nine steps.
    let outcome = place
        .train(&[
            "--out",
            "run",
            "--epochs",
            "6",
            "--sample-every",
            "2",
            "--checkpoint-every",
            "2",
            "--log-every",
            "2",
        ])
        .succeeded();
    assert!(outcome.out.contains("epoch_0006.png"), "it ends with the path of the samples");

    assert_eq!(
        place.list("run"),
        [".lock", "checkpoints", "config.toml", "log.jsonl", "losses.png", "reals.png", "samples"]
    );
    assert_eq!(
        place.list("run/samples"),
        ["epoch_0000.png", "epoch_0002.png", "epoch_0004.png", "epoch_0006.png"]
    );
    // Epochs 2, 4 and 6 end in steps 3, 6 and 9.
    let checkpoints = ["step_00000003.ckpt", "step_00000006.ckpt", "step_00000009.ckpt"];
    assert_eq!(place.list("run/checkpoints"), checkpoints);

    let grid = 8 * (16 + 2) + 2;
    assert_eq!(size(&place.path("run/samples/epoch_0000.png")), (grid, grid));
    assert_eq!(size(&place.path("run/reals.png")), (6 * 18 + 2, 18 + 2), "there are but six");

    let config: toml::Table = place.text("run/config.toml").parse().unwrap();
    assert_eq!(config["ngf"].as_integer(), Some(4));
    assert_eq!(config["lr"].as_float(), Some(0.0002));
    assert!(config["data"].as_str().unwrap().ends_with("cats"));

    let log: Vec<serde_json::Value> = place
        .text("run/log.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let steps: Vec<_> = log.iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [2, 4, 6, 8, 9]);
    let keys: BTreeSet<_> = log[0].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "step",
        "epoch",
        "loss_g",
        "loss_d_real",
        "loss_d_fake",
        "d_x",
        "d_g_z",
        "grad_norm_g",
        "grad_norm_d",
        "images_per_second",
        "ms_per_step",
    ];
    assert_eq!(keys, BTreeSet::from(expected));
    for key in ["loss_g", "grad_norm_g", "grad_norm_d"] {
        assert!(log.iter().all(|line| line[key].as_f64().unwrap().is_finite()), "{key}");
    }
    let until_training = outcome.out.lines().take_while(|line| !line.starts_with("Training"));
    let widest =
        until_training.filter(|line| !line.contains(" from ")).map(|line| line.len()).max();
    assert!(widest.is_some_and(|width| width < 80), "{}", outcome.out);
    let epochs: Vec<&str> = outcome.out.lines().filter(|line| line.contains("  loss_G ")).collect();
    assert_eq!(epochs.len(), 6, "a line for each epoch: {}", outcome.out);
    assert!(epochs[1].starts_with("epoch 2.0/6  step 3/9  loss_G "), "{}", epochs[1]);
    assert!(epochs[5].ends_with(" elapsed, 0 s left"), "{}", epochs[5]);
}

#[test]
fn the_same_seed_gives_the_same_run_on_any_number_of_threads() {
    let place = Place::with_cats(6);
    for (name, threads) in [("one", "1"), ("three", "3")] {
        place.train(&["--out", name, "--steps", "3", "--threads", threads]).succeeded();
    }
    for file in ["checkpoints/step_00000003.ckpt", "samples/epoch_0002.png", "reals.png"] {
        assert_eq!(place.bytes(&format!("one/{file}")), place.bytes(&format!("three/{file}")));
    }
}

#[test]
fn the_last_grid_is_named_after_the_last_epoch() {
    let place = Place::with_cats(6);
    // Five epochs of six images are seven and a half steps of four: eight.
    place.train(&["--out", "whole", "--epochs", "5"]).succeeded();
    assert_eq!(place.list("whole/samples"), ["epoch_0000.png", "epoch_0005.png"]);
    // Four steps end within the third epoch.
    place.train(&["--out", "part", "--steps", "4"]).succeeded();
    assert_eq!(place.list("part/samples"), ["epoch_0000.png", "epoch_0003.png"]);
}

/// Rounding differs, and is all that does.
#[test]
fn all_convolution_algorithms_give_the_same_losses() {
    let place = Place::with_cats(6);
    let losses = |name: &str, args: &[&str]| -> Vec<f64> {
        let args = [&["--out", name, "--steps", "3", "--log-every", "1"], args].concat();
        place.train(&args).succeeded();
        let log = place.text(&format!("{name}/log.jsonl"));
        let line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
        log.lines().map(|l| line(l)["loss_g"].as_f64().unwrap()).collect()
    };
    let auto = losses("auto", &[]);
    for (name, args) in [
        ("im2col", &["--conv", "im2col"][..]),
        ("winograd", &["--conv", "winograd"]),
        ("portable", &["--conv", "winograd", "--simd", "portable"]),
    ] {
        for (a, b) in auto.iter().zip(losses(name, args)) {
            assert!((a - b).abs() < 1e-3 * a, "{name}: {b} for {a}");
        }
    }
}

#[test]
fn only_three_checkpoints_are_kept() {
    let place = Place::with_cats(4);
    place.train(&["--out", "run", "--epochs", "6", "--checkpoint-every", "1"]).succeeded();
    let kept = ["step_00000004.ckpt", "step_00000005.ckpt", "step_00000006.ckpt"];
    assert_eq!(place.list("run/checkpoints"), kept);
}

#[test]
fn what_is_kept_can_be_chosen_and_changed() {
    let place = Place::with_cats(4);
    let rules = ["--keep", "last=1,every=2", "--checkpoint-every", "5"];
    place.train(&[&["--out", "run", "--epochs", "5"][..], &rules].concat()).succeeded();
    let milestones = ["step_00000002_epoch_0002.ckpt", "step_00000004_epoch_0004.ckpt"];
    assert_eq!(place.list("run/checkpoints")[..2], milestones);
    assert_eq!(place.list("run/checkpoints")[2..], ["step_00000005.ckpt"]);
    let more = ["train", "--out", "run", "--resume", "--epochs", "9", "--checkpoint-every", "1"];
    place.dcgan(&[&more[..], &["--keep", "last=2"]].concat()).succeeded();
    assert_eq!(place.list("run/checkpoints")[..2], milestones, "permanent is permanent");
    assert_eq!(place.list("run/checkpoints")[2..], ["step_00000008.ckpt", "step_00000009.ckpt"]);
}

#[test]
fn runs_without_a_name_are_named_after_their_data() {
    let place = Place::with_cats(4);
    place.train(&["--steps", "1"]).succeeded();
    place.train(&["--steps", "1"]).succeeded();
    assert_eq!(place.list("runs"), ["cats-001", "cats-002"]);
}

#[test]
fn runs_that_start_at_the_same_moment_have_different_folders() {
    let place = Place::with_cats(4);
    let args = [&["train", "--data", "cats", "--steps", "1"], SMALL].concat();
    let begin = |_| place.command(&args).stdout(Stdio::null()).spawn().unwrap();
    let runs: Vec<_> = (0..6).map(begin).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let names = (1..=6).map(|i| format!("cats-{i:03}"));
    assert_eq!(place.list("runs"), names.collect::<Vec<_>>());
}

/// The instructions decide bits, and the same ones always give the same.
#[test]
fn the_instructions_can_be_chosen() {
    let place = Place::with_cats(4);
    let trained = |run: &str, simd: &str| {
        let outcome = place.train(&["--out", run, "--steps", "3", "--simd", simd]);
        // Not every processor has all of them.
        outcome.code.filter(|&code| code == 0)?;
        Some(place.bytes(&format!("{run}/checkpoints/step_00000003.ckpt")))
    };
    let portable = trained("portable", "portable").unwrap();
    assert!(trained("again", "portable").unwrap() == portable);
    for simd in ["avx2", "avx512", "neon"] {
        let Some(fused) = trained(simd, simd) else { continue };
        assert!(trained(&format!("{simd}-again"), simd).unwrap() == fused, "{simd}");
        assert!(fused != portable, "{simd} rounds once where two instructions round twice");
    }
}

#[test]
fn without_images_it_uses_the_built_in_ones() {
    let place = Place::new();
    let outcome =
        place.dcgan(&[&["train", "--steps", "1", "--out", "run"], SMALL].concat()).succeeded();
    assert!(outcome.out.contains("4,096 images from the built-in cats"), "{}", outcome.out);
}

#[test]
fn sizes_follow_from_the_images() {
    let place = Place::with_cats(4);
    for i in 0..4 {
        let path = place.path(&format!("cats/{i}.png"));
        image::open(&path).unwrap().into_luma8().save(&path).unwrap();
    }
    let few = ["--ngf", "4", "--ndf", "4", "--batch-size", "4", "--steps", "1", "--out", "run"];
    place.dcgan(&[&["train", "--data", "cats"][..], &few].concat()).succeeded();
    let config: toml::Table = place.text("run/config.toml").parse().unwrap();
    assert_eq!(config["image_size"].as_integer(), Some(16));
    assert_eq!(config["channels"].as_integer(), Some(1));
}

/// With what such a command line has beside them.
#[test]
fn command_lines_of_torchs_example_work() {
    let place = Place::with_cats(4);
    let line = "train --dataset folder --dataroot cats --workers 2 --imageSize 16 --batchSize 4 --nz 5 --ngf 4 --ndf 4 --niter 2 --lr 0.0002 --cuda --ngpu 1 --outf run --manualSeed 3";
    let outcome = place.dcgan(&line.split(' ').collect::<Vec<_>>()).succeeded();
    assert!(outcome.err.contains(
        "note: --cuda: training on the processor; a graphics card is chosen with --device gpu\n"
    ));
    let notes = outcome.err.lines().filter(|line| line.starts_with("note: "));
    assert_eq!(notes.count(), 3, "{}", outcome.err);
    let config: toml::Table = place.text("run/config.toml").parse().unwrap();
    assert_eq!((config["seed"].as_integer(), config["epochs"].as_integer()), (Some(3), Some(2)));
}

#[test]
fn four_channels_give_transparent_images() {
    let place = Place::with_cats(4);
    place.train(&["--out", "run", "--steps", "1", "--channels", "4"]).succeeded();
    let grid = image::open(place.path("run/samples/epoch_0000.png")).unwrap();
    assert_eq!(grid.color(), image::ColorType::Rgba8);
}

#[test]
fn broken_images_are_reported_and_do_not_end_the_run() {
    let place = Place::with_cats(4);
    let whole = place.bytes("cats/0.png");
    fs::write(place.path("cats/broken.png"), &whole[..whole.len() / 2]).unwrap();
    let outcome = place.train(&["--out", "run", "--steps", "1"]).succeeded();
    assert!(outcome.err.starts_with("warning: skipped cats/broken.png: "), "{}", outcome.err);
    assert!(outcome.out.contains("4 images from"), "{}", outcome.out);
}

/// Each convolution algorithm has its own bits, so the one that is asked for is the one that is used.
#[test]
fn the_convolution_algorithm_can_be_chosen() {
    let place = Place::with_cats(4);
    let trained = |run: &str, conv: &str| {
        place.train(&["--out", run, "--steps", "3", "--conv", conv]).succeeded();
        place.bytes(&format!("{run}/checkpoints/step_00000003.ckpt"))
    };
    let columns = trained("columns", "im2col");
    assert!(columns == trained("again", "im2col"), "the same algorithm gives the same bits");
    assert!(columns != trained("filtered", "winograd"), "another one gives others");
}
