//! Training on archives of images.

use std::fs::{self, File};
use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::running::Running;
use crate::{Outcome, Place, SMALL};

/// Packs the folder `cats` as a compressed zip, and as a compressed tar in the opposite order.
fn pack(place: &Place) {
    let mut names = place.list("cats");
    names.sort();
    let mut zip = ZipArchiveWriter::new(File::create(place.path("cats.zip")).unwrap());
    for name in &names {
        let path = format!("cats/{name}");
        let file = zip.new_file(path.as_str()).compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().unwrap();
        let encoder = DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(&place.bytes(&path)).unwrap();
        let (encoder, written) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(written).unwrap();
    }
    zip.finish().unwrap();
    let file = File::create(place.path("cats.tar.gz")).unwrap();
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    for name in names.iter().rev() {
        tar.append_path_with_name(place.path("cats").join(name), name).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
}

fn train(place: &Place, data: &str, flags: &[&str]) -> Outcome {
    place.dcgan(&[&["train", "--data", data], SMALL, flags].concat())
}

/// The line with the hashes of the settings, the data and the code.
fn fingerprint(outcome: &Outcome) -> String {
    let line = outcome.out.lines().find(|line| line.starts_with("fingerprint "));
    line.unwrap_or_else(|| panic!("no fingerprint in:\n{}", outcome.out)).to_owned()
}

#[test]
fn a_run_on_an_archive_is_that_on_the_folder_in_it() {
    let place = Place::with_cats(9);
    fs::write(place.path("cats/3-broken.png"), "none").unwrap();
    fs::write(place.path("cats/labels.csv"), "none").unwrap();
    pack(&place);
    let mut expected: Option<(Vec<Vec<u8>>, String)> = None;
    for (data, out, limit) in [
        ("cats", "folder", "1MB"),
        ("cats.zip", "zip", "1MB"),
        ("cats.tar.gz", "tar", "1MB"),
        // With all images in a cache on the disk.
        ("cats.zip", "cached", "0"),
    ] {
        let flags = ["--out", out, "--steps", "5", "--memory-limit", limit];
        let outcome = train(&place, data, &flags).succeeded();
        let warning = match data {
            "cats" => "warning: skipped cats/3-broken.png: is not a PNG".to_owned(),
            "cats.zip" => format!("warning: skipped {data}: cats/3-broken.png: is not a PNG"),
            _ => format!("warning: skipped {data}: 3-broken.png: is not a PNG"),
        };
        assert!(outcome.err.contains(&warning), "{}", outcome.err);
        let files = ["checkpoints/step_00000005.ckpt", "reals.png", "samples/epoch_0000.png"];
        let files = files.map(|file| place.bytes(&format!("{out}/{file}"))).to_vec();
        let found = (files, fingerprint(&outcome));
        match &expected {
            Some(expected) => assert!(found == *expected, "{data} {limit}: {}", found.1),
            None => expected = Some(found),
        }
    }
}

#[test]
fn a_stopped_run_on_an_archive_is_resumed() {
    let place = Place::with_cats(9);
    pack(&place);
    fs::rename(place.path("cats"), place.path("folder")).unwrap();
    fs::rename(place.path("cats.zip"), place.path("cats")).unwrap();
    // `cats` is the archive now, and what an archive is called does not matter.
    let outcome = Running::training(&place, &["--memory-limit", "0"]).interrupt();
    assert_eq!(outcome.code, Some(130), "{outcome:#?}");
    let steps = (place.lines("run/log.jsonl") + 3).to_string();
    let flags = ["train", "--out", "run", "--resume", "--steps", &steps];
    let outcome = place.dcgan(&[&flags[..], &["--memory-limit", "0"]].concat()).succeeded();
    outcome.prints(&["Reusing the image cache run/pictures.cache"]);
    train(&place, "folder", &["--out", "straight", "--steps", &steps]).succeeded();
    let checkpoint = format!("checkpoints/step_{steps:0>8}.ckpt");
    let [a, b] = ["run", "straight"].map(|run| place.bytes(&format!("{run}/{checkpoint}")));
    assert!(a == b);
}

#[test]
fn an_archive_is_described_like_a_folder() {
    let place = Place::with_cats(6);
    fs::write(place.path("cats/labels.csv"), "a,b").unwrap();
    fs::write(place.path("cats/a.HEIC"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap();
    fs::copy(place.path("cats/3.png"), place.path("cats/again.png")).unwrap();
    fs::write(place.path("cats/broken\u{1b}[2J.png"), "").unwrap();
    pack(&place);
    let outcome = place.dcgan(&["data", "cats.zip", "--list", "--preview", "sheet.png"]).ended(1);
    outcome.prints(&[
        "7 usable images",
        "skipped        1 non-image file\n  cats.zip: cats/labels.csv\n",
        "*.HEIC\n  cats.zip: cats/a.HEIC\n",
        "  cats.zip: cats/again.png: identical to cats.zip: cats/3.png\n",
        r"  cats.zip: cats/broken\u{1b}[2J.png: is empty",
    ]);
    place.dcgan(&["data", "cats", "--preview", "folder.png"]).ended(1);
    assert_eq!(place.bytes("sheet.png"), place.bytes("folder.png"));
    // Beside images, an archive is named and left out.
    fs::rename(place.path("cats.zip"), place.path("cats/backup.zip")).unwrap();
    place.dcgan(&["data", "cats"]).ended(1).prints(&["skipped        1 zip archive\n"]);
}

#[test]
fn an_archive_that_cannot_be_read_is_refused() {
    let place = Place::with_cats(6);
    pack(&place);
    for name in ["cats.zip", "cats.tar.gz"] {
        let whole = place.bytes(name);
        fs::write(place.path(name), &whole[..whole.len() / 2]).unwrap();
        place.dcgan(&["data", name]).refused(2, &[name, "cut off", "download it again"]);
        train(&place, name, &["--out", "run"]).refused(2, &[name, "download it again"]);
        assert!(!place.path("run").exists());
    }
    fs::write(place.path("film.mov"), b"\0\0\0\x14ftypqt  \0\0\0\0qt  ").unwrap();
    place.dcgan(&["data", "film.mov"]).refused(2, &["QuickTime video", "ffmpeg -i FILE"]);
}
