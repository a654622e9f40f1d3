//! The format of MNIST: two zero bytes, the element type, the number of dimensions, each of them as
//! a big-endian u32, then the elements (<http://yann.lecun.com/exdb/mnist/>).

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::UNKNOWN;
use super::raster::{Raster, RasterFile};
use crate::DataError;

/// The first bytes of an IDX file, whatever it holds.
const MAGIC: &[u8] = &[0, 0];

/// The first bytes of a file compressed by gzip.
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// The element type of images.
const UNSIGNED_BYTES: u8 = 8;

/// Bytes that one compressed byte can stand for: a bit or two for each run of 258.
const MAX_COMPRESSION: u128 = 1032;

/// More dimensions than any image has.
const MAX_DIMENSIONS: u8 = 8;

pub(crate) fn recognises(head: &[u8]) -> bool {
    head.starts_with(MAGIC) || head.starts_with(GZIP_MAGIC)
}

pub(crate) struct IdxImages {
    path: PathBuf,
    bytes: Box<dyn Read>,
    raster: Raster,
}

impl RasterFile for IdxImages {
    const NAME: &'static str = "IDX";

    fn open(path: &Path, mut file: BufReader<File>, size: u64) -> Result<Self, DataError> {
        let reading = DataError::reading(path);
        let mut magic = Vec::new();
        file.by_ref().take(2).read_to_end(&mut magic).map_err(&reading)?;
        file.rewind().map_err(&reading)?;
        let mut bytes: Box<dyn Read> = match &magic[..] {
            GZIP_MAGIC => Box::new(BufReader::new(MultiGzDecoder::new(file))),
            _ => Box::new(file),
        };
        let sizes = read_sizes(&mut bytes).map_err(|why| DataError::invalid(path, why))?;
        let raster = Raster::from_sizes(&sizes).map_err(|why| {
            DataError::invalid(path, format!("is an IDX file of the shape {sizes:?}; {why}"))
        })?;
        let header = 4 + 4 * sizes.len() as u64;
        check_size(raster, size.saturating_sub(header), magic == GZIP_MAGIC)
            .map_err(|why| DataError::invalid(path, why))?;
        Ok(Self { path: path.to_owned(), bytes, raster })
    }

    fn raster(&self) -> Raster {
        self.raster
    }

    fn read_image(&mut self, i: usize, out: &mut [u8]) -> Result<(), DataError> {
        let count = self.raster.count;
        self.bytes.read_exact(out).map_err(|e| {
            let why = format!(
                "ends or is damaged in image {i} of the {count} that its header announces ({e}); download it again"
            );
            DataError::invalid(&self.path, why)
        })
    }

    fn finish(&mut self) -> Result<(), DataError> {
        // A file that continues after its last image is not the one that its header describes.
        if self.bytes.read(&mut [0]).is_ok_and(|n| n > 0) {
            return Err(DataError::invalid(&self.path, too_long(self.raster)));
        }
        Ok(())
    }
}

/// Whether the images of `raster` can fit into `size` bytes, before memory is allocated for them.
fn check_size(raster: Raster, size: u64, compressed: bool) -> Result<(), String> {
    let count = raster.count as u128;
    let needed = count * raster.len() as u128;
    let size = u128::from(size);
    if compressed && needed > size * MAX_COMPRESSION {
        return Err(format!(
            "announces {needed} bytes in its header, more than its {size} compressed bytes can hold; download it again"
        ));
    }
    if !compressed && size < needed {
        let broken = size / raster.len() as u128;
        return Err(format!(
            "ends in image {broken} of the {count} that its header announces; download it again"
        ));
    }
    if !compressed && size > needed {
        return Err(too_long(raster));
    }
    Ok(())
}

fn too_long(raster: Raster) -> String {
    format!("continues after the {} images that its header announces", raster.count)
}

/// The dimensions in the header.
fn read_sizes(bytes: &mut impl Read) -> Result<Vec<usize>, String> {
    let cut_off = |e| format!("is not an IDX file, or ends within its header ({e})");
    let mut head = [0; 4];
    bytes.read_exact(&mut head).map_err(cut_off)?;
    let [0, 0, dtype, dimensions] = head else {
        return Err("is compressed by gzip, but its content is not an IDX file".into());
    };
    if dimensions == 0 || dimensions > MAX_DIMENSIONS || !(8..=14).contains(&dtype) {
        return Err(UNKNOWN.into());
    }
    if dimensions == 1 {
        return Err("is an IDX file of labels; use the one of images (…images-idx3-ubyte)".into());
    }
    if dtype != UNSIGNED_BYTES {
        return Err(
            "is an IDX file whose elements are not bytes; images are bytes from 0 to 255".into()
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
