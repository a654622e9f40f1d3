//! Images that are regenerated from their metadata.

use image::DynamicImage;

use crate::Place;
use crate::metadata::{
    assert_remade, image, metadata, model, texts, tile, with_metadata, write_latents,
};

/// Of grids and strips, the corners and what is between; from a batch of 64 and from a batch of one.
#[test]
fn a_regenerated_tile_equals_the_original_pixel_for_pixel() {
    let place = Place::with_run();
    place
        .dcgan(&[
            "generate",
            "--model",
            "run",
            "--seeds",
            "90-180",
            "--grid",
            "grid.png",
            "--columns",
            "10",
        ])
        .succeeded();
    for (row, column) in [(1, 1), (1, 10), (3, 5), (7, 4), (7, 5), (10, 1)] {
        assert_remade(&place, "grid.png", row, column);
    }
    for (row, column) in [(1, 1), (3, 5), (8, 8)] {
        assert_remade(&place, "run/samples/epoch_0001.png", row, column);
    }
    place.walk("3,8,1", "5", "strip.png");
    for (row, column) in [(1, 1), (1, 3), (2, 2), (2, 5)] {
        assert_remade(&place, "strip.png", row, column);
        // And from the regenerated one, which gives the same file.
        let first = place.bytes("again.png");
        place
            .dcgan(&["regenerate", "again.png", "--model", "run", "--out", "twice.png"])
            .succeeded();
        assert!(place.bytes("twice.png") == first);
    }
    place.dcgan(&["regenerate", "strip.png", "--model", "run", "--out", "all.png"]).succeeded();
    assert!(place.bytes("all.png") == place.bytes("strip.png"), "the whole");
}

#[test]
fn an_image_can_be_enlarged() {
    let place = Place::with_run();
    let grid = "run/samples/epoch_0001.png";
    let again = |args: &[&str]| {
        place.dcgan(&[&["regenerate", grid, "--model", "run", "--out", "big.png"], args].concat())
    };
    again(&["--tile", "2,3", "--scale", "5"]).succeeded();
    let small = tile(&image(&place, grid), 2, 3);
    let big = image(&place, "big.png");
    assert_eq!(big.dimensions(), (80, 80));
    assert!(big.enumerate_pixels().all(|(x, y, pixel)| pixel == small.get_pixel(x / 5, y / 5)));
    again(&["--scale", "2"]).succeeded();
    assert_eq!(image(&place, "big.png").dimensions(), (8 * 34 + 2, 8 * 34 + 2));
    again(&["--scale", "0"]).refused(2, &["--scale", "0"]);
}

/// However the model is given, and in whichever checkpoint of a run it is.
#[test]
fn a_model_is_known_however_it_is_kept() {
    let place = Place::with_cats(4);
    let often = ["--out", "run", "--epochs", "3", "--checkpoint-every", "1", "--sample-every", "1"];
    place.train(&often).succeeded();
    let grid = "run/samples/epoch_0002.png";
    place
        .dcgan(&[
            "export",
            "--model",
            "run/checkpoints/step_00000002.ckpt",
            "--out",
            "g.safetensors",
        ])
        .succeeded();
    place.dcgan(&["import", "--generator", "g.safetensors", "--out", "back.ckpt"]).succeeded();
    let names = ["run/checkpoints/step_00000002.ckpt", "g.safetensors", "back.ckpt"];
    let prints = names.map(|name| model(&place, name));
    assert_eq!(prints[0], metadata(&place, grid)["model"]);
    assert!(prints.iter().all(|print| *print == prints[0]), "{prints:?}");
    let expected = tile(&image(&place, grid), 3, 5);
    // The run's newest checkpoint is another one: that of the grid is looked for.
    assert_ne!(model(&place, "run"), prints[0]);
    for name in names.iter().chain(&["run"]) {
        let again = ["regenerate", grid, "--tile", "3,5", "--model", name, "--out", "again.png"];
        place.dcgan(&again).succeeded();
        assert!(image(&place, "again.png") == expected, "{name}");
        // Also its steps, which the model itself no longer knows.
        assert_eq!(metadata(&place, "again.png")["steps"], 2, "{name}");
    }
}

#[test]
fn another_model_is_refused_unless_it_is_asked_for() {
    let place = Place::with_run();
    place.train(&["--out", "other", "--steps", "3"]).succeeded();
    let grid = "run/samples/epoch_0001.png";
    let again = ["regenerate", grid, "--tile", "3,5", "--model", "other", "--out", "again.png"];
    let (then, now) = (model(&place, "run"), model(&place, "other"));
    let parts = [
        grid,
        &format!("{then} (after 2 steps)"),
        &format!("{now} (after 3 steps)"),
        "--any-model",
    ];
    place.dcgan(&again).refused(1, &parts);
    assert!(!place.path("again.png").exists());

    place.dcgan(&[&again[..], &["--any-model"]].concat()).succeeded();
    place
        .dcgan(&["generate", "--model", "other", "--seeds", "20", "--out", "expected"])
        .succeeded();
    assert!(place.bytes("again.png") == place.bytes("expected/seed0020.png"));

    // Latents of an array are of one length only.
    write_latents(&place);
    place
        .dcgan(&["generate", "--model", "run", "--latents", "z.npy", "--grid", "z.png"])
        .succeeded();
    place
        .dcgan(&[
            "train", "--data", "cats", "--out", "wide", "--steps", "1", "--nz", "6", "--ngf", "4",
            "--ndf", "4",
        ])
        .succeeded();
    let again = ["regenerate", "z.png", "--model", "wide", "--out", "again2.png", "--any-model"];
    place.dcgan(&again).refused(1, &["z.png", "5 numbers", "6"]);
}

#[test]
fn images_without_usable_metadata_are_refused() {
    let place = Place::with_run();
    let grid = "run/samples/epoch_0001.png";
    let text = texts(&place, grid)["dcgan"].clone();
    with_metadata(
        &place,
        grid,
        "newer.png",
        &text.replace("\"format\":1", "\"format\":3,\"more\":[]"),
    );
    with_metadata(&place, grid, "wrong.png", &text.replace("\"columns\":8", "\"columns\":0"));
    with_metadata(&place, grid, "no.png", "not JSON");
    let again = |args: &[&str]| {
        let args = [&["regenerate"], args, &["--model", "run", "--out", "again.png"]].concat();
        place.dcgan(&args)
    };
    again(&["missing.png"]).refused(1, &["cannot read missing.png"]);
    for (file, parts) in [
        ("cats/0.png", &["cats/0.png", "no dcgan metadata found"][..]),
        ("run/config.toml", &["run/config.toml", "not a PNG file"]),
        ("newer.png", &["newer.png", "format 3", "up to format 2", "newer dcgan"]),
        ("wrong.png", &["wrong.png", "metadata is invalid", "rows of 0"]),
        ("no.png", &["no.png", "metadata is invalid"]),
    ] {
        again(&[file]).refused(1, parts);
        if file.ends_with("png") {
            place.dcgan(&["info", file]).refused(1, parts);
        }
    }
    for (tile, parts) in [
        ("9,1", &["--tile is 9,1", "64 images in rows of 8, from 1,1 to 8,8"][..]),
        ("1,9", &["--tile is 1,9", "rows of 8"]),
        ("18446744073709551615,3", &["--tile is 18446744073709551615,3"]),
        ("0,1", &["--tile", "0,1", "counted from 1"]),
        ("3", &["--tile", "3", "such as 3,5"]),
    ] {
        again(&[grid, "--tile", tile]).refused(2, parts);
    }
    let model = ["regenerate", grid, "--model", "run", "--out"];
    place.dcgan(&[&model[..], &["x.jpg"]].concat()).refused(2, &["--out is x.jpg", ".png"]);
    place
        .dcgan(&[&model[..], &[grid]].concat())
        .refused(2, &["--out is", "it is the input itself"]);
    assert!(!place.path("again.png").exists());
}

/// An image that was changed, or is made by a processor that rounds differently, is reported.
#[test]
fn differences_are_reported() {
    let place = Place::with_run();
    let grid = "run/samples/epoch_0001.png";
    let mut changed = image(&place, grid);
    changed.get_pixel_mut(2 + 18 + 4, 2 + 5)[2] ^= 3;
    changed.save(place.path("pixels.png")).unwrap();
    with_metadata(&place, "pixels.png", "changed.png", &texts(&place, grid)["dcgan"]);
    let again = |tile| {
        let args =
            ["regenerate", "changed.png", "--tile", tile, "--model", "run", "--out", "again.png"];
        place.dcgan(&args).succeeded()
    };
    assert!(again("1,1").out.contains("every pixel as in changed.png"));
    let outcome = again("1,2");
    let warning = "warning: 1 of 256 pixels differ from changed.png, by at most ";
    assert!(outcome.err.starts_with(warning), "{}", outcome.err);
    assert!(!outcome.out.contains("every pixel"), "{}", outcome.out);
}

#[test]
fn grey_and_transparent_images_are_regenerated_too() {
    for channels in ["1", "4"] {
        let place = Place::with_cats(4);
        place.train(&["--out", "run", "--steps", "1", "--channels", channels]).succeeded();
        let grid = "run/samples/epoch_0001.png";
        let again = ["regenerate", grid, "--tile", "2,2", "--model", "run", "--out", "again.png"];
        let outcome = place.dcgan(&again).succeeded();
        assert!(outcome.out.contains("every pixel"), "{}", outcome.out);
        let open = |name: &str| image::open(place.path(name)).unwrap();
        let expected: DynamicImage = open(grid).crop_imm(20, 20, 16, 16);
        assert!(open("again.png") == expected);
    }
}
