//! Every generated picture tells how it was made, and can be made again.

use std::collections::BTreeMap;
use std::fs::{self, File};

use image::imageops::crop_imm;
use image::{DynamicImage, RgbImage};
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;
use serde_json::{Value, json};

use crate::Place;

/// The texts of a PNG file.
fn texts(place: &Place, name: &str) -> BTreeMap<String, String> {
    let bytes = place.bytes(name);
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let texts = &reader.info().uncompressed_latin1_text;
    texts.iter().map(|text| (text.keyword.clone(), text.text.clone())).collect()
}

/// What a picture tells of itself.
fn told(place: &Place, name: &str) -> Value {
    serde_json::from_str(&texts(place, name)["dcgan"]).unwrap()
}

/// The same picture with another text.
fn retold(place: &Place, name: &str, to: &str, text: &str) {
    let picture = picture(place, name);
    let mut encoder =
        png::Encoder::new(File::create(place.path(to)).unwrap(), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.add_text_chunk("dcgan".to_owned(), text.to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(&picture).unwrap();
}

fn picture(place: &Place, name: &str) -> RgbImage {
    image::open(place.path(name)).unwrap().into_rgb8()
}

/// The tile of a grid of 16 × 16 pictures, counted from 1.
fn tile(grid: &RgbImage, row: u32, column: u32) -> RgbImage {
    let at = |n: u32| 2 + (n - 1) * 18;
    crop_imm(grid, at(column), at(row), 16, 16).to_image()
}

/// The model's fingerprint that `dcgan info` tells.
fn model(place: &Place, name: &str) -> String {
    let told = place.dcgan(&["info", name]).succeeded();
    let line = told.out.lines().find_map(|line| line.split_once("model "));
    line.unwrap_or_else(|| panic!("no model in {}", told.out)).1.trim().to_owned()
}

/// Makes a tile again and holds it against the grid.
#[track_caller]
fn assert_remade(place: &Place, grid: &str, row: u32, column: u32) {
    let at = format!("{row},{column}");
    let again = ["regenerate", grid, "--tile", &at, "--model", "run", "--out", "again.png"];
    let told = place.dcgan(&again).succeeded();
    assert!(told.out.contains(&format!("every pixel as in {grid}")), "{}", told.out);
    assert_eq!(told.err, "");
    let expected = tile(&picture(place, grid), row, column);
    assert!(picture(place, "again.png") == expected, "{grid} {at}");
}

fn write_latents(place: &Place) {
    let z = Array2::from_shape_fn((5, 5), |(i, j)| (i as f32 - 1.7) * 0.1 + j as f32 / 3.0);
    z.write_npy(File::create(place.path("z.npy")).unwrap()).unwrap();
}

#[test]
fn pictures_tell_what_made_them() {
    let place = Place::with_run();
    place
        .dcgan(&[
            "generate", "--model", "run", "--seeds", "7,3-5", "--out", "each", "--grid", "grid.png",
        ])
        .succeeded();
    place
        .dcgan(&[
            "interpolate",
            "--model",
            "run",
            "--seeds",
            "3,8",
            "--frames",
            "4",
            "--out",
            "strip.png",
        ])
        .succeeded();
    let model = model(&place, "run");
    let head = |columns: u64, padding: u64, tiles: Value| json!({ "format": 1, "model": model, "steps": 2, "columns": columns, "padding": padding, "tiles": tiles });
    let seeds = |first: u64, last: u64| json!({ "seeds": { "first": first, "last": last } });
    assert_eq!(told(&place, "grid.png"), head(4, 2, json!([seeds(7, 7), seeds(3, 5)])));
    assert_eq!(told(&place, "each/seed0004.png"), head(1, 0, json!([seeds(4, 4)])));
    let blend = json!({ "blend": { "from": 3, "to": 8, "frames": 4, "first": 0, "last": 3 } });
    assert_eq!(told(&place, "strip.png"), head(4, 2, json!([blend])));
    // After no step and after two.
    assert_eq!(told(&place, "run/samples/epoch_0001.png"), head(8, 2, json!([seeds(0, 63)])));
    let first = told(&place, "run/samples/epoch_0000.png");
    assert!(first["model"] != model.as_str() && first["steps"] == 0);
    let version = place.dcgan(&["--version"]).succeeded().out;
    assert_eq!(texts(&place, "grid.png")["Software"], version.trim());
    assert!(texts(&place, "run/reals.png").is_empty(), "those were not generated");
}

#[test]
fn latents_of_an_array_are_kept_whole() {
    let place = Place::with_run();
    write_latents(&place);
    place
        .dcgan(&[
            "generate",
            "--model",
            "run",
            "--latents",
            "z.npy",
            "--out",
            "each",
            "--grid",
            "grid.png",
            "--columns",
            "2",
        ])
        .succeeded();
    let array = told(&place, "each/latent0003.png")["tiles"][0]["array"].clone();
    assert_eq!((&array["first"], &array["last"], &array["nz"]), (&json!(3), &json!(3), &json!(5)));
    // (3 − 1.7) · 0.1 + j/3, as Python's struct and base64 give them.
    assert_eq!(array["floats"], "uB4FPgc67T5Z8ks/16OQP4JOuz8=");
    for (row, column) in [(1, 1), (2, 1), (2, 2), (3, 1)] {
        assert_remade(&place, "grid.png", row, column);
    }
    let from_grid = told(&place, "again.png");
    assert_eq!(from_grid["tiles"][0]["array"]["first"], 4);
    // A picture of its own is as good as one of a grid.
    fs::remove_file(place.path("z.npy")).unwrap();
    place
        .dcgan(&["regenerate", "each/latent0003.png", "--model", "run", "--out", "alone.png"])
        .succeeded();
    assert!(place.bytes("alone.png") == place.bytes("each/latent0003.png"));
    let info = place.dcgan(&["info", "grid.png"]).succeeded();
    info.tells(&["5 pictures in 3 rows of 2", "tile 2,2", "row 3 of an array, latent "]);
}

/// Of grids and strips, the corners and what is between; from a batch of 64 and from a batch of one.
#[test]
fn a_tile_made_again_is_the_tile_pixel_for_pixel() {
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
    place
        .dcgan(&[
            "interpolate",
            "--model",
            "run",
            "--seeds",
            "3,8,1",
            "--frames",
            "5",
            "--out",
            "strip.png",
        ])
        .succeeded();
    for (row, column) in [(1, 1), (1, 3), (2, 2), (2, 5)] {
        assert_remade(&place, "strip.png", row, column);
        // And again from what was made again, which is the same file.
        let first = place.bytes("again.png");
        place
            .dcgan(&["regenerate", "again.png", "--model", "run", "--out", "twice.png"])
            .succeeded();
        assert!(place.bytes("twice.png") == first);
    }
    place.dcgan(&["regenerate", "strip.png", "--model", "run", "--out", "all.png"]).succeeded();
    assert!(place.bytes("all.png") == place.bytes("strip.png"), "the whole");
}

/// More than are in memory at a time.
#[test]
fn each_of_many_pictures_tells_of_itself() {
    let place = Place::with_run();
    place.dcgan(&["generate", "--model", "run", "--seeds", "100-399", "--out", "many"]).succeeded();
    assert_eq!(place.list("many").len(), 300);
    for seed in [100, 355, 356, 399] {
        let name = format!("many/seed0{seed}.png");
        let expected = json!([{ "seeds": { "first": seed, "last": seed } }]);
        assert_eq!(told(&place, &name)["tiles"], expected);
        place.dcgan(&["regenerate", &name, "--model", "run", "--out", "again.png"]).succeeded();
        assert!(place.bytes("again.png") == place.bytes(&name), "{seed}");
    }
}

#[test]
fn a_picture_can_be_enlarged() {
    let place = Place::with_run();
    let grid = "run/samples/epoch_0001.png";
    let again = |args: &[&str]| {
        place.dcgan(&[&["regenerate", grid, "--model", "run", "--out", "big.png"], args].concat())
    };
    again(&["--tile", "2,3", "--scale", "5"]).succeeded();
    let small = tile(&picture(&place, grid), 2, 3);
    let big = picture(&place, "big.png");
    assert_eq!(big.dimensions(), (80, 80));
    assert!(big.enumerate_pixels().all(|(x, y, pixel)| pixel == small.get_pixel(x / 5, y / 5)));
    again(&["--scale", "2"]).succeeded();
    assert_eq!(picture(&place, "big.png").dimensions(), (8 * 34 + 2, 8 * 34 + 2));
    again(&["--scale", "0"]).refused(2, &["--scale", "0"]);
}

/// Whichever way the model comes, and in whichever checkpoint of a run it is.
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
    assert_eq!(prints[0], told(&place, grid)["model"]);
    assert!(prints.iter().all(|print| *print == prints[0]), "{prints:?}");
    let expected = tile(&picture(&place, grid), 3, 5);
    // The run's newest checkpoint is another one: that of the grid is looked for.
    assert_ne!(model(&place, "run"), prints[0]);
    for name in names.iter().chain(&["run"]) {
        let again = ["regenerate", grid, "--tile", "3,5", "--model", name, "--out", "again.png"];
        place.dcgan(&again).succeeded();
        assert!(picture(&place, "again.png") == expected, "{name}");
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
fn pictures_that_tell_nothing_of_use_are_refused() {
    let place = Place::with_run();
    let grid = "run/samples/epoch_0001.png";
    let text = texts(&place, grid)["dcgan"].clone();
    retold(&place, grid, "newer.png", &text.replace("\"format\":1", "\"format\":2,\"more\":[]"));
    retold(&place, grid, "wrong.png", &text.replace("\"columns\":8", "\"columns\":0"));
    retold(&place, grid, "no.png", "not JSON");
    let again = |args: &[&str]| {
        let args = [&["regenerate"], args, &["--model", "run", "--out", "again.png"]].concat();
        place.dcgan(&args)
    };
    again(&["missing.png"]).refused(1, &["cannot read missing.png"]);
    for (file, parts) in [
        ("cats/0.png", &["cats/0.png", "does not tell how it was made"][..]),
        ("run/config.toml", &["run/config.toml", "no PNG file"]),
        ("newer.png", &["newer.png", "format 2", "up to format 1", "newer dcgan"]),
        ("wrong.png", &["wrong.png", "makes no sense", "rows of 0"]),
        ("no.png", &["no.png", "makes no sense"]),
    ] {
        again(&[file]).refused(1, parts);
        if file.ends_with("png") {
            place.dcgan(&["info", file]).refused(1, parts);
        }
    }
    for (tile, parts) in [
        ("9,1", &["--tile is 9,1", "64 pictures", "rows 1 to 8", "columns 1 to 8"][..]),
        ("1,9", &["--tile is 1,9", "columns 1 to 8"]),
        ("18446744073709551615,3", &["--tile is 18446744073709551615,3"]),
        ("0,1", &["--tile", "0,1", "counted from 1"]),
        ("3", &["--tile", "3", "such as 3,5"]),
    ] {
        again(&[grid, "--tile", tile]).refused(2, parts);
    }
    let model = ["regenerate", grid, "--model", "run", "--out"];
    place.dcgan(&[&model[..], &["x.jpg"]].concat()).refused(2, &["--out is x.jpg", ".png"]);
    place.dcgan(&[&model[..], &[grid]].concat()).refused(2, &["--out is", "the picture itself"]);
    assert!(!place.path("again.png").exists());
}

/// A picture that was touched, or is made by a processor that rounds otherwise, is told of.
#[test]
fn what_is_not_as_it_was_is_told() {
    let place = Place::with_run();
    let grid = "run/samples/epoch_0001.png";
    let mut changed = picture(&place, grid);
    changed.get_pixel_mut(2 + 18 + 4, 2 + 5)[2] ^= 3;
    changed.save(place.path("pixels.png")).unwrap();
    retold(&place, "pixels.png", "changed.png", &texts(&place, grid)["dcgan"]);
    let again = |tile| {
        let args =
            ["regenerate", "changed.png", "--tile", tile, "--model", "run", "--out", "again.png"];
        place.dcgan(&args).succeeded()
    };
    assert!(again("1,1").out.contains("every pixel as in changed.png"));
    let told = again("1,2");
    let warning = "warning: 1 of 256 pixels are not those of changed.png, by ";
    assert!(told.err.starts_with(warning), "{}", told.err);
    assert!(!told.out.contains("every pixel"), "{}", told.out);
}

#[test]
fn grey_and_transparent_pictures_are_made_again_too() {
    for channels in ["1", "4"] {
        let place = Place::with_cats(4);
        place.train(&["--out", "run", "--steps", "1", "--channels", channels]).succeeded();
        let grid = "run/samples/epoch_0001.png";
        let again = ["regenerate", grid, "--tile", "2,2", "--model", "run", "--out", "again.png"];
        let told = place.dcgan(&again).succeeded();
        assert!(told.out.contains("every pixel"), "{}", told.out);
        let open = |name: &str| image::open(place.path(name)).unwrap();
        let expected: DynamicImage = open(grid).crop_imm(20, 20, 16, 16);
        assert!(open("again.png") == expected);
    }
}
