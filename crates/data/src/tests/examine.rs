use std::path::Path;

use image::codecs::gif::GifEncoder;
use image::{Delay, DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ndarray::Array4;
use ndarray_npy::WriteNpyExt;

use super::image_folder::{encoded, plain};
use super::{Place, shape};
use crate::{Duplicate, Examination, Findings, Misnamed, Small, Source, examine, subset};

fn examined(path: &Path, side: usize, channels: usize) -> Examination {
    examine(&Source::at(path).unwrap(), shape(side, channels), &|_, _| ()).unwrap()
}

/// An image with contrast, different for each `seed`.
fn lively(side: u32, seed: u32) -> RgbImage {
    let byte = |x: u32, y: u32, c: u32| ((x * 37 + y * 59 + c * 83 + seed * 101) % 256) as u8;
    RgbImage::from_fn(side, side, |x, y| Rgb([0, 1, 2].map(|c| byte(x, y, c))))
}

fn lively_png(side: u32, seed: u32) -> Vec<u8> {
    encoded(lively(side, seed), ImageFormat::Png)
}

/// A GIF of `frames` distinct frames.
fn gif(frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for seed in 0..frames {
        let frame = DynamicImage::from(lively(16, seed)).into_rgba8();
        encoder
            .encode_frame(Frame::from_parts(frame, 0, 0, Delay::from_numer_denom_ms(50, 1)))
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// A PNG that announces two frames.
fn apng() -> Vec<u8> {
    let still = lively_png(16, 1);
    let announced = super::broken::chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let after_header = 8 + 25;
    [&still[..after_header], &announced, &still[after_header..]].concat()
}

/// A WebP of two identical frames.
fn animated_webp() -> Vec<u8> {
    let chunk = |name: &[u8], body: &[u8]| {
        let padding = &[0][..body.len() % 2];
        [name, &(body.len() as u32).to_le_bytes(), body, padding].concat()
    };
    let still = encoded(lively(16, 2), ImageFormat::WebP);
    let canvas = [15, 0, 0, 15, 0, 0];
    let frame = [&[0; 6][..], &canvas, &[50, 0, 0, 2], &still[12..]].concat();
    let frame = chunk(b"ANMF", &frame);
    let head = chunk(b"VP8X", &[&[0b10, 0, 0, 0][..], &canvas].concat());
    let body = [b"WEBP", &head[..], &chunk(b"ANIM", &[0; 6]), &frame, &frame].concat();
    chunk(b"RIFF", &body)
}

#[test]
fn a_set_in_order_has_no_findings() {
    let place = Place::new();
    (0..3).for_each(|i| drop(place.put(&format!("{i}.png"), lively_png(16, i))));
    let examination = examined(place.all(), 16, 3);
    assert_eq!(examination.findings, Findings::default());
    assert_eq!(examination.file(2), Some(place.path("2.png").as_path()));
    assert_eq!(examination.file(3), None);
}

#[test]
fn the_same_image_in_another_file_is_a_duplicate() {
    let place = Place::new();
    place.put("a.png", lively_png(20, 1));
    place.put("b.png", lively_png(20, 2));
    place.put("c.bmp", encoded(lively(20, 1), ImageFormat::Bmp));
    place.put("d.png", lively_png(20, 1));
    let mut other = lively(20, 1);
    other.put_pixel(10, 10, Rgb([255, 255, 255]));
    place.put("e.png", encoded(other, ImageFormat::Png));
    let duplicates = examined(place.all(), 16, 3).findings.duplicates;
    assert_eq!(duplicates, [Duplicate { image: 2, of: 0 }, Duplicate { image: 3, of: 0 }]);
}

#[test]
fn an_image_without_contrast_is_flat_whatever_noise_is_on_it() {
    let place = Place::new();
    let noisy = |by: u8| RgbImage::from_fn(16, 16, |x, y| Rgb([100 + by * ((x + y) % 2) as u8; 3]));
    // Contrast in one channel only.
    let blue = RgbImage::from_fn(16, 16, |x, _| Rgb([100, 100, 255 * (x / 8) as u8]));
    for (name, image) in [
        ("a.png", plain(16, [7, 200, 90])),
        ("b.png", noisy(5)),
        ("c.png", noisy(7)),
        ("d.png", blue),
    ] {
        place.put(name, encoded(image, ImageFormat::Png));
    }
    assert_eq!(examined(place.all(), 16, 3).findings.flat, [0, 1]);
}

#[test]
fn what_is_hidden_under_transparency_is_no_contrast() {
    let place = Place::new();
    let hidden = RgbaImage::from_fn(20, 20, |x, _| Rgba([12 * x as u8, 0, 0, 0]));
    let shape = RgbaImage::from_fn(20, 20, |x, _| Rgba([0, 0, 0, 255 * (x / 10) as u8]));
    place.put("a.png", encoded(hidden, ImageFormat::Png));
    place.put("b.png", encoded(shape, ImageFormat::Png));
    assert_eq!(examined(place.all(), 16, 4).findings.flat, [0]);
    assert_eq!(examined(place.all(), 16, 3).findings.flat, [0]);
}

#[test]
fn an_image_is_small_if_its_shorter_side_is() {
    let place = Place::new();
    let cut = |w, h| image::imageops::crop_imm(&lively(64, 1), 0, 0, w, h).to_image();
    let image = |w, h| encoded(cut(w, h), ImageFormat::Png);
    place.put("a.png", image(15, 40));
    place.put("b.png", image(40, 15));
    place.put("c.png", image(16, 16));
    place.put("d.png", image(40, 16));
    let small = examined(place.all(), 16, 3).findings.small;
    let expected = [(0, (15, 40)), (1, (40, 15))].map(|(image, size)| Small { image, size });
    assert_eq!(small, expected);
}

#[test]
fn images_of_an_array_are_examined_too() {
    let place = Place::new();
    let byte =
        |(n, _, h, w): (usize, usize, usize, usize)| ((n % 2 * 50 + h * 40 + w * 30) % 256) as u8;
    let mut bytes = Vec::new();
    Array4::from_shape_fn((3, 1, 8, 9), byte).write_npy(&mut bytes).unwrap();
    let examination = examined(&place.put("set.npy", bytes), 16, 1);
    let small = [0, 1, 2].map(|image| Small { image, size: (9, 8) });
    assert_eq!(examination.findings.small, small);
    assert_eq!(examination.findings.duplicates, [Duplicate { image: 2, of: 0 }]);
    assert_eq!(examination.file(0), None);
}

#[test]
fn what_moves_is_found_and_its_first_frame_used() {
    let place = Place::new();
    place.put("a.gif", gif(2));
    place.put("b.png", apng());
    place.put("c.webp", animated_webp());
    place.put("d.gif", gif(1));
    place.put("e.png", lively_png(16, 5));
    place.put("f.webp", encoded(lively(16, 6), ImageFormat::WebP));
    let examination = examined(place.all(), 16, 3);
    assert_eq!(examination.report.skipped, []);
    assert_eq!(examination.findings.animated, [0, 1, 2]);
    assert_eq!(examination.findings.duplicates, [Duplicate { image: 3, of: 0 }]);
    let source = Source::at(place.all()).unwrap();
    let first = subset(&source, &examination.report, shape(16, 3), &[1, 2]).unwrap();
    assert_eq!(first.get(0), lively(16, 1).as_raw());
    assert_eq!(first.get(1), lively(16, 2).as_raw());
}

#[test]
fn a_name_that_promises_another_format_is_found() {
    let place = Place::new();
    let bmp = |seed| encoded(lively(16, seed), ImageFormat::Bmp);
    place.put("a.jpg", bmp(1));
    place.put("b.HEIC", bmp(2));
    place.put("c.BMP", bmp(3));
    place.put("d.dib", bmp(4));
    place.put("e", bmp(5));
    place.put("f.scan", bmp(6));
    let claims = [(0, "JPEG"), (1, "HEIC")];
    let expected = claims.map(|(image, claimed)| Misnamed { image, claimed, content: "BMP" });
    assert_eq!(examined(place.all(), 16, 3).findings.misnamed, expected);
}

#[test]
fn histograms_are_of_all_images_channel_by_channel() {
    let place = Place::new();
    place.put("a.png", encoded(plain(16, [10, 0, 255]), ImageFormat::Png));
    place.put("b.png", encoded(plain(16, [30, 0, 255]), ImageFormat::Png));
    place.put("c.png", encoded(plain(16, [80, 0, 255]), ImageFormat::Png));
    let channels = examined(place.all(), 16, 3).channels;
    let stats: Vec<_> = channels.iter().map(|c| (c.total(), c.mean(), c.deviation())).collect();
    // The mean of the squares of 30, 10 and 40 is 866.7.
    let deviation = (2600.0f64 / 3.0).sqrt();
    assert_eq!(stats, [(768, 40.0, deviation), (768, 0.0, 0.0), (768, 255.0, 0.0)]);
    assert_eq!([10, 30, 80, 81].map(|byte| channels[0].counts()[byte]), [256, 256, 256, 0]);
}

#[test]
fn the_findings_are_the_same_on_any_number_of_threads() {
    let place = Place::new();
    for i in 0..40 {
        let image = if i % 3 == 0 { plain(16, [i as u8; 3]) } else { lively(16, i % 7) };
        place.put(&format!("{i:02}.png"), encoded(image, ImageFormat::Png));
    }
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| examined(place.all(), 16, 3))
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one.findings.flat, (0..40).step_by(3).collect::<Vec<_>>());
    assert_eq!((one.findings, one.channels), (three.findings, three.channels));
}
