//! Images in a NumPy array. The `.npy` header itself is read by [`crate::npy`].

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::levels::Levels;
use super::raster::{Raster, RasterFile};
use crate::DataError;
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
    /// Of floats.
    levels: Option<Levels>,
    /// The bytes of one image.
    raw: Vec<u8>,
}

impl NpyImages {
    /// The smallest and the largest element, all of which must be finite.
    fn range(&mut self) -> Result<(f64, f64), DataError> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for i in 0..self.raster.count {
            self.file.read_exact(&mut self.raw).map_err(DataError::reading(&self.path))?;
            for bytes in self.raw.chunks_exact(self.dtype.size()) {
                let value = self.dtype.decode(bytes);
                if !value.is_finite() {
                    let why = format!("image {i} holds {value}, which is not a pixel value");
                    return Err(DataError::invalid(&self.path, why));
                }
                (low, high) = (low.min(value), high.max(value));
            }
        }
        self.file.seek(SeekFrom::Start(self.data_start)).map_err(DataError::reading(&self.path))?;
        Ok((low, high))
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
        let raster = Raster::from_sizes(&shape)
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
            levels: None,
            raw: vec![0; raster.len() * dtype.size()],
        })
    }

    fn raster(&self) -> Raster {
        self.raster
    }

    /// Floats are scaled by the range that they span.
    fn prepare(&mut self) -> Result<(), DataError> {
        if self.dtype == Dtype::U8 {
            return Ok(());
        }
        let (low, high) = self.range()?;
        let levels = Levels::of_range(low, high);
        self.levels = Some(levels.map_err(|why| DataError::invalid(&self.path, why))?);
        Ok(())
    }

    fn read_image(&mut self, _: usize, out: &mut [u8]) -> Result<(), DataError> {
        self.file.read_exact(&mut self.raw).map_err(DataError::reading(&self.path))?;
        for (out, bytes) in out.iter_mut().zip(self.raw.chunks_exact(self.dtype.size())) {
            let value = self.dtype.decode(bytes);
            *out = self.levels.map_or(value as u8, |levels| levels.to_byte(value));
        }
        Ok(())
    }
}
