//! Where a run is computed. What needs an adapter is in the feature `device-tests`.

use crate::Place;

#[cfg(not(feature = "gpu"))]
#[test]
fn a_build_without_gpu_support_says_how_to_build_one() {
    let parts = ["this build has no GPU support", "cargo build --release --features gpu"];
    let place = Place::with_run();
    let device = ["--device", "gpu"];
    place.train(&[&["--out", "new", "--steps", "2"][..], &device].concat()).refused(2, &parts);
    assert!(!place.path("new").exists());
    place.dcgan(&[&["bench", "--steps", "1"][..], &device].concat()).refused(2, &parts);
    place.dcgan(&["devices"]).refused(1, &parts);
    // A run that is resumed on such a device is as it was.
    let before = place.text("run/config.toml");
    place.dcgan(&[&["train", "--resume", "run"][..], &device].concat()).refused(2, &parts);
    assert_eq!(place.text("run/config.toml"), before);
}

#[test]
fn a_device_that_does_not_exist_is_refused() {
    let place = Place::new();
    place.dcgan(&["train", "--device", "tpu"]).refused(2, &["--device", "cpu, gpu, or gpu:N"]);
}

#[cfg(feature = "device-tests")]
mod adapter {
    use super::Place;

    const END: &str = "checkpoints/step_00000006.ckpt";

    #[test]
    fn a_run_that_was_stopped_ends_like_one_that_was_not() {
        let place = Place::with_cats(6);
        let train = |run: &str, steps: &str| {
            let flags = ["--out", run, "--steps", steps, "--device", "gpu:0"];
            place.train(&flags).succeeded()
        };
        train("straight", "6").prints(&["device ", "device memory ", "fingerprint "]);
        train("stopped", "2");
        place.dcgan(&["train", "--resume", "stopped", "--steps", "6"]).succeeded();
        let end = |run: &str| place.bytes(&format!("{run}/{END}"));
        assert!(end("straight") == end("stopped"));
        let config = place.text("stopped/config.toml");
        assert!(config.contains("device = \"gpu:0\"") && config.contains("[gpu]"), "{config}");
        assert_eq!(config.matches("[[origin]]").count(), 1, "{config}");
    }

    #[test]
    fn a_run_continues_on_another_device_with_an_origin_of_its_own() {
        let place = Place::with_cats(6);
        place.train(&["--out", "run", "--steps", "2", "--device", "gpu:0"]).succeeded();
        let resume = |steps: &str, device: &str| {
            place.dcgan(&["train", "--resume", "run", "--steps", steps, "--device", device])
        };
        resume("4", "cpu").succeeded();
        let config = place.text("run/config.toml");
        assert_eq!(config.matches("[[origin]]").count(), 2, "{config}");
        assert!(config.contains("from_step = 2") && !config.contains("[gpu]"), "{config}");
        resume("6", "gpu:0").succeeded();
        let config = place.text("run/config.toml");
        assert_eq!(config.matches("[[origin]]").count(), 3, "{config}");
        assert!(config.contains("from_step = 4") && config.contains("[gpu]"), "{config}");
        place.dcgan(&["generate", "run", "--out", "image.png"]).succeeded();
    }

    #[test]
    fn devices_are_listed_by_their_names() {
        let place = Place::new();
        place.dcgan(&["devices"]).succeeded().prints(&["gpu:0  ", "arrays of up to "]);
        place.dcgan(&["devices", "--json"]).succeeded().prints(&["\"max_array_bytes\":"]);
        let out = ["bench", "--device", "gpu:99", "--steps", "1"];
        place.dcgan(&out).refused(2, &["--device is gpu:99: there is no adapter 99"]);
        let small = ["--image-size", "16", "--ngf", "4", "--ndf", "4", "--batch-size", "4"];
        let out = [&["bench", "--device", "gpu:0", "--steps", "1"][..], &small].concat();
        place.dcgan(&out).succeeded().prints(&["ms/step", "device memory "]);
    }

    /// A batch of more than 4 GiB, which no adapter takes as one array.
    #[test]
    fn a_run_that_is_too_large_is_refused_before_it_begins() {
        let place = Place::with_cats(6);
        let sizes = ["--batch-size", "4096", "--image-size", "256"];
        let flags = ["--out", "run", "--steps", "2", "--device", "gpu:0"];
        place.train(&[&flags[..], &sizes].concat()).refused(
            2,
            &["--device is gpu:0", "this run needs one of", "use a smaller batch size or network"],
        );
        assert!(!place.path("run").exists());
    }
}
