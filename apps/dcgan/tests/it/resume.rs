use std::fs;

use crate::Place;

const END: &str = "checkpoints/step_00000006.ckpt";

#[test]
fn a_run_that_was_stopped_ends_like_one_that_was_not() {
    let place = Place::with_cats(6);
    let flags = ["--sample-every", "1", "--log-every", "1"];
    place.train(&[&["--out", "straight", "--steps", "6"][..], &flags].concat()).succeeded();
    place.train(&[&["--out", "stopped", "--steps", "2"][..], &flags].concat()).succeeded();
    place.dcgan(&["train", "--out", "stopped", "--resume", "--steps", "6"]).succeeded();

    for file in [
        END,
        "samples/epoch_0001.png",
        "samples/epoch_0002.png",
        "samples/epoch_0004.png",
        "reals.png",
    ] {
        let [a, b] = ["straight", "stopped"].map(|run| place.bytes(&format!("{run}/{file}")));
        assert!(a == b, "{file} differs");
    }
    let [a, b] = ["straight", "stopped"].map(|run| place.plot(run));
    assert!(a == b, "the plots of the losses differ");
    let losses = |run: &str| -> Vec<serde_json::Value> {
        let lines = place.text(&format!("{run}/log.jsonl"));
        let parse = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        lines.lines().map(|line| parse(line)["loss_g"].clone()).collect()
    };
    assert_eq!(losses("straight").len(), 6);
    assert_eq!(losses("straight"), losses("stopped"));
}

#[test]
fn the_same_flags_may_be_repeated_and_others_are_refused_by_name() {
    let place = Place::with_run();
    place.train(&["--out", "run", "--resume", "--steps", "3"]).succeeded();
    for (flag, value, was) in [
        ("--image-size", "32", "16"),
        ("--channels", "1", "3"),
        ("--nz", "6", "5"),
        ("--ngf", "8", "4"),
        ("--ndf", "8", "4"),
        ("--batch-size", "5", "4"),
        ("--lr", "0.001", "0.0002"),
        ("--beta1", "0.9", "0.5"),
        ("--seed", "1", "7"),
        ("--conv", "im2col", "auto"),
    ] {
        place
            .dcgan(&["train", "--out", "run", "--resume", "--steps", "4", flag, value])
            .refused(2, &[flag, value, was, "start a new run"]);
    }
}

/// The convolution algorithm and the instructions decide bits, so a resumed run keeps them.
#[test]
fn a_run_is_resumed_with_the_backend_that_it_was_started_with() {
    let place = Place::with_cats(6);
    for (name, way) in [("conv", ["--conv", "winograd"]), ("simd", ["--simd", "portable"])] {
        let train = |run: &str, steps: &str| {
            let run = format!("{name}-{run}");
            place.train(&[&["--out", &run, "--steps", steps][..], &way].concat()).succeeded();
        };
        train("straight", "6");
        train("stopped", "2");
        let stopped = format!("{name}-stopped");
        place.dcgan(&["train", "--out", &stopped, "--resume", "--steps", "6"]).succeeded();
        let end = |run: &str| place.bytes(&format!("{name}-{run}/{END}"));
        assert!(end("straight") == end("stopped"), "{name}");
        // With another one it would have ended differently.
        place.train(&["--out", &format!("{name}-auto"), "--steps", "6"]).succeeded();
        let differs = name != "simd" || fused_simd().is_some();
        assert!(!differs || end("straight") != end("auto"), "{name}");
    }
    if let Some(simd) = fused_simd() {
        let resume = ["train", "--out", "simd-stopped", "--resume", "--steps", "7", "--simd", simd];
        let why = format!("--simd is {simd}, but the run was started with portable");
        place.dcgan(&resume).refused(2, &[&why]);
    }
}

/// An instruction set with a fused multiply-add, if this processor has one that `dcgan` uses.
fn fused_simd() -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    return (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    cfg!(target_arch = "aarch64").then_some("neon")
}

#[test]
fn other_images_are_refused_unless_allowed() {
    let place = Place::with_run();
    let fourth = place.bytes("cats/3.png");
    fs::remove_file(place.path("cats/3.png")).unwrap();
    let more = ["train", "--out", "run", "--resume", "--steps", "3"];
    place.dcgan(&more).refused(1, &["6 images then, 5 images now", "--allow-data-change"]);
    // As many as before, in another order.
    fs::write(place.path("cats/9.png"), fourth).unwrap();
    let order = ["6 images then and now, but different", "CRC-32", "--allow-data-change"];
    place.dcgan(&more).refused(1, &order);
    // One pixel of one image.
    fs::rename(place.path("cats/9.png"), place.path("cats/3.png")).unwrap();
    let mut changed = image::open(place.path("cats/5.png")).unwrap().into_rgb8();
    changed.get_pixel_mut(3, 3)[1] ^= 1;
    changed.save(place.path("cats/5.png")).unwrap();
    place.dcgan(&more).refused(1, &order);
    place.dcgan(&[&more[..], &["--allow-data-change"]].concat()).succeeded();
    // From then on these are its images.
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", "4"]).succeeded();
}

/// Before there is a checkpoint, config.toml records which images the run was started with.
#[test]
fn other_images_are_refused_before_anything_is_saved_too() {
    let place = Place::with_run();
    fs::remove_dir_all(place.path("run/checkpoints")).unwrap();
    fs::remove_file(place.path("cats/3.png")).unwrap();
    let more = ["train", "--out", "run", "--resume", "--steps", "3"];
    place.dcgan(&more).refused(1, &["6 images then, 5 images now", "--allow-data-change"]);
    place.dcgan(&[&more[..], &["--allow-data-change"]].concat()).succeeded();
}

#[test]
fn a_complete_run_names_how_to_continue() {
    let place = Place::with_run();
    for flags in [&[][..], &["--steps", "2"]] {
        let again = place.dcgan(&[&["train", "--out", "run", "--resume"], flags].concat());
        let again = again.succeeded();
        again.prints(&[
            "The run in run is complete: it has taken its 2 steps.\n",
            " train --resume run --epochs 2\n",
        ]);
        assert!(again.err.is_empty() && !again.out.contains("Training for"), "{again:#?}");
    }
    place
        .dcgan(&["train", "--out", "run", "--resume", "--steps", "1"])
        .refused(2, &["--steps is 1: the run has already taken 2 steps"]);
}

#[test]
fn a_damaged_checkpoint_is_reported_and_the_one_before_it_used() {
    let place = Place::with_run();
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", "4"]).succeeded();
    let newest = place.path("run/checkpoints/step_00000004.ckpt");
    let bytes = fs::read(&newest).unwrap();
    fs::write(&newest, &bytes[..bytes.len() - 1]).unwrap();
    let outcome = place.dcgan(&["train", "--out", "run", "--resume", "--steps", "6"]).succeeded();
    assert!(outcome.err.contains("warning: run/checkpoints/step_00000004.ckpt"), "{}", outcome.err);
    assert!(outcome.out.contains("step_00000002.ckpt (step 2)"), "{}", outcome.out);

    // And the result is that of a run that never saw the damage.
    place.train(&["--out", "straight", "--steps", "6"]).succeeded();
    assert!(place.bytes(&format!("run/{END}")) == place.bytes(&format!("straight/{END}")));
}

#[test]
fn a_run_that_was_killed_before_its_first_checkpoint_starts_again() {
    let place = Place::with_run();
    fs::remove_dir_all(place.path("run/checkpoints")).unwrap();
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", "6"]).succeeded();
    place.train(&["--out", "straight", "--steps", "6"]).succeeded();
    assert!(place.bytes(&format!("run/{END}")) == place.bytes(&format!("straight/{END}")));
}

#[test]
fn temporary_files_of_a_killed_process_are_removed() {
    let place = Place::with_run();
    let folders = ["run", "run/checkpoints", "run/samples"];
    for folder in folders {
        fs::write(place.path(folder).join(".dcgan-1a2B3c.part"), "half").unwrap();
    }
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", "3"]).succeeded();
    for folder in folders {
        let names = place.list(folder);
        assert!(names.iter().all(|name| !name.ends_with(".part")), "{names:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_and_prints_how_to_resume() {
    let place = Place::with_cats(6);
    let outcome = crate::running::Running::training(&place, &[]).interrupt();
    assert_eq!(outcome.code, Some(130), "{}", outcome.err);
    assert!(outcome.out.contains(" train --resume run\n"), "{}", outcome.out);
    let saved = place.list("run/checkpoints");
    assert_eq!(saved.len(), 1, "{saved:?}");
    let step: u64 = saved[0]["step_".len()..][..8].parse().unwrap();
    // One was due after 15 steps: ten epochs.
    assert_eq!(saved[0].ends_with("_stopped.ckpt"), !step.is_multiple_of(15), "{saved:?}");
    let to = (step + 1).to_string();
    place.dcgan(&["train", "--out", "run", "--resume", "--steps", &to]).succeeded();
}
