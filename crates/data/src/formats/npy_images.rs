//! Images in a NumPy array. The `.npy` header itself is read by [`crate::npy`].
//!
//! An array is a set, and its first dimension counts the images: (n, c, h, w), (n, h, w, c), or
//! (n, h, w) if they are grey. An array that looks like a single image is refused with the shape that
//! makes it a set: nothing can be learnt from one image, and rows taken for images are worse.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::raster::{Raster, RasterFile};
use crate::DataError;
use crate::levels::{Levels, Range};
use crate::npy::{Dtype, Header, HeaderError, MAGIC};

pub(crate) fn recognises(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

pub(crate) struct NpyImages {
    path: PathBuf,
    file: BufReader<File>,
    raster: Raster,
    dtype: Dtype,
    data_start: u64,
    levels: Levels,
    /// The bytes of one image.
    raw: Vec<u8>,
}

impl NpyImages {
    /// The smallest and the largest element, all of which must be finite.
    fn range(&mut self) -> Result<Range, DataError> {
        let mut range = Range::EMPTY;
        for i in 0..self.raster.count {
            self.file.read_exact(&mut self.raw).map_err(DataError::reading(&self.path))?;
            for bytes in self.raw.chunks_exact(self.dtype.size()) {
                range
                    .add(self.dtype.decode(bytes))
                    .map_err(|why| DataError::invalid(&self.path, format!("image {i} {why}")))?;
            }
        }
        self.file.seek(SeekFrom::Start(self.data_start)).map_err(DataError::reading(&self.path))?;
        Ok(range)
    }
}

impl RasterFile for NpyImages {
    const NAME: &'static str = "NPY";

    fn open(path: &Path, mut file: BufReader<File>, size: u64) -> Result<Self, DataError> {
        let invalid = |why: String| DataError::invalid(path, why);
        let header = Header::read(&mut file, size).map_err(|error| match error {
            HeaderError::Dtype(name) => invalid(format!(
                "holds elements of type {name}; save it as uint8 (0 to 255) or float32 (0 to 1)"
            )),
            other => invalid(other.to_string()),
        })?;
        let Header { dtype, shape, fortran_order, data_start } = header;
        let raster = check_is_set(&shape)
            .and_then(|()| Raster::from_sizes(&shape).map_err(str::to_owned))
            .map_err(|why| invalid(format!("is an array of the shape {shape:?}; {why}")))?;
        if fortran_order {
            return Err(invalid("is in Fortran order; save np.ascontiguousarray of it".into()));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            raster,
            dtype,
            data_start,
            levels: Levels::BYTES,
            raw: vec![0; raster.len() * dtype.size()],
        })
    }

    fn raster(&self) -> Raster {
        self.raster
    }

    /// The range of floats shows how they were stored.
    fn prepare(&mut self) -> Result<(), DataError> {
        if self.dtype != Dtype::U8 {
            let levels = Levels::of_floats(self.range()?);
            self.levels = levels.map_err(|why| DataError::invalid(&self.path, why))?;
        }
        Ok(())
    }

    fn read_image(&mut self, _: usize, out: &mut [u8]) -> Result<(), DataError> {
        self.file.read_exact(&mut self.raw).map_err(DataError::reading(&self.path))?;
        for (out, bytes) in out.iter_mut().zip(self.raw.chunks_exact(self.dtype.size())) {
            *out = self.levels.byte(self.dtype.decode(bytes));
        }
        Ok(())
    }
}

/// Refuses the shapes of a single image, and of images that are rows of numbers.
fn check_is_set(shape: &[usize]) -> Result<(), String> {
    Err(match *shape {
        [n, pixels] => format!(
            "images have a height and a width: save a.reshape({n}, height, width) if each row of {pixels} numbers is an image, or a[None] if all of it is one"
        ),
        [_, _, 3 | 4] => {
            "that is one image (h, w, c), and not a set (n, …): save a[None] for a set of one"
                .into()
        }
        [n @ (3 | 4), _, _] => format!(
            "that is one image (c, h, w) or {n} grey ones (n, h, w): save a[None] or a[:, None]"
        ),
        _ => return Ok(()),
    })
}
