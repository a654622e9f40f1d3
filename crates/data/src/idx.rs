//! The format of MNIST: two zero bytes, the type of a number, how many dimensions there are, each of
//! them as a big-endian u32, then the numbers (<http://yann.lecun.com/exdb/mnist/>).

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::raster::Raster;
use crate::{DataError, Progress, Report, Shape, Sink, Survey};

/// The first bytes of an IDX file, whatever it holds.
pub(crate) const MAGIC: &[u8] = &[0, 0];

/// The first bytes of a file compressed by gzip.
pub(crate) const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// The one type that pictures come in.
const UNSIGNED_BYTES: u8 = 8;

/// Bytes that one compressed byte can stand for: a bit or two for each run of 258.
const DENSEST: u128 = 1032;

/// More dimensions than any picture has.
const MOST_DIMENSIONS: u8 = 8;

struct Idx<'a> {
    path: &'a Path,
    bytes: Box<dyn Read>,
    raster: Raster,
}

impl<'a> Idx<'a> {
    fn open(path: &'a Path) -> Result<Self, DataError> {
        let reading = DataError::reading(path);
        let mut file = BufReader::new(File::open(path).map_err(&reading)?);
        let size = file.get_ref().metadata().map_err(&reading)?.len();
        let mut magic = Vec::new();
        file.by_ref().take(2).read_to_end(&mut magic).map_err(&reading)?;
        file.rewind().map_err(&reading)?;
        let mut bytes: Box<dyn Read> = match &magic[..] {
            GZIP_MAGIC => Box::new(BufReader::new(MultiGzDecoder::new(file))),
            _ => Box::new(file),
        };
        let sizes = sizes(&mut bytes).map_err(|why| DataError::unfit(path, why))?;
        let raster = Raster::of(&sizes).map_err(|why| {
            DataError::unfit(path, format!("is an IDX file of the shape {sizes:?}; {why}"))
        })?;
        let header = 4 + 4 * sizes.len() as u64;
        check_size(raster, size.saturating_sub(header), magic == GZIP_MAGIC)
            .map_err(|why| DataError::unfit(path, why))?;
        Ok(Self { path, bytes, raster })
    }

    /// The picture number `i`, which is the next one.
    fn read(&mut self, i: usize, out: &mut [u8]) -> Result<(), DataError> {
        self.bytes.read_exact(out).map_err(|e| {
            let count = self.raster.count;
            DataError::unfit(
                self.path,
                format!("ends or breaks in picture {i} of the {count} that its header tells of ({e}); fetch it again"),
            )
        })
    }
}

/// Whether the pictures of `raster` can be in so many bytes, before memory is taken for them.
fn check_size(raster: Raster, size: u64, compressed: bool) -> Result<(), String> {
    let count = raster.count as u128;
    let needed = count * raster.len() as u128;
    let size = u128::from(size);
    if compressed && needed > size * DENSEST {
        return Err(format!(
            "tells in its header of {needed} bytes, and {size} that are compressed cannot hold so many; fetch it again"
        ));
    }
    if !compressed && size < needed {
        let broken = size / raster.len() as u128;
        return Err(format!(
            "ends in picture {broken} of the {count} that its header tells of; fetch it again"
        ));
    }
    if !compressed && size > needed {
        return Err(format!("goes on behind the {count} pictures that its header tells of"));
    }
    Ok(())
}

/// The dimensions that the header tells.
fn sizes(bytes: &mut impl Read) -> Result<Vec<usize>, String> {
    let cut_off = |e| format!("is no IDX file, or breaks in its header ({e})");
    let mut head = [0; 4];
    bytes.read_exact(&mut head).map_err(cut_off)?;
    let [0, 0, kind, dimensions] = head else {
        return Err("is compressed by gzip, but what is in it is no IDX file".into());
    };
    if dimensions == 0 || dimensions > MOST_DIMENSIONS || !(8..=14).contains(&kind) {
        return Err("is no folder, picture, .npy array or IDX file".into());
    }
    if dimensions == 1 {
        return Err(
            "is an IDX file of labels; take the one of pictures (…images-idx3-ubyte)".into()
        );
    }
    if kind != UNSIGNED_BYTES {
        return Err(
            "is an IDX file of other numbers than bytes; pictures are bytes from 0 to 255".into()
        );
    }
    let mut size = [0; 4];
    (0..dimensions)
        .map(|_| {
            bytes.read_exact(&mut size).map_err(cut_off)?;
            Ok(u32::from_be_bytes(size) as usize)
        })
        .collect()
}

pub(crate) fn survey(path: &Path) -> Result<Survey, DataError> {
    Ok(Idx::open(path)?.raster.survey())
}

pub(crate) fn read(
    path: &Path,
    shape: Shape,
    progress: Progress,
    sink: Sink,
) -> Result<Report, DataError> {
    let mut idx = Idx::open(path)?;
    let raster = idx.raster;
    raster.fit_all(shape, progress, sink, |i, out| idx.read(i, out))?;
    // A file that goes on behind its last picture is not the one that its header describes.
    if idx.bytes.read(&mut [0]).is_ok_and(|n| n > 0) {
        let why = format!("goes on behind the {} pictures that its header tells of", raster.count);
        return Err(DataError::unfit(path, why));
    }
    Ok(Report::uniform("IDX", raster.size(), raster.count))
}
