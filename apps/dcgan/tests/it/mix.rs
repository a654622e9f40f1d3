//! `dcgan mix`, and `--truncation` and `--scale` of the commands that make images.

use std::fs::File;

use ndarray::{Array2, Array4, Axis};
use ndarray_npy::{ReadNpyExt, WriteNpyExt};
use serde_json::json;

use dcgan_gan::latent;

use crate::metadata::{assert_remade, image, metadata, tile};
use crate::{Outcome, Place};

fn mix(place: &Place, args: &[&str]) -> Outcome {
    place.dcgan(&[&["mix"], args].concat())
}

/// Raw images, channels first.
fn array(place: &Place, name: &str) -> Array4<f32> {
    Array4::read_npy(File::open(place.path(name)).unwrap()).unwrap()
}

/// The raw images of these latents, each multiplied by `psi`.
fn images_of(place: &Place, latents: &[Vec<f32>], psi: f64) -> Array4<f32> {
    let z =
        Array2::from_shape_fn((latents.len(), 5), |(i, j)| (f64::from(latents[i][j]) * psi) as f32);
    z.write_npy(File::create(place.path("z.npy")).unwrap()).unwrap();
    place
        .dcgan(&["generate", "run", "--latents", "z.npy", "--out", "expected.npy", "--force"])
        .succeeded();
    array(place, "expected.npy")
}

fn z(seed: u64) -> Vec<f32> {
    latent::from_seed(seed, 5)
}

/// 3 − 8 + 15, with the terms in front.
#[test]
fn a_mix_is_a_sum_of_latents_beside_its_terms() {
    let place = Place::with_run();
    let sum: Vec<f32> = (0..5)
        .map(|i| (f64::from(z(3)[i]) - f64::from(z(8)[i]) + f64::from(z(15)[i])) as f32)
        .collect();
    let expected = images_of(&place, &[z(3), z(8), z(15), sum], 1.0);
    // In one word or in several; the model with a flag or without; and a minus that a document made a dash.
    for (i, args) in [
        &["run", "3", "-", "8", "+", "15"][..],
        &["run", "3", "-8", "+15"],
        &["run", "3 - 8+15"],
        &["--model", "run", "3", "-", "8", "+", "15"],
        &["run", "3 − 8 + 15"],
    ]
    .into_iter()
    .enumerate()
    {
        let out = format!("{i}.npy");
        mix(&place, &[args, &["--out", &out]].concat())
            .succeeded()
            .prints(&["3 terms and 3 - 8 + 15 in "]);
        assert_eq!(array(&place, &out), expected, "{args:?}");
    }
    mix(&place, &["run", "3", "-", "8", "+", "15", "--alone", "--out", "alone.npy"]).succeeded();
    assert_eq!(array(&place, "alone.npy").index_axis(Axis(0), 0), expected.index_axis(Axis(0), 3));

    mix(&place, &["run", "3", "-", "8", "+", "15", "--out", "mix.png"]).succeeded();
    let row = image(&place, "mix.png");
    assert_eq!(row.dimensions(), (4 * 18 + 2, 18 + 2));
    place.dcgan(&["generate", "run", "--seeds", "8", "--out", "8.png"]).succeeded();
    assert!(tile(&row, 1, 2) == image(&place, "8.png"));
}

#[test]
fn a_list_in_parentheses_is_the_mean_of_its_latents() {
    let place = Place::with_run();
    let mean = |seeds: &[u64]| -> Vec<f64> {
        (0..5)
            .map(|i| seeds.iter().map(|&s| f64::from(z(s)[i])).sum::<f64>() / seeds.len() as f64)
            .collect()
    };
    let (a, b) = (mean(&[3, 4, 5]), mean(&[8, 9]));
    let single = |z: &[f64]| z.iter().map(|&z| z as f32).collect::<Vec<_>>();
    let sum: Vec<f32> = (0..5).map(|i| (b[i] - a[i] + f64::from(z(15)[i])) as f32).collect();
    let expected = images_of(&place, &[single(&a), single(&b), z(15), sum], 1.0);
    mix(&place, &["run", "-(3,4-5)", "+", "(8,9)+15", "--out", "x.npy"]).succeeded();
    mix(&place, &["--out", "y.npy", "run", "- (3,4-5) + (8,9) + 15"]).succeeded();
    assert_eq!(array(&place, "x.npy"), array(&place, "y.npy"));
    let found = array(&place, "x.npy");
    let most = (&found - &expected).iter().fold(0.0f32, |most, d| most.max(d.abs()));
    assert!(most < 1e-5, "{most}");
}

/// The row can be made again from what its file says, and every image of it alone.
#[test]
fn a_mix_can_be_regenerated() {
    let place = Place::with_run();
    let expression = ["run", "(3,4)", "-", "8", "+", "15"];
    mix(&place, &[&expression[..], &["--truncation", "0.6", "--out", "mix.png"]].concat())
        .succeeded();
    let made = metadata(&place, "mix.png");
    let seed = |n: u64| json!({ "seeds": { "first": n, "last": n } });
    let mix_of = |text: &str| json!({ "mix": { "expression": text } });
    let tiles = json!([mix_of("(3,4)"), seed(8), seed(15), mix_of("(3,4) - 8 + 15")]);
    assert_eq!(
        (&made["format"], &made["tiles"], &made["truncation"]),
        (&json!(2), &tiles, &json!(0.6))
    );
    (1..=4).for_each(|column| assert_remade(&place, "mix.png", 1, column));
    place.dcgan(&["regenerate", "mix.png", "--model", "run", "--out", "again.png"]).succeeded();
    assert!(place.bytes("again.png") == place.bytes("mix.png"));
    let info = place.dcgan(&["info", "mix.png"]).succeeded();
    info.prints(&[
        "truncation     0.6",
        "tile 1,4       seeds (3,4) - 8 + 15",
        "regenerate mix.png --tile 1,1",
    ]);
}

#[test]
fn what_is_no_expression_is_refused() {
    let place = Place::with_run();
    for (words, parts) in [
        (&["3", "8"][..], &["the expression is 3 8", "there is no + or - before `8`"][..]),
        (&["3", "-"], &["the expression is 3 -", "no seed after the last sign"]),
        (&["3", "-", "x"], &["`x` does not begin with a seed"]),
        (&["3 - - 8"], &["`- 8` does not begin with a seed"]),
        (&["(3,4"], &["there is no ) after `(3,4`"]),
        (&["(3,,4)"], &["`` is not a seed"]),
        (&["(5-3)"], &["5-3 is backwards; write 3-5"]),
        (&["(0-99999999999)"], &["more than 1000 seeds"]),
        (&["99999999999999999999"], &["`99999999999999999999` is not a seed"]),
        (&[], &["no expression given", "such as 3 - 8 + 15"]),
    ] {
        mix(&place, &[&["run"], words, &["--out", "x.png"]].concat()).refused(2, parts);
    }
    mix(&place, &["run", "3", "--out", "x.gif"]).refused(2, &["--out is x.gif", ".png or .npy"]);
    mix(&place, &["run", "3", "--scale", "2", "--out", "x.npy"])
        .refused(2, &["--scale is for PNG"]);
    mix(&place, &["3", "-", "8", "--out", "x.png"]).refused(2, &["no model given"]);
    mix(&place, &["nowhere", "3", "--out", "x.png"]).refused(1, &["nowhere does not exist"]);
    assert!(!place.path("x.png").exists());
}

/// In every command the latents are multiplied, and nothing else is.
#[test]
fn truncation_multiplies_latents() {
    let place = Place::with_run();
    let expected = images_of(&place, &[z(7), z(9)], 0.5);
    let generate = |psi: &str, out: &str| {
        place.dcgan(&["generate", "run", "--seeds", "7,9", "--truncation", psi, "--out", out])
    };
    generate("0.5", "half.npy").succeeded();
    assert_eq!(array(&place, "half.npy"), expected);
    // Own latents as well.
    let rows = Array2::from_shape_fn((2, 5), |(i, j)| z([7, 9][i])[j]);
    rows.write_npy(File::create(place.path("rows.npy")).unwrap()).unwrap();
    let of_rows = ["generate", "run", "--latents", "rows.npy", "--truncation", "0.5"];
    place
        .dcgan(&[&of_rows[..], &["--out", "rows-half.npy", "--grid", "rows.png"]].concat())
        .succeeded();
    assert_eq!(array(&place, "rows-half.npy"), expected);
    assert_remade(&place, "rows.png", 1, 2);

    generate("0.5", "half.png").succeeded();
    assert_remade(&place, "half.png", 1, 2);
    let strip = [
        "interpolate",
        "run",
        "--seeds",
        "7,9",
        "--frames",
        "3",
        "--truncation",
        "0.5",
        "--out",
        "strip.png",
    ];
    place.dcgan(&strip).succeeded();
    for (grid, column) in [(1, 1), (2, 3)] {
        assert!(
            tile(&image(&place, "half.png"), 1, grid)
                == tile(&image(&place, "strip.png"), 1, column)
        );
    }
    // Not at all is as if the flag were not there.
    generate("1", "one.png").succeeded();
    place.dcgan(&["generate", "run", "--seeds", "7,9", "--out", "none.png"]).succeeded();
    assert!(place.bytes("one.png") == place.bytes("none.png"));
    for wrong in ["0", "1.1", "-0.5", "nan", "x"] {
        generate(wrong, "x.png")
            .refused(2, &[&format!("--truncation is {wrong}"), "greater than 0 and at most 1"]);
    }
}

#[test]
fn images_are_enlarged_and_can_still_be_regenerated() {
    let place = Place::with_run();
    let generate =
        |more: &[&str]| place.dcgan(&[&["generate", "run", "--seeds", "7-9"], more].concat());
    generate(&["--out", "small", "--grid", "small.png"]).succeeded();
    generate(&["--scale", "3", "--out", "big", "--grid", "big.png", "--columns", "2"]).succeeded();
    let (small, big) = (image(&place, "small/seed0008.png"), image(&place, "big/seed0008.png"));
    assert_eq!(big.dimensions(), (48, 48));
    assert!(big.enumerate_pixels().all(|(x, y, pixel)| pixel == small.get_pixel(x / 3, y / 3)));
    assert_eq!(image(&place, "big.png").dimensions(), (2 * 50 + 2, 2 * 50 + 2));
    for (file, again) in [("big.png", "1.png"), ("big/seed0008.png", "2.png")] {
        let outcome =
            place.dcgan(&["regenerate", file, "--model", "run", "--out", again]).succeeded();
        outcome.prints(&[&format!("every pixel as in {file}")]);
        assert!(place.bytes(again) == place.bytes(file), "{file}");
    }
    // Of an enlarged image, in its own size.
    let one = [
        "regenerate",
        "big.png",
        "--tile",
        "1,2",
        "--model",
        "run",
        "--scale",
        "1",
        "--out",
        "one.png",
    ];
    place.dcgan(&one).succeeded().prints(&["every pixel as in big.png"]);
    assert!(place.bytes("one.png") == place.bytes("small/seed0008.png"));

    // The grids of a run are those of `generate`.
    let large = ["--out", "large", "--steps", "1", "--sample-scale", "2"];
    place.train(&large).succeeded();
    let grid = ["generate", "large", "--scale", "2", "--grid", "grid.png"];
    place.dcgan(&grid).succeeded();
    assert!(place.bytes("grid.png") == place.bytes("large/samples/epoch_0001.png"));
    place.train(&["--sample-scale", "33"]).refused(2, &["--sample-scale is 33", "from 1 to 32"]);

    generate(&["--scale", "2", "--out", "x.npy"]).refused(2, &["--scale is for PNG files"]);
    generate(&["--scale", "33", "--out", "x.png"]).refused(2, &["--scale is 33", "from 1 to 32"]);
    let many = ["generate", "run", "--seeds", "0-9999", "--scale", "32", "--grid", "x.png"];
    place
        .dcgan(&many)
        .refused(2, &["--scale is 32", "million pixels", "smaller scale, or choose fewer seeds"]);
}
