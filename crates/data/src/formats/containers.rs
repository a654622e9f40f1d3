//! Files that may hold images without being image files, and are not read: videos, arrays of other
//! programs, and archives. Their names, how to recognise them, and how to get at the images.

use std::path::Path;

use super::unsupported::first_box;

/// A kind of files that may hold images.
struct Container {
    name: &'static str,
    extensions: &'static [&'static str],
    /// The first bytes of its files, where they are distinctive.
    magics: &'static [&'static [u8]],
    advice: &'static str,
}

const VIDEO: &str = "extract frames first, for example with: \
    mkdir frames && ffmpeg -i FILE -vf fps=2 frames/%05d.png";

const MATLAB: &str = "save its images as an .npy array of the shape (n, h, w, c), for example with: \
    python3 -c \"import numpy, scipy.io; \
    numpy.save('images.npy', scipy.io.loadmat('FILE')['X'].transpose(3, 0, 1, 2))\"";

const HDF5: &str = "save its images as an .npy array of the shape (n, h, w, c), for example with: \
    python3 -c \"import h5py, numpy; numpy.save('images.npy', h5py.File('FILE')['images'][:])\"";

const PICKLE: &str = "save its images as an .npy array of the shape (n, c, h, w), for example with: \
    python3 -c \"import numpy, pickle; \
    data = pickle.load(open('FILE', 'rb'), encoding='bytes')[b'data']; \
    numpy.save('images.npy', data.reshape(-1, 3, 32, 32))\"";

const TFRECORD: &str = "extract its images first, for example with: \
    python3 -c \"import tensorflow as tf; \
    [open(f'{i:06}.jpg', 'wb').write(tf.train.Example.FromString(r.numpy())\
    .features.feature['image'].bytes_list.value[0]) \
    for i, r in enumerate(tf.data.TFRecordDataset('FILE'))]\"";

const UNPACK: &str = "unpack it first, for example with: tar xf FILE";

/// For what is read by itself, but not beside images.
const ALONE: &str = "pass it alone, or unpack it";

const ARRAY: &str = "pass it alone; unpack it first if it is in an archive";

const CONTAINERS: [Container; 19] = [
    Container { name: "MP4 video", extensions: &["mp4", "m4v"], magics: &[], advice: VIDEO },
    Container { name: "QuickTime video", extensions: &["mov", "qt"], magics: &[], advice: VIDEO },
    Container { name: "WebM video", extensions: &["webm"], magics: &[], advice: VIDEO },
    Container {
        name: "Matroska video",
        extensions: &["mkv"],
        magics: &[b"\x1a\x45\xdf\xa3"],
        advice: VIDEO,
    },
    Container { name: "AVI video", extensions: &["avi"], magics: &[], advice: VIDEO },
    Container {
        name: "MPEG video",
        extensions: &["mpg", "mpeg"],
        magics: &[b"\0\0\x01\xba", b"\0\0\x01\xb3"],
        advice: VIDEO,
    },
    Container {
        name: "MATLAB file",
        extensions: &["mat"],
        magics: &[b"MATLAB 5.0 MAT-file"],
        advice: MATLAB,
    },
    Container {
        name: "HDF5 file",
        extensions: &["h5", "hdf5", "hdf", "he5"],
        // MATLAB's newer files are HDF5 behind a text.
        magics: &[b"\x89HDF\r\n\x1a\n", b"MATLAB 7.3 MAT-file"],
        advice: HDF5,
    },
    Container {
        name: "pickle file",
        extensions: &["pkl", "pickle"],
        magics: &[b"\x80\x02}q", b"\x80\x03}q", b"\x80\x04\x95", b"\x80\x05\x95"],
        advice: PICKLE,
    },
    Container {
        name: "TFRecord file",
        extensions: &["tfrecord", "tfrecords", "tfrec"],
        magics: &[],
        advice: TFRECORD,
    },
    Container {
        name: "Parquet file",
        extensions: &["parquet"],
        magics: &[b"PAR1"],
        advice: PARQUET,
    },
    Container {
        name: "7-Zip archive",
        extensions: &["7z"],
        magics: &[b"7z\xbc\xaf\x27\x1c"],
        advice: "unpack it first, for example with: 7z x FILE",
    },
    Container {
        name: "RAR archive",
        extensions: &["rar"],
        magics: &[b"Rar!\x1a\x07"],
        advice: "unpack it first, for example with: unrar x FILE",
    },
    Container {
        name: "bzip2 archive",
        extensions: &["bz2", "tbz", "tbz2"],
        magics: &[b"BZh"],
        advice: UNPACK,
    },
    Container {
        name: "xz archive",
        extensions: &["xz", "txz"],
        magics: &[b"\xfd7zXZ\0"],
        advice: UNPACK,
    },
    Container {
        name: "Zstandard archive",
        extensions: &["zst", "tzst"],
        magics: &[b"\x28\xb5\x2f\xfd"],
        advice: UNPACK,
    },
    Container {
        name: "zip archive",
        extensions: &["zip"],
        magics: &[b"PK\x03\x04", b"PK\x05\x06"],
        advice: ALONE,
    },
    Container { name: "tar archive", extensions: &["tar", "tgz"], magics: &[], advice: ALONE },
    Container { name: "NumPy array", extensions: &["npy"], magics: &[b"\x93NUMPY"], advice: ARRAY },
];

#[cfg(feature = "parquet")]
const PARQUET: &str = ALONE;

#[cfg(not(feature = "parquet"))]
const PARQUET: &str = "build dcgan with `--features parquet` to read it";

/// The name of the container that the first bytes of a file show.
pub(crate) fn from_content(head: &[u8]) -> Option<&'static str> {
    let starts = |container: &&Container| container.magics.iter().any(|m| head.starts_with(m));
    if head.starts_with(b"\x1a\x45\xdf\xa3") && head.windows(4).any(|text| text == b"webm") {
        return Some("WebM video");
    }
    let container = CONTAINERS.iter().find(starts).map(|container| container.name);
    container.or_else(|| from_boxes(head))
}

/// By the first box of an ISO base media file that is not an image, or of a RIFF file.
fn from_boxes(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"AVI ") {
        return Some("AVI video");
    }
    match first_box(head)? {
        [b'q', b't', b' ', b' ', ..] => Some("QuickTime video"),
        _ => Some("MP4 video"),
    }
}

/// The name of the container that the name of a file stands for.
pub(crate) fn from_extension(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    let has = |container: &&Container| {
        container.extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    // Parts are numbered behind the extension: train.tfrecord-00000-of-00010.
    let part = extension.to_ascii_lowercase().starts_with("tfrecord-").then_some("TFRecord file");
    CONTAINERS.iter().find(has).map(|container| container.name).or(part)
}

/// Why a file that is a container of this name, or is called one, is not read though it is passed alone.
pub(crate) fn refusal(name: &str) -> String {
    let a = article(name);
    match advice(name) {
        // One that is what its name says has been read.
        ALONE | ARRAY => {
            format!("is named like {a} {name}, but is none, or damaged; download it again")
        }
        advice => format!("is {a} {name}, which is not read; {advice}"),
    }
}

/// As the name is spoken.
fn article(name: &str) -> &'static str {
    let after_an = ["AVI", "HDF5", "MP4", "MPEG", "xz"];
    if after_an.iter().any(|start| name.starts_with(start)) { "an" } else { "a" }
}

/// How to get at the images in a container of this name: a clause with a command for a shell.
pub(crate) fn advice(name: &str) -> &'static str {
    let container = CONTAINERS.iter().find(|container| container.name == name);
    container.map_or(ALONE, |container| container.advice)
}
