//! `dcgan export` to a .gen file, and the crate that reads it.

use dcgan_infer::Generator;

use crate::Place;

fn generator(place: &Place, name: &str) -> Generator {
    Generator::from_bytes(&place.bytes(name)).unwrap()
}

#[test]
fn a_gen_file_makes_the_images_that_generate_makes() {
    let place = Place::with_run();
    place.dcgan(&["generate", "run", "--seeds", "7", "--out", "7.png"]).succeeded();
    let expected = image::open(place.path("7.png")).unwrap().into_rgb8().into_raw();
    place
        .dcgan(&["export", "run", "--out", "g.gen"])
        .succeeded()
        .prints(&["generator after 2 steps in g.gen"]);
    place.dcgan(&["export", "run", "--out", "half.gen", "--f16"]).succeeded();
    for (name, levels) in [("g.gen", 1), ("half.gen", 2)] {
        let generator = generator(&place, name);
        let image = generator.image(&generator.latent(7)).bytes();
        assert_eq!(image.len(), expected.len());
        let near = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= levels;
        assert!(image.iter().zip(&expected).all(near), "{name}");
        let info = place.dcgan(&["info", "7.png"]).succeeded().out;
        assert!(info.contains(&generator.fingerprint().to_string()), "{info}");
        assert_eq!(generator.steps(), 2);
    }
    let numbers = |name| place.bytes(name).len() - 52;
    assert_eq!(numbers("g.gen"), 2 * numbers("half.gen"));
    place
        .dcgan(&["generate", "g.gen", "--out", "x.png"])
        .refused(1, &["g.gen: a .gen file", "name the model that it was exported from"]);
}

#[test]
fn a_gen_file_is_replaced_by_a_newer_one_and_another_programs_is_not() {
    let place = Place::with_run();
    let export = |model, out| place.dcgan(&["export", model, "--out", out]);
    export("run", "g.gen").succeeded();
    export("run", "g.safetensors").succeeded();
    // Weights from PyTorch do not say after how many steps.
    export("g.safetensors", "g.gen").succeeded().prints(&["generator in g.gen"]);
    assert_eq!(generator(&place, "g.gen").steps(), 0);
    std::fs::write(place.path("g.gen"), "mine").unwrap();
    export("run", "g.gen").refused(2, &["g.gen: it exists, and nothing shows that dcgan wrote it"]);
    assert_eq!(place.text("g.gen"), "mine");
}

#[test]
fn flags_that_make_no_sense_together_are_refused() {
    let place = Place::with_run();
    let export = |args: &[&str]| place.dcgan(&[&["export", "run"], args].concat());
    export(&["--out", "g.safetensors", "--f16"]).refused(2, &["--f16 is for a .gen file"]);
    let discriminator = ["--net", "discriminator", "--out", "d.gen"];
    export(&discriminator).refused(2, &["a .gen file holds a generator"]);
    let ends = "its name must end in .safetensors, .onnx or .gen";
    export(&["--out", "g.pth"]).refused(2, &[ends]);
    assert!(!place.path("g.safetensors").exists() && !place.path("d.gen").exists());
}
