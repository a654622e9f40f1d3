use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::formats::archives::Archives;
use crate::formats::idx::IdxImages;
use crate::formats::image_folder::ImageFiles;
use crate::formats::npy_images::NpyImages;
use crate::formats::raster::RasterFormat;
use crate::formats::synthetic::Synthetic;
use crate::formats::unsupported::how_to_convert;
use crate::formats::{Format, UNKNOWN, containers, idx, image_folder, npy_images, unsupported};
use crate::{DataError, Images, Report, Shape, Survey};

/// Called after each image with the number of images done and their total.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Memory for decoding if nobody sets a limit.
const DECODING: u64 = 2 << 30;

/// Receives images, and decides how much memory decoding them may take. A closure that takes bytes is
/// one without a limit of its own.
pub trait Receiver {
    /// Takes the bytes of the next images, in order.
    ///
    /// # Errors
    /// If they cannot be stored.
    fn take(&mut self, images: &[u8]) -> io::Result<()>;

    /// The bytes that the images being decoded may take in all until the next call, where one image
    /// needs `needed` bytes. An image that needs more is skipped.
    ///
    /// # Errors
    /// If the memory cannot be freed.
    fn room(&mut self, needed: u64) -> io::Result<u64> {
        let _ = needed;
        Ok(DECODING)
    }
}

impl<F: FnMut(&[u8]) -> io::Result<()>> Receiver for F {
    fn take(&mut self, images: &[u8]) -> io::Result<()> {
        self(images)
    }
}

/// Where images go.
pub type Sink<'a> = &'a mut dyn Receiver;

/// Where images come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Image files in a folder and its subfolders, or one image file.
    Folder(PathBuf),
    /// Image files in an archive, or in all archives in a folder.
    Archives(Archives),
    /// A NumPy array of images.
    Npy(PathBuf),
    /// An IDX file as MNIST ships it, compressed by gzip or not.
    Idx(PathBuf),
    /// The built-in cats, painted procedurally.
    Synthetic {
        /// The number of images.
        count: usize,
        /// The seed that determines them.
        seed: u64,
    },
}

/// A format of single files.
struct FileFormat {
    /// Whether the first bytes of a file are of this format.
    recognises: fn(&[u8]) -> bool,
    source: fn(PathBuf) -> Source,
}

/// In the order in which they are tried.
const FILE_FORMATS: [FileFormat; 3] = [
    FileFormat { recognises: npy_images::recognises, source: Source::Npy },
    FileFormat { recognises: idx::recognises, source: Source::Idx },
    FileFormat { recognises: image_folder::recognises, source: Source::Folder },
];

impl Source {
    /// What lies at `path`, judged by content and not by name.
    ///
    /// # Errors
    /// If there is nothing, or nothing that holds images.
    pub fn at(path: &Path) -> Result<Self, DataError> {
        let reading = DataError::reading(path);
        let about = fs::metadata(path).map_err(&reading)?;
        if about.is_dir() {
            let archives = Archives::at(path)?.map(Self::Archives);
            return Ok(archives.unwrap_or_else(|| Self::Folder(path.to_owned())));
        }
        if !about.is_file() {
            return Err(DataError::invalid(path, "is neither a file nor a folder"));
        }
        let mut head = Vec::new();
        File::open(path).map_err(&reading)?.take(512).read_to_end(&mut head).map_err(&reading)?;
        if let Some(name) = unsupported_format(path, &head) {
            let advice = how_to_convert(path);
            let why = format!("is an image in a format that cannot be read, {name}; {advice}");
            return Err(DataError::invalid(path, why));
        }
        if let Some(archives) = Archives::at(path)? {
            return Ok(Self::Archives(archives));
        }
        if let Some(name) = container(path, &head) {
            return Err(DataError::invalid(path, containers::refusal(name)));
        }
        if let Some(format) = FILE_FORMATS.iter().find(|format| (format.recognises)(&head)) {
            return Ok((format.source)(path.to_owned()));
        }
        Err(DataError::invalid(path, if head.is_empty() { "is empty" } else { UNKNOWN }))
    }

    /// The file or folder; `None` if the images are built in.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) | Self::Npy(path) | Self::Idx(path) => Some(path),
            Self::Archives(archives) => Some(&archives.path),
            Self::Synthetic { .. } => None,
        }
    }

    pub(crate) fn format(&self) -> Box<dyn Format + '_> {
        match self {
            Self::Folder(path) => Box::new(ImageFiles::Folder(path)),
            Self::Archives(archives) => Box::new(ImageFiles::Archives(archives)),
            Self::Npy(path) => Box::new(RasterFormat::<NpyImages>::new(path)),
            Self::Idx(path) => Box::new(RasterFormat::<IdxImages>::new(path)),
            Self::Synthetic { count, seed } => Box::new(Synthetic { count: *count, seed: *seed }),
        }
    }
}

/// The name of the image format of a file that cannot be read, by its first bytes or, if they tell
/// nothing, by its extension.
fn unsupported_format(path: &Path, head: &[u8]) -> Option<&'static str> {
    let claimed = || unsupported::from_extension(path).filter(|_| !head.is_empty());
    let readable = npy_images::recognises(head) || image_folder::recognises(head);
    unsupported::from_content(head).or_else(|| if readable { None } else { claimed() })
}

/// The name of the container of images that a file is, by the same rule.
fn container(path: &Path, head: &[u8]) -> Option<&'static str> {
    if npy_images::recognises(head) || image_folder::recognises(head) || head.is_empty() {
        return None;
    }
    containers::from_content(head).or_else(|| containers::from_extension(path))
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.format().fmt(f)
    }
}

/// The number of images and what they are like, from headers alone.
///
/// # Errors
/// If there is no image or it cannot be read.
pub fn survey(source: &Source) -> Result<Survey, DataError> {
    source.format().survey()
}

/// Reads all images and passes them to `sink` block by block: the central square of each, resized to
/// `shape`. Transparent images are composited on white unless `shape` has four channels. Runs on the
/// threads of the current rayon pool; the order of the images is that of their sorted paths, whatever
/// the threads do.
///
/// Needs memory for two blocks of images, the images being decoded, which `sink` limits, and the
/// [`Report`], but not for all images.
///
/// # Errors
/// If no image can be read, or `sink` fails. Single files that cannot be read are not an error; the
/// [`Report`] lists them.
pub fn read(
    source: &Source,
    shape: Shape,
    progress: Progress,
    sink: Sink,
) -> Result<Report, DataError> {
    source.format().read(shape, progress, sink)
}

/// The same, into memory.
///
/// # Errors
/// If no image can be read.
pub fn load(
    source: &Source,
    shape: Shape,
    progress: Progress,
) -> Result<(Images, Report), DataError> {
    let mut bytes = Vec::new();
    let report = read(source, shape, progress, &mut |more: &[u8]| {
        bytes.extend_from_slice(more);
        Ok(())
    })?;
    bytes.shrink_to_fit();
    Ok((Images::new(shape, bytes), report))
}

/// Reads some images of a set again, given the `report` of its first reading and their `indices` in
/// ascending order. Where each image is a file of its own, only those files are opened.
///
/// # Errors
/// If one of them can no longer be read.
pub fn subset(
    source: &Source,
    report: &Report,
    shape: Shape,
    indices: &[usize],
) -> Result<Images, DataError> {
    source.format().subset(report, shape, indices)
}
