//! Which files are data, and what the others are called.

use std::path::Path;

use image::ImageFormat;

use super::image_folder::{encoded, plain, png};
use super::{Place, assert_contains, load_at, message, shape, survey_at};
use crate::Exclusion::{
    self, Container, HiddenFile, HiddenFolder, NotAnImage, SystemFolder, Unsupported,
};
use crate::formats::image_format::{NAMES, from_content, from_extension};
use crate::{Source, how_to_convert, source_hash};

/// What is left out of the set at `path`, by name below it.
pub(super) fn excluded(path: &Path) -> Vec<(String, Exclusion)> {
    let (_, report) = load_at(path, shape(16, 3)).unwrap();
    let name = |file: &Path| file.strip_prefix(path).unwrap().display().to_string();
    report.excluded.iter().map(|excluded| (name(&excluded.path), excluded.why)).collect()
}

fn named(expected: &[(&str, Exclusion)]) -> Vec<(String, Exclusion)> {
    expected.iter().map(|(name, why)| ((*name).to_owned(), *why)).collect()
}

#[test]
fn hidden_folders_and_those_of_a_system_are_not_entered() {
    let place = Place::new();
    for name in [
        "good/a.png",
        ".ipynb_checkpoints/a-checkpoint.png",
        ".Trash-1000/files/deleted.png",
        "good/.git/b.png",
        "@eaDir/a.png/SYNOPHOTO_THUMB_M.png",
        "$RECYCLE.BIN/b.png",
        "good/._a.png",
    ] {
        place.put(name, png(16, [1, 2, 3]));
    }
    assert_eq!(survey_at(place.all()).unwrap().images, 1);
    let expected = [
        ("$RECYCLE.BIN", SystemFolder),
        (".Trash-1000", HiddenFolder),
        (".ipynb_checkpoints", HiddenFolder),
        ("@eaDir", SystemFolder),
        ("good/._a.png", HiddenFile),
        ("good/.git", HiddenFolder),
    ];
    assert_eq!(excluded(place.all()), named(&expected));
}

#[test]
fn a_path_that_is_given_is_read_even_if_it_is_hidden() {
    let place = Place::new();
    let file = place.put(".set/.a.png", png(16, [1, 2, 3]));
    place.put(".set/b.png", png(16, [1, 2, 3]));
    assert_eq!(survey_at(&place.path(".set")).unwrap().images, 1);
    assert_eq!(load_at(&file, shape(16, 3)).unwrap().0.len(), 1);
}

#[test]
fn what_is_hidden_does_not_change_the_hash() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    let source = Source::at(place.all()).unwrap();
    let before = source_hash(&source).unwrap();
    place.put(".cache/a.png", png(16, [4, 5, 6]));
    place.put(".lock", "123");
    assert_eq!(source_hash(&source).unwrap(), before);
    place.put("b.png", png(16, [4, 5, 6]));
    assert_ne!(source_hash(&source).unwrap(), before);
}

/// The first bytes of a file of each unsupported format, padded.
const CONTENTS: [(&[u8], &str); 20] = [
    (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "AVIF"),
    (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
    (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "HEIF"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51\0\x2f", "JPEG 2000"),
    (b"8BPS\0\x01", "Photoshop"),
    (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", "SVG"),
    (b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a tree -->\n<svg>", "SVG"),
    (b"\x76\x2f\x31\x01\x02\0", "OpenEXR"),
    (b"#?RADIANCE\nFORMAT", "Radiance HDR"),
    (b"DDS \x7c\0\0\0", "DDS"),
    (b"qoif\0\0\0\x10", "QOI"),
    (b"farbfeld\0\0\0\x10", "farbfeld"),
    (b"II\xbc\x01", "JPEG XR"),
    (b"II*\0\x10\0\0\0CR\x02", "camera raw"),
    (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "camera raw"),
    (b"FUJIFILMCCD-RAW 0201", "camera raw"),
];

#[test]
fn formats_that_are_not_read_are_named_by_their_content() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    for (i, (head, _)) in CONTENTS.iter().enumerate() {
        place.put(&format!("{i:02}"), [head, &[7; 99][..]].concat());
    }
    let expected: Vec<_> =
        (0..).zip(CONTENTS).map(|(i, (_, name))| (format!("{i:02}"), Unsupported(name))).collect();
    assert_eq!(excluded(place.all()), expected);
    for (i, (_, name)) in CONTENTS.iter().enumerate() {
        let text = message(Source::at(&place.path(&format!("{i:02}"))));
        assert_contains(&text, &["cannot be read", name, "convert to PNG first"]);
    }
}

#[test]
fn or_by_their_extension() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    let tiff = encoded(plain(16, [1, 2, 3]), ImageFormat::Tiff);
    let files: [(&str, &[u8], Exclusion); 7] = [
        ("a.TGA", &[0, 0, 2, 0, 0, 0], Unsupported("TGA")),
        ("b.jxl", b"\xff\x0a\x01", Unsupported("JPEG XL")),
        ("c.cur", b"\0\0\x02\0", Unsupported("ICO")),
        ("d.DNG", &tiff, Unsupported("camera raw")),
        ("e.nef", b"unknown", Unsupported("camera raw")),
        ("f.xml", b"<?xml version=\"1.0\"?><html>", NotAnImage),
        ("g.txt", b"P1 is the first of three", NotAnImage),
    ];
    for (name, bytes, _) in files {
        place.put(name, bytes);
    }
    assert_eq!(excluded(place.all()), named(&files.map(|(name, _, why)| (name, why))));
    assert_contains(&message(Source::at(&place.path("a.TGA"))), &["TGA", "*.TGA"]);
    // A name proves nothing if the content can be read, and an empty file is broken whatever it is called.
    place.put("h.heic", png(16, [1, 2, 3]));
    place.put("i.heic", "");
    let (images, report) = load_at(place.all(), shape(16, 3)).unwrap();
    assert_eq!((images.len(), report.skipped[0].reason.as_str()), (2, "is empty"));
}

/// The first bytes of a file of each container, padded, and a part of the advice.
const CONTAINERS: [(&[u8], &str, &str); 18] = [
    (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "MP4 video", "ffmpeg -i FILE -vf fps=2"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "QuickTime video", "ffmpeg"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "WebM video", "ffmpeg"),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "Matroska video", "ffmpeg"),
    (b"RIFF\x24\0\0\0AVI LIST", "AVI video", "ffmpeg"),
    (b"\0\0\x01\xba\x44", "MPEG video", "ffmpeg"),
    (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "MATLAB file", "scipy.io.loadmat('FILE')"),
    (b"MATLAB 7.3 MAT-file, Platform: GLNXA64", "HDF5 file", "h5py.File('FILE')"),
    (b"\x89HDF\r\n\x1a\n", "HDF5 file", "numpy.save('images.npy'"),
    (b"\x80\x02}q\x01(U\x0bbatch_label", "pickle file", "pickle.load(open('FILE', 'rb')"),
    (b"\x80\x04\x95\x10", "pickle file", "numpy.save"),
    (b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip archive", "7z x FILE"),
    (b"Rar!\x1a\x07\x01\0", "RAR archive", "unrar x FILE"),
    (b"BZh91AY&SY", "bzip2 archive", "tar xf FILE"),
    (b"\xfd7zXZ\0\0\x04", "xz archive", "tar xf FILE"),
    (b"\x28\xb5\x2f\xfd\x04", "Zstandard archive", "tar xf FILE"),
    (b"PAR1\x15\x04", "Parquet file", ""),
    (b"PK\x03\x04\x14\0", "zip archive", ""),
];

#[test]
fn videos_arrays_and_archives_are_named_with_the_way_to_their_images() {
    let place = Place::new();
    for (i, (head, ..)) in CONTAINERS.iter().enumerate() {
        place.put(&format!("{i:02}"), [head, &[7; 99][..]].concat());
    }
    for (i, (_, name, advice)) in CONTAINERS.iter().enumerate().take(16) {
        let text = message(Source::at(&place.path(&format!("{i:02}"))));
        assert_contains(&text, &[&format!(" {name}, which is not read; "), advice]);
        let is_an = text.contains("is an ");
        assert_eq!(is_an, name.starts_with(['A', 'H', 'x']) || name.starts_with("MP"), "{text}");
    }
    let text = message(survey_at(place.all()));
    assert_contains(&text, &["1 MP4 video (extract frames first", "2 HDF5 files (save its images"]);
    // Beside images they are nothing to worry about.
    place.put("a.png", png(16, [1, 2, 3]));
    let expected =
        (0..).zip(CONTAINERS).map(|(i, (_, name, _))| (format!("{i:02}"), Container(name)));
    assert_eq!(excluded(place.all()), expected.collect::<Vec<_>>());
}

/// One that is passed alone and is what its name says is read, so the advice to pass it alone would be no help.
#[test]
fn files_that_are_no_archives_or_arrays_but_are_named_so_are_refused() {
    let place = Place::new();
    for (file, name) in [
        ("a.zip", "a zip archive"),
        ("a.tar", "a tar archive"),
        ("a.tgz", "a tar archive"),
        ("a.npy", "a NumPy array"),
    ] {
        let text = message(Source::at(&place.put(file, [7; 99])));
        let why = format!("is named like {name}, but is none, or damaged; download it again");
        assert_contains(&text, &[file, &why]);
    }
}

#[test]
fn containers_are_also_known_by_their_extension() {
    let place = Place::new();
    place.put("a.png", png(16, [1, 2, 3]));
    let files = [
        ("b.TFRecord", Container("TFRecord file")),
        ("c.tfrecord-00000-of-00010", Container("TFRecord file")),
        ("d.mp4", Container("MP4 video")),
        ("e.h5", Container("HDF5 file")),
        ("f.tgz", Container("tar archive")),
        ("g.xml", NotAnImage),
    ];
    files.iter().for_each(|(name, _)| drop(place.put(name, "unknown")));
    assert_eq!(excluded(place.all()), named(&files));
    assert_contains(&message(Source::at(&place.path("b.TFRecord"))), &["TFRecordDataset('FILE')"]);
    // An empty file is just that.
    assert_contains(&message(Source::at(&place.put("empty.mp4", ""))), &["is empty"]);
}

#[test]
fn a_folder_of_nothing_but_other_formats_says_how_to_convert_them() {
    let place = Place::new();
    place.put("IMG_1.HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    place.put("IMG_2.HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    place.put(".hidden/a", "");
    let convert =
        "2 HEIC images (convert to PNG first, for example with: magick mogrify -format png *.HEIC)";
    for text in [message(survey_at(place.all())), message(load_at(place.all(), shape(16, 3)))] {
        assert_contains(&text, &["found 1 hidden folder and", convert]);
    }
    assert_contains(&how_to_convert(Path::new("x/a.psd")), &["mogrify -format png '*.psd[0]'"]);
    for unsafe_name in ["x/a.\u{1b}[2J", "x/a.$(rm -r x)", "x/a b.h e", "a"] {
        assert!(how_to_convert(Path::new(unsafe_name)).ends_with("-format png FILE"));
    }
}

#[test]
fn every_readable_format_is_in_the_messages() {
    for head in ["\u{89}PNG\r\n\u{1a}\n", "GIF89a", "BM", "II*\0", "P6\n1", "P7\nWIDTH", "P2#1\n"] {
        let head: Vec<u8> = head.chars().map(|c| c as u8).collect();
        let (name, _) = from_content(&head).unwrap_or_else(|| panic!("{head:?}"));
        assert!(NAMES.contains(name), "{name}");
    }
    for name in NAMES.split([',', ' ']).filter(|name| !["", "and"].contains(name)) {
        let extension = Path::new("a").with_extension(name.to_lowercase());
        assert_eq!(from_extension(&extension), Some(name));
    }
}
