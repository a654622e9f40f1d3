use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use dcgan_data::npy::{Dtype, Header};
use dcgan_run::files;
use ndarray::ArrayD;
use ndarray_npy::ReadNpyExt;

/// Reads an .npy array of floats, in C order. `what` it contains is named in errors.
pub(crate) fn read(path: &Path, what: &str) -> Result<ArrayD<f32>> {
    let bytes = files::read(path)?;
    // The header is checked against the file before memory is allocated for the array.
    let header = Header::read(&mut Cursor::new(&bytes), bytes.len() as u64)
        .map_err(|why| anyhow!("{} {why}", path.display()))?;
    let unreadable = || format!("cannot read the array in {}", path.display());
    let array = match header.dtype {
        Dtype::F32 { .. } => {
            ArrayD::<f32>::read_npy(Cursor::new(&bytes)).with_context(unreadable)?
        }
        Dtype::F64 { .. } => {
            let array = ArrayD::<f64>::read_npy(Cursor::new(&bytes)).with_context(unreadable)?;
            array.mapv(|v| v as f32)
        }
        Dtype::U8 => bail!("{} contains uint8; {what} are float32 or float64", path.display()),
    };
    // An array in Fortran order stores its floats in another sequence.
    Ok(array.as_standard_layout().into_owned())
}
