//! Animations of `dcgan interpolate`.

use std::fs::File;
use std::io::BufReader;

use image::codecs::gif::GifDecoder;
use image::{AnimationDecoder, RgbImage};

use crate::metadata::{image, metadata, tile};
use crate::{Outcome, Place};

fn interpolate(place: &Place, args: &[&str]) -> Outcome {
    place.dcgan(&[&["interpolate", "run"], args].concat())
}

/// The frames of an animated PNG, with the delay of each in seconds as a fraction.
fn frames(place: &Place, name: &str) -> Vec<(RgbImage, (u16, u16))> {
    let file = BufReader::new(File::open(place.path(name)).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let control = *reader.info().animation_control().unwrap();
    assert_eq!(control.num_plays, 0, "it repeats forever");
    let frame = |_| {
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let about = reader.info().frame_control().unwrap();
        let image = RgbImage::from_raw(info.width, info.height, pixels).unwrap();
        (image, (about.delay_num, about.delay_den))
    };
    (0..control.num_frames).map(frame).collect()
}

fn images(place: &Place, name: &str) -> Vec<RgbImage> {
    frames(place, name).into_iter().map(|(image, _)| image).collect()
}

/// The tiles of a strip, row by row.
fn strip(place: &Place, name: &str, rows: u32, columns: u32) -> Vec<RgbImage> {
    let strip = image(place, name);
    let tiles = (1..=rows).flat_map(|row| (1..=columns).map(move |column| (row, column)));
    tiles.map(|(row, column)| tile(&strip, row, column)).collect()
}

#[test]
fn an_animated_png_shows_the_frames_of_the_strip() {
    let place = Place::with_run();
    interpolate(&place, &["--seeds", "3,8,1", "--frames", "3", "--out", "strip.png"]).succeeded();
    let mut way = strip(&place, "strip.png", 2, 3);
    // The two rows share an image.
    way.remove(3);
    let walk = |more: &[&str], out: &str| {
        let walk = ["--seeds", "3,8,1", "--frames", "3", "--out", out];
        interpolate(&place, &[&walk, more].concat()).succeeded();
    };
    walk(&[], "walk.apng");
    let found = frames(&place, "walk.apng");
    assert!(found.iter().all(|(_, delay)| *delay == (8, 100)));
    assert!(found.into_iter().map(|(image, _)| image).eq(way.iter().cloned()));

    walk(&["--ping-pong", "--fps", "25"], "walk.apng");
    let found = frames(&place, "walk.apng");
    assert!(found.iter().all(|(_, delay)| *delay == (1, 25)));
    let there_and_back = [0, 1, 2, 3, 4, 3, 2, 1].map(|i: usize| way[i].clone());
    assert!(found.into_iter().map(|(image, _)| image).eq(there_and_back));

    walk(&["--fps", "12.5"], "walk.apng");
    assert!(frames(&place, "walk.apng").iter().all(|(_, delay)| *delay == (100, 1250)));
    let again = "--seeds 3,8,1 --frames 3 --fps 12.5";
    assert_eq!(metadata(&place, "walk.apng")["animation"]["arguments"], again);

    // The first frame is not shown twice when it repeats.
    walk(&["--closed"], "walk.apng");
    let closed = images(&place, "walk.apng");
    assert_eq!(closed.len(), 6);
    assert!(closed[..5] == way[..] && closed[5] != way[0]);
}

#[test]
fn a_gif_has_the_same_frames_and_its_own_speed() {
    let place = Place::with_run();
    let gif = |more: &[&str]| {
        let walk = ["--seeds", "3,8", "--frames", "4", "--out", "walk.gif"];
        interpolate(&place, &[&walk, more].concat()).succeeded();
        let file = BufReader::new(File::open(place.path("walk.gif")).unwrap());
        let frames = GifDecoder::new(file).unwrap().into_frames().collect_frames().unwrap();
        let delays: Vec<_> = frames.iter().map(|frame| frame.delay().numer_denom_ms()).collect();
        (frames[0].buffer().dimensions(), delays)
    };
    assert_eq!(gif(&[]), ((16, 16), vec![(80, 1); 4]));
    assert_eq!(gif(&["--fps", "12.5"]), gif(&[]));
    assert_eq!(gif(&["--ping-pong", "--fps", "30", "--scale", "2"]), ((32, 32), vec![(30, 1); 6]));
    let no_record = ["walk.gif is a GIF, which does not record how it was made", ".apng"];
    place.dcgan(&["info", "walk.gif"]).refused(1, &no_record);
    let again = ["regenerate", "walk.gif", "--model", "run", "--out", "x.png"];
    place.dcgan(&again).refused(1, &no_record);
}

/// Each tile on its own way, from one grid of `dcgan generate` to the next.
#[test]
fn a_grid_walks_from_one_grid_to_the_next() {
    let place = Place::with_run();
    for (seeds, out) in [("0-5", "first.png"), ("6-11", "second.png"), ("12-17", "third.png")] {
        let grid = ["generate", "run", "--seeds", seeds, "--columns", "3", "--grid", out];
        place.dcgan(&grid).succeeded();
    }
    let walk = ["--seeds", "0-17", "--frames", "3", "--grid", "3x2", "--out", "walk.apng"];
    interpolate(&place, &walk).succeeded().prints(&["5 frames in walk.apng"]);
    let found = images(&place, "walk.apng");
    for (frame, grid) in [(0, "first.png"), (2, "second.png"), (4, "third.png")] {
        assert!(found[frame] == image(&place, grid), "{grid}");
    }
    // Halfway, tile 2,1 is between its own seeds 3 and 9.
    interpolate(&place, &["--seeds", "3,9", "--frames", "3", "--out", "strip.png"]).succeeded();
    assert!(tile(&found[1], 2, 1) == tile(&image(&place, "strip.png"), 1, 2));
    interpolate(&place, &[&walk[..], &["--scale", "2"]].concat()).succeeded();
    assert_eq!(images(&place, "walk.apng")[0].dimensions(), (3 * 34 + 2, 2 * 34 + 2));
}

#[test]
fn an_animated_png_says_what_makes_it_again() {
    let place = Place::with_run();
    let arguments =
        "--seeds 0-7 --frames 3 --grid 2x2 --closed --fps 20 --scale 2 --truncation 0.8";
    let walk = |out: &str| {
        let args: Vec<&str> = arguments.split(' ').chain(["--out", out]).collect();
        interpolate(&place, &args)
    };
    walk("walk.apng").succeeded();
    let animation = metadata(&place, "walk.apng")["animation"].clone();
    assert_eq!((&animation["arguments"], &animation["steps"]), (&arguments.into(), &2.into()));
    let info = place.dcgan(&["info", "walk.apng"]).succeeded();
    info.prints(&[
        "walk.apng: an animation",
        &format!("interpolate RUN {arguments} --out again.apng"),
    ]);
    walk("again.apng").succeeded();
    assert!(place.bytes("again.apng") == place.bytes("walk.apng"));
    // It is one of our own files, which may be replaced, but no grid.
    walk("walk.apng").succeeded();
    let again = ["regenerate", "walk.apng", "--model", "run", "--out", "x.png"];
    place
        .dcgan(&again)
        .refused(1, &["walk.apng", "an animation", "dcgan interpolate MODEL --seeds 0-7"]);
}

#[test]
fn what_cannot_be_animated_is_refused() {
    let place = Place::with_run();
    for (args, parts) in [
        (
            &["--seeds", "3,8", "--out", "x.webp"][..],
            &["--out is x.webp", "animated WebP", ".apng", ".gif"][..],
        ),
        (&["--seeds", "3,8", "--out", "x.jpg"], &["--out is x.jpg", ".png, .apng or .gif"]),
        (
            &["--seeds", "3,8", "--fps", "9", "--out", "x.png"],
            &["--fps is for an animation", ".apng or .gif"],
        ),
        (
            &["--seeds", "3,8", "--ping-pong", "--out", "x.png"],
            &["--ping-pong is for an animation"],
        ),
        (&["--seeds", "0-3", "--grid", "2x1", "--out", "x.png"], &["--grid is for an animation"]),
        (
            &["--seeds", "0-2", "--grid", "2x1", "--out", "x.gif"],
            &["--seeds has 3 seeds", "such as 0-3"],
        ),
        (
            &["--seeds", "0-1", "--grid", "2x1", "--out", "x.gif"],
            &["--seeds has 2 seeds", "such as 0-3"],
        ),
        (&["--seeds", "3", "--out", "x.gif"], &["--seeds is a single seed"]),
        (&["--seeds", "0-3", "--grid", "2", "--out", "x.gif"], &["--grid is 2", "such as 4x3"]),
        (
            &["--seeds", "0-3", "--grid", "0x2", "--out", "x.gif"],
            &["--grid is 0x2", "from 1 to 64"],
        ),
        (&["--seeds", "3,8", "--fps", "51", "--out", "x.gif"], &["--fps is 51", "from 1 to 50"]),
        (
            &["--seeds", "3,8", "--closed", "--ping-pong", "--out", "x.gif"],
            &["cannot be used with"],
        ),
        (
            &["--seeds", "3,8", "--frames", "9999", "--scale", "32", "--out", "x.gif"],
            &["--scale is 32", "fewer --frames"],
        ),
    ] {
        interpolate(&place, args).refused(2, parts);
    }
    assert!(!place.path("x.png").exists() && !place.path("x.gif").exists());
}
