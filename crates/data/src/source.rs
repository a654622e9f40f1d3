use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::{DataError, Pictures, Report, Shape, Survey, drawn, folder, idx, npy};

/// Told after each picture: how many are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Takes the bytes of some pictures, the next ones in their order.
pub type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> io::Result<()>;

/// Where pictures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Picture files in a folder and the folders below it, or one picture file.
    Folder(PathBuf),
    /// A NumPy array of pictures.
    Npy(PathBuf),
    /// An IDX file as MNIST ships it, compressed by gzip or not.
    Idx(PathBuf),
    /// Cats that the program draws.
    Drawn {
        /// How many.
        count: usize,
        /// Which.
        seed: u64,
    },
}

impl Source {
    /// What lies at `path`, judged by content and not by name.
    ///
    /// # Errors
    /// If there is nothing, or nothing that holds pictures.
    pub fn at(path: &Path) -> Result<Self, DataError> {
        let reading = DataError::reading(path);
        let about = fs::metadata(path).map_err(&reading)?;
        if about.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        if !about.is_file() {
            return Err(DataError::unfit(path, "is neither a file nor a folder"));
        }
        let mut head = Vec::new();
        File::open(path).map_err(&reading)?.take(64).read_to_end(&mut head).map_err(&reading)?;
        if head.starts_with(npy::MAGIC) {
            Ok(Self::Npy(path.to_owned()))
        } else if head.starts_with(idx::MAGIC) || head.starts_with(idx::GZIP_MAGIC) {
            Ok(Self::Idx(path.to_owned()))
        } else if image::guess_format(&head).is_ok() {
            Ok(Self::Folder(path.to_owned()))
        } else if head.starts_with(b"PK") {
            Err(DataError::unfit(
                path,
                "is an archive; unpack it and give the folder, or the .npy file in it",
            ))
        } else if head.is_empty() {
            Err(DataError::unfit(path, "is empty"))
        } else {
            Err(DataError::unfit(path, "is no folder, picture, .npy array or IDX file"))
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Folder(path) | Self::Npy(path) | Self::Idx(path) => path.display().fmt(f),
            Self::Drawn { .. } => f.write_str("the built-in cats"),
        }
    }
}

/// How many pictures there are and what they are like, from headers alone.
///
/// # Errors
/// If there is no picture or it cannot be read.
pub fn survey(source: &Source) -> Result<Survey, DataError> {
    match source {
        Source::Folder(path) => folder::survey(path),
        Source::Npy(path) => npy::survey(path),
        Source::Idx(path) => idx::survey(path),
        Source::Drawn { count, .. } => Ok(Survey { pictures: *count, channels: 3, side: 64 }),
    }
}

/// All pictures, block after block into `sink`: the square in the middle of each, resized to `shape`.
/// Transparent pictures stand on white unless `shape` has four channels. Works on the threads of the
/// current rayon pool; the order of the pictures is that of their sorted paths, whatever the threads
/// do.
///
/// Takes memory for two blocks of pictures, one picture a thread while it is decoded, and the
/// [`Report`], but not for all pictures.
///
/// # Errors
/// If not one picture can be read, or `sink` will not take them. Some that cannot be read are no
/// error, but in the [`Report`].
pub fn read(
    source: &Source,
    shape: Shape,
    progress: Progress,
    sink: Sink,
) -> Result<Report, DataError> {
    match source {
        Source::Folder(path) => folder::read(path, shape, progress, sink),
        Source::Npy(path) => npy::read(path, shape, progress, sink),
        Source::Idx(path) => idx::read(path, shape, progress, sink),
        Source::Drawn { count, seed } => drawn::read(*count, *seed, shape, progress, sink),
    }
}

/// The same, into memory.
///
/// # Errors
/// If not one picture can be read.
pub fn load(
    source: &Source,
    shape: Shape,
    progress: Progress,
) -> Result<(Pictures, Report), DataError> {
    let mut bytes = Vec::new();
    let report = read(source, shape, progress, &mut |more| {
        bytes.extend_from_slice(more);
        Ok(())
    })?;
    bytes.shrink_to_fit();
    Ok((Pictures::new(shape, bytes), report))
}
