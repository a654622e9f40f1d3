//! What this program wrote is never data.

use std::io::Cursor;
use std::path::Path;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{ImageFormat, RgbaImage};

use super::broken::chunk;
use super::exclusions::excluded;
use super::image_folder::{encoded, plain, png};
use super::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::Exclusion::{Output, Run};
use crate::own_files::{is_own_image, is_run, mark_gif};
use crate::{Source, source_hash};

/// A PNG with these chunks after its header.
fn with_chunks(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let plain = png(16, [1, 2, 3]);
    let (head, rest) = plain.split_at(8 + 25);
    let chunks: Vec<u8> = chunks.iter().flat_map(|(name, body)| chunk(name, body)).collect();
    [head, &chunks, rest].concat()
}

fn own_png() -> Vec<u8> {
    with_chunks(&[(b"tEXt", b"dcgan\0{\"format\":1}")])
}

fn is_own(bytes: &[u8]) -> bool {
    is_own_image(Cursor::new(bytes))
}

fn gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    encoder
        .encode_frames([RgbaImage::new(16, 16), RgbaImage::new(16, 16)].map(image::Frame::new))
        .unwrap();
    drop(encoder);
    bytes
}

#[test]
fn a_png_is_own_by_its_text() {
    assert!(is_own(&own_png()));
    assert!(is_own(&with_chunks(&[(b"tEXt", b"Software\0dcgan 0.1.0+abc")])));
    assert!(is_own(&with_chunks(&[(b"tEXt", b"Software\0dcgan")])));
    let profile = [7; 100_000];
    assert!(is_own(&with_chunks(&[
        (b"iCCP", &profile),
        (b"tEXt", b"Title\0a cat of dcgan"),
        (b"tEXt", b"dcgan\0"),
    ])));
    for other in [
        &b"Software\0dcgan-photos 1.0"[..],
        b"Software\0GIMP, after dcgan",
        b"dcgan2\0",
        b"Comment\0dcgan\0",
        b"dcgan",
        b"",
    ] {
        assert!(!is_own(&with_chunks(&[(b"tEXt", other)])), "{other:?}");
    }
    assert!(!is_own(&with_chunks(&[(b"zTXt", b"dcgan\0")])));
    // Only a bounded number of chunks is looked at.
    assert!(!is_own(&with_chunks(
        &[&[(b"tEXt", &b"a\0"[..]); 64][..], &[(b"tEXt", b"dcgan\0")]].concat()
    )));
}

#[test]
fn a_gif_is_own_by_its_comment() {
    let mut own = gif();
    assert!(!is_own(&own));
    mark_gif(&mut own, "0.1.0");
    assert!(is_own(&own));
    assert!(own.windows(13).any(|window| window == b"\x21\xfe\x0bdcgan 0.1.0"[..13].as_ref()));
    // It is the same animation as before.
    let frames = |bytes: &[u8]| {
        let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(bytes)).unwrap();
        let frames = image::AnimationDecoder::into_frames(decoder).collect_frames().unwrap();
        frames.into_iter().map(image::Frame::into_buffer).collect::<Vec<_>>()
    };
    assert_eq!(frames(&own), frames(&gif()));
    // Behind a palette and another extension; a comment of someone else.
    let palette = [&b"GIF89a\x10\0\x10\0\x81\0\0"[..], &[9; 12]].concat();
    let extension = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let comment = |text: &[u8]| [b"\x21\xfe", &[text.len() as u8][..], text, b"\0"].concat();
    let image = b"\x2c\0\0\0\0\x10\0\x10\0\0";
    assert!(is_own(&[&palette, &extension[..], &comment(b"dcgan"), image].concat()));
    assert!(!is_own(&[&palette, &extension[..], &comment(b"not dcgan"), image].concat()));
    assert!(!is_own(&[&palette, &extension[..], image, &comment(b"dcgan")].concat()));
}

#[test]
fn a_file_that_ends_anywhere_is_not_own_and_no_panic() {
    let mut gif = gif();
    mark_gif(&mut gif, "0.1.0");
    for own in [own_png(), gif] {
        for length in 0..60 {
            is_own(&own[..length]);
        }
        assert!(!is_own(&own[..12]) && is_own(&own[..60]));
    }
    assert!(!is_own(&[b"\x89PNG\r\n\x1a\n", &[0xff; 100][..]].concat()));
}

#[test]
fn own_images_are_left_out_wherever_they_lie() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    let source = Source::at(place.all()).unwrap();
    let hash = source_hash(&source).unwrap();
    let mut animation = gif();
    mark_gif(&mut animation, "0.1.0");
    place.put("deep/0.gif", animation);
    place.put("deep/seed0001.png", own_png());
    let expected = ["deep/0.gif", "deep/seed0001.png"].map(|name| (name.to_owned(), Output));
    assert_eq!(excluded(place.all()), expected);
    assert_eq!(survey_at(place.all()).unwrap().images, 1);
    assert_eq!(source_hash(&source).unwrap(), hash);
    for path in [place.path("deep"), place.path("deep/0.gif")] {
        for text in [message(survey_at(&path)), message(load_at(&path, shape(16, 3)))] {
            assert_contains(&text, &["no usable image", "dcgan output file"]);
        }
    }
}

const CONFIG: &str = "# The settings of this run\nnz = 100\nngf = 8\nndf = 8\n";

#[test]
fn a_run_is_known_by_its_settings_or_a_checkpoint() {
    let place = Place::new();
    let run = |name: &str| is_run(&place.path(name));
    place.put("a/config.toml", CONFIG);
    place.put("b/checkpoints/step_00000002.ckpt", "DCGANRUN and more");
    assert!(run("a") && run("b"));
    // What others keep in files of these names.
    place.put("c/config.toml", "title = \"cats\"\nngf = 3");
    place.put("d/checkpoints/epoch=3.ckpt", "PK\x03\x04");
    place.put("e/checkpoints/DCGANRUN.png", png(16, [1, 2, 3]));
    place.put("f/config.toml/nz", "");
    assert!(!run("c") && !run("d") && !run("e") && !run("f") && !run("missing"));
}

#[test]
fn a_run_below_the_data_is_not_entered() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    let source = Source::at(place.all()).unwrap();
    let hash = source_hash(&source).unwrap();
    place.put("runs/cats-001/config.toml", CONFIG);
    // Of an earlier version, without a mark.
    place.put("runs/cats-001/losses.png", png(16, [1, 2, 3]));
    assert_eq!(excluded(place.all()), [("runs/cats-001".to_owned(), Run)]);
    assert_eq!((survey_at(place.all()).unwrap().images, source_hash(&source).unwrap()), (1, hash));
    assert_contains(&message(survey_at(&place.path("runs"))), &["found 1 dcgan run folder"]);
}

#[test]
fn a_folder_that_became_a_run_keeps_its_images() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    place.put("samples/b.bmp", encoded(plain(16, [4, 5, 6]), ImageFormat::Bmp));
    let source = Source::at(place.all()).unwrap();
    let hash = source_hash(&source).unwrap();
    place.put("config.toml", CONFIG);
    place.put("log.jsonl", "{}");
    place.put("evaluations.jsonl", "{}");
    place.put("losses.png", png(16, [1, 2, 3]));
    place.put("quality.png", png(16, [1, 2, 3]));
    place.put("checkpoints/step_00000002.ckpt", "DCGANRUN");
    place.put("samples/epoch_0001.png", own_png());
    assert_eq!((survey_at(place.all()).unwrap().images, source_hash(&source).unwrap()), (2, hash));
    let left_out = [
        "checkpoints",
        "config.toml",
        "evaluations.jsonl",
        "log.jsonl",
        "losses.png",
        "quality.png",
        "samples/epoch_0001.png",
    ];
    assert_eq!(excluded(place.all()), left_out.map(|name| (name.to_owned(), Output)));
    // Elsewhere, a file of such a name is an image like any other.
    place.put("more/losses.png", png(16, [1, 2, 3]));
    assert_eq!(survey_at(Path::new(place.all())).unwrap().images, 3);
}
