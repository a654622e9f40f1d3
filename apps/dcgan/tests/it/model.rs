use std::fs::File;
use std::path::Path;

use ndarray::{Array2, Array4, s};
use ndarray_npy::{ReadNpyExt, WriteNpyExt};

use crate::{Place, size};

fn npy(place: &Place, name: &str) -> Array4<f32> {
    Array4::read_npy(File::open(place.path(name)).unwrap()).unwrap()
}

#[test]
fn a_seed_gives_the_same_image_alone_or_among_others() {
    let place = Place::with_run();
    let generate = |seeds, out| {
        place.dcgan(&["generate", "--model", "run", "--seeds", seeds, "--out", out]).succeeded();
    };
    generate("0-9", "many");
    generate("7", "one");
    assert_eq!(place.list("many").len(), 10);
    assert_eq!(place.list("one"), ["seed0007.png"]);
    assert_eq!(place.bytes("many/seed0007.png"), place.bytes("one/seed0007.png"));
    assert_eq!(size(&place.path("one/seed0007.png")), (16, 16));
    assert_ne!(place.bytes("many/seed0007.png"), place.bytes("many/seed0008.png"));
}

#[test]
fn the_grids_of_a_run_are_those_of_seeds_0_to_63() {
    let place = Place::with_run();
    place.dcgan(&["generate", "--model", "run", "--grid", "grid.png"]).succeeded();
    assert_eq!(place.bytes("grid.png"), place.bytes("run/samples/epoch_0001.png"));
}

#[test]
fn arrays_go_in_and_come_out() {
    let place = Place::with_run();
    let checkpoint = "run/checkpoints/step_00000002.ckpt";
    place
        .dcgan(&["generate", "--model", checkpoint, "--seeds", "3,5", "--out", "x.npy"])
        .succeeded();
    let x = npy(&place, "x.npy");
    assert_eq!(x.dim(), (2, 3, 16, 16));
    assert!(x.iter().all(|v| (-1.0..=1.0).contains(v)));

    let z = Array2::from_shape_fn((3, 5), |(i, j)| i as f32 - j as f32 * 0.3);
    z.write_npy(File::create(place.path("z.npy")).unwrap()).unwrap();
    let generate = |args: &[&str]| {
        place.dcgan(&[&["generate", "--model", "run", "--latents", "z.npy"], args].concat())
    };
    generate(&["--out", "y.npy", "--grid", "y.png"]).succeeded();
    generate(&["--out", "y"]).succeeded();
    assert_eq!(npy(&place, "y.npy").dim(), (3, 3, 16, 16));
    assert_eq!(place.list("y"), ["latent0000.png", "latent0001.png", "latent0002.png"]);

    // The floats of the array are those of the image, unstretched.
    let image = image::open(place.path("y/latent0001.png")).unwrap().into_rgb8();
    for ((c, y, x), v) in npy(&place, "y.npy").slice(s![1, .., .., ..]).indexed_iter() {
        let byte = ((v + 1.0) * 127.5).round() as u8;
        assert_eq!(image.get_pixel(x as u32, y as u32)[c], byte);
    }
}

#[test]
fn an_interpolation_starts_and_ends_at_its_seeds() {
    let place = Place::with_run();
    place.walk("3,8,1", "5", "strip.png");
    assert_eq!(size(&place.path("strip.png")), (5 * 18 + 2, 2 * 18 + 2));
    place.dcgan(&["generate", "--model", "run", "--seeds", "3,8", "--out", "ends"]).succeeded();
    let strip = image::open(place.path("strip.png")).unwrap().into_rgb8();
    for (name, x, y) in [("seed0003", 2, 2), ("seed0008", 2 + 4 * 18, 2), ("seed0008", 2, 20)] {
        let end = image::open(place.path(&format!("ends/{name}.png"))).unwrap().into_rgb8();
        let tile = image::imageops::crop_imm(&strip, x, y, 16, 16).to_image();
        assert_eq!(tile, end, "{name}");
    }

    place.walk("3,8,1", "4", "walk.gif");
    let gif = std::io::BufReader::new(File::open(place.path("walk.gif")).unwrap());
    let frames = image::codecs::gif::GifDecoder::new(gif).unwrap();
    // Two legs of four, whose common end is shown once.
    assert_eq!(image::AnimationDecoder::into_frames(frames).count(), 7);
}

#[test]
fn what_is_exported_can_be_imported() {
    let place = Place::with_run();
    for net in ["generator", "discriminator"] {
        let file = format!("{net}.safetensors");
        place.dcgan(&["export", "--model", "run", "--net", net, "--out", &file]).succeeded();
        let outcome = place.dcgan(&["info", &file]).succeeded();
        assert!(outcome.out.contains("main.0.weight"), "{}", outcome.out);
    }
    place
        .dcgan(&[
            "import",
            "--generator",
            "generator.safetensors",
            "--discriminator",
            "discriminator.safetensors",
            "--out",
            "back.ckpt",
        ])
        .succeeded();
    for model in ["run", "back.ckpt", "generator.safetensors"] {
        let out = format!("{model}.npy");
        place.dcgan(&["generate", "--model", model, "--seeds", "0-3", "--out", &out]).succeeded();
        assert_eq!(npy(&place, &out), npy(&place, "run.npy"), "{model}");
    }
    for net in ["generator", "discriminator"] {
        place
            .dcgan(&[
                "export",
                "--model",
                "back.ckpt",
                "--net",
                net,
                "--out",
                "again.safetensors",
                "--force",
            ])
            .succeeded();
        let tensors = |name: &str| {
            place
                .dcgan(&["info", name])
                .succeeded()
                .out
                .lines()
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(tensors("again.safetensors"), tensors(&format!("{net}.safetensors")));
    }
}

#[test]
fn info_shows_what_a_checkpoint_holds() {
    let place = Place::with_run();
    for file in ["run", "run/checkpoints/step_00000002.ckpt"] {
        let outcome = place.dcgan(&["info", file]).succeeded();
        for part in [
            "step_00000002.ckpt",
            "\nimage_size     16\nchannels       3\nnz             5\nngf            4\nndf            4\n",
            "6 images",
            "main.0.weight",
        ] {
            assert!(outcome.out.contains(part), "`{part}` is not in:\n{}", outcome.out);
        }
    }
}

#[test]
fn bench_times_the_step() {
    let place = Place::new();
    let outcome = place
        .dcgan(&[
            "bench",
            "--json",
            "--steps",
            "2",
            "--image-size",
            "16",
            "--ngf",
            "4",
            "--ndf",
            "4",
            "--batch-size",
            "2",
            "--threads",
            "1",
        ])
        .succeeded();
    let report: serde_json::Value = serde_json::from_str(&outcome.out).unwrap();
    for key in ["ms_per_step", "images_per_second", "peak_rss_bytes"] {
        assert!(report[key].as_f64().unwrap() > 0.0, "{report}");
    }
    for (key, value) in
        [("threads", 1), ("batch_size", 2), ("image_size", 16), ("ngf", 4), ("ndf", 4)]
    {
        assert_eq!(report[key], value, "{report}");
    }
    place.dcgan(&["bench", "--steps", "1", "--image-size", "16", "--ngf", "1"]).succeeded();
}

/// Whatever the files are called.
#[test]
fn weights_of_torch_save_are_read_wherever_a_model_is() {
    let place = Place::with_run();
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gan/tests/weights");
    for (from, to) in [
        ("netG_epoch_24.pth", "netG_epoch_24.pth"),
        ("netD_epoch_24.pth", "netD.bin"),
        ("old_whole_module.pth", "old"),
        ("run.pth", "both.ckpt"),
    ] {
        std::fs::copy(weights.join(from), place.path(to)).unwrap();
    }
    let generator = ["import", "--generator", "netG_epoch_24.pth"];
    let into = |out| [&generator[..], &["--discriminator", "netD.bin", "--out", out]].concat();
    let outcome = place.dcgan(&into("back.ckpt")).succeeded();
    assert!(
        outcome.out.contains("16 × 16 pixels, 3 channels, nz 3, ngf 2, ndf 2"),
        "{}",
        outcome.out
    );
    for model in ["netG_epoch_24.pth", "old", "both.ckpt"] {
        let out = format!("{model}.npy");
        place.dcgan(&["generate", "--model", model, "--seeds", "0-3", "--out", &out]).succeeded();
        assert_eq!(npy(&place, &out), npy(&place, "netG_epoch_24.pth.npy"), "{model}");
    }
    // A checkpoint is shown with statistics of its own, not with those of the file that it came from.
    let checkpoint = ["generate", "back.ckpt", "--seeds", "0-3", "--out", "back.npy"];
    place.dcgan(&checkpoint).succeeded();
    assert!(npy(&place, "back.npy") != npy(&place, "netG_epoch_24.pth.npy"));

    let info = |file: &str| place.dcgan(&["info", file]).succeeded().out;
    let listed = info("netG_epoch_24.pth");
    assert!(
        listed.starts_with("netG_epoch_24.pth: PyTorch, 13 tensors\na generator: model "),
        "{listed}"
    );
    assert!(listed.contains("\n  main.0.weight"), "{listed}");
    assert!(info("netD.bin").contains("\na discriminator\n"));
    let listed = info("both.ckpt");
    assert!(listed.contains("  optimizerG.state.0.exp_avg"), "{listed}");

    place
        .dcgan(&["import", "--generator", "netD.bin", "--out", "x.ckpt"])
        .refused(1, &["netD.bin: this is a discriminator, but a generator is wanted"]);
    place
        .dcgan(&["import", "--generator", "old", "--discriminator", "old", "--out", "x.ckpt"])
        .refused(1, &["old: this is a generator, but a discriminator is wanted"]);
    place
        .dcgan(&["import", "--generator", "run/checkpoints/step_00000002.ckpt", "--out", "x.ckpt"])
        .refused(1, &["a checkpoint of dcgan, not weights of PyTorch"]);
}

/// A file of a generator has none, and one without batch norm is not PyTorch's.
#[test]
fn a_discriminator_is_not_made_up() {
    let place = Place::with_run();
    place.dcgan(&["export", "run", "--out", "g.safetensors"]).succeeded();
    let export = ["export", "--net", "discriminator", "--out", "d.safetensors"];
    let of_file = [&export[..], &["g.safetensors"]].concat();
    place.dcgan(&of_file).refused(2, &["of g.safetensors only the generator is read"]);

    place.train(&["--out", "none", "--steps", "1", "--d-norm", "none"]).succeeded();
    place.dcgan(&[&export[..], &["none"]].concat()).succeeded();
    let import = ["import", "--generator", "g.safetensors", "--discriminator", "d.safetensors"];
    place
        .dcgan(&[&import[..], &["--out", "m.ckpt"]].concat())
        .refused(1, &["d.safetensors: this is a discriminator without batch norm"]);
}
