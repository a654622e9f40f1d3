//! Every generated image records how it was made.

use std::collections::BTreeMap;
use std::fs::{self, File};

use image::RgbImage;
use image::imageops::crop_imm;
use ndarray::Array2;
use ndarray_npy::WriteNpyExt;
use serde_json::{Value, json};

use crate::Place;

/// The texts of a PNG file.
pub(crate) fn texts(place: &Place, name: &str) -> BTreeMap<String, String> {
    let bytes = place.bytes(name);
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let texts = &reader.info().uncompressed_latin1_text;
    texts.iter().map(|text| (text.keyword.clone(), text.text.clone())).collect()
}

/// The metadata of an image.
pub(crate) fn metadata(place: &Place, name: &str) -> Value {
    serde_json::from_str(&texts(place, name)["dcgan"]).unwrap()
}

/// The same image with another text.
pub(crate) fn with_metadata(place: &Place, name: &str, to: &str, text: &str) {
    let image = image(place, name);
    let mut encoder =
        png::Encoder::new(File::create(place.path(to)).unwrap(), image.width(), image.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.add_text_chunk("dcgan".to_owned(), text.to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(&image).unwrap();
}

pub(crate) fn image(place: &Place, name: &str) -> RgbImage {
    image::open(place.path(name)).unwrap().into_rgb8()
}

/// The tile of a grid of 16 × 16 images, counted from 1.
pub(crate) fn tile(grid: &RgbImage, row: u32, column: u32) -> RgbImage {
    let at = |n: u32| 2 + (n - 1) * 18;
    crop_imm(grid, at(column), at(row), 16, 16).to_image()
}

/// The fingerprint of the model, as `dcgan info` prints it.
pub(crate) fn model(place: &Place, name: &str) -> String {
    let outcome = place.dcgan(&["info", name]).succeeded();
    let line = outcome.out.lines().find_map(|line| line.split_once("model "));
    line.unwrap_or_else(|| panic!("no model in {}", outcome.out)).1.trim().to_owned()
}

/// Regenerates a tile and compares it with the grid.
#[track_caller]
pub(crate) fn assert_remade(place: &Place, grid: &str, row: u32, column: u32) {
    let at = format!("{row},{column}");
    let again = ["regenerate", grid, "--tile", &at, "--model", "run", "--out", "again.png"];
    let outcome = place.dcgan(&again).succeeded();
    assert!(outcome.out.contains(&format!("every pixel as in {grid}")), "{}", outcome.out);
    assert_eq!(outcome.err, "");
    let expected = tile(&image(place, grid), row, column);
    assert!(image(place, "again.png") == expected, "{grid} {at}");
}

pub(crate) fn write_latents(place: &Place) {
    let z = Array2::from_shape_fn((5, 5), |(i, j)| (i as f32 - 1.7) * 0.1 + j as f32 / 3.0);
    z.write_npy(File::create(place.path("z.npy")).unwrap()).unwrap();
}

#[test]
fn images_record_how_they_were_made() {
    let place = Place::with_run();
    place
        .dcgan(&[
            "generate", "--model", "run", "--seeds", "7,3-5", "--out", "each", "--grid", "grid.png",
        ])
        .succeeded();
    place.walk("3,8", "4", "strip.png");
    let model = model(&place, "run");
    let head = |columns: u64, padding: u64, tiles: Value| json!({ "format": 1, "model": model, "steps": 2, "columns": columns, "padding": padding, "tiles": tiles });
    let seeds = |first: u64, last: u64| json!({ "seeds": { "first": first, "last": last } });
    assert_eq!(metadata(&place, "grid.png"), head(4, 2, json!([seeds(7, 7), seeds(3, 5)])));
    assert_eq!(metadata(&place, "each/seed0004.png"), head(1, 0, json!([seeds(4, 4)])));
    let blend = json!({ "blend": { "from": 3, "to": 8, "frames": 4, "first": 0, "last": 3 } });
    assert_eq!(metadata(&place, "strip.png"), head(4, 2, json!([blend])));
    // After no step and after two.
    assert_eq!(metadata(&place, "run/samples/epoch_0001.png"), head(8, 2, json!([seeds(0, 63)])));
    let first = metadata(&place, "run/samples/epoch_0000.png");
    assert!(first["model"] != model.as_str() && first["steps"] == 0);
    let version = place.dcgan(&["--version"]).succeeded().out;
    assert_eq!(texts(&place, "grid.png")["Software"], version.trim());
    let not_generated = json!({ "format": 1, "illustration": "reals" });
    assert_eq!(metadata(&place, "run/reals.png"), not_generated);
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
    let array = metadata(&place, "each/latent0003.png")["tiles"][0]["array"].clone();
    assert_eq!((&array["first"], &array["last"], &array["nz"]), (&json!(3), &json!(3), &json!(5)));
    // (3 − 1.7) · 0.1 + j/3, as Python's struct and base64 give them.
    assert_eq!(array["floats"], "uB4FPgc67T5Z8ks/16OQP4JOuz8=");
    for (row, column) in [(1, 1), (2, 1), (2, 2), (3, 1)] {
        assert_remade(&place, "grid.png", row, column);
    }
    let from_grid = metadata(&place, "again.png");
    assert_eq!(from_grid["tiles"][0]["array"]["first"], 4);
    // A single image works as well as one in a grid.
    fs::remove_file(place.path("z.npy")).unwrap();
    place
        .dcgan(&["regenerate", "each/latent0003.png", "--model", "run", "--out", "alone.png"])
        .succeeded();
    assert!(place.bytes("alone.png") == place.bytes("each/latent0003.png"));
    let info = place.dcgan(&["info", "grid.png"]).succeeded();
    info.prints(&["5 images in 3 rows of 2", "tile 2,2", "row 3 of an array, latent "]);
}

/// More than are in memory at a time.
#[test]
fn each_of_many_images_has_its_own_metadata() {
    let place = Place::with_run();
    place.dcgan(&["generate", "--model", "run", "--seeds", "100-399", "--out", "many"]).succeeded();
    assert_eq!(place.list("many").len(), 300);
    for seed in [100, 355, 356, 399] {
        let name = format!("many/seed0{seed}.png");
        let expected = json!([{ "seeds": { "first": seed, "last": seed } }]);
        assert_eq!(metadata(&place, &name)["tiles"], expected);
        place.dcgan(&["regenerate", &name, "--model", "run", "--out", "again.png"]).succeeded();
        assert!(place.bytes("again.png") == place.bytes(&name), "{seed}");
    }
}
