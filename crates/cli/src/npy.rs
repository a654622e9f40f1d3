//! Latents from, and pictures to, NumPy's array files.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ndarray::{Array2, ArrayD, ArrayView4};
use ndarray_npy::{ReadNpyExt, WriteNpyExt};

use crate::files;

/// Latents (n, nz), f32 or f64, one behind the other; torch's (n, nz, 1, 1) is taken too.
pub(crate) fn read_latents(path: &Path, nz: usize) -> Result<Vec<f32>> {
    let bytes = files::read(path)?;
    let array = match ArrayD::<f32>::read_npy(Cursor::new(&bytes)) {
        Ok(array) => array,
        Err(error) => match ArrayD::<f64>::read_npy(Cursor::new(&bytes)) {
            Ok(array) => array.mapv(|v| v as f32),
            Err(_) => bail!("{} is no .npy array of f32 or f64: {error}", path.display()),
        },
    };
    let shape = array.shape().to_vec();
    let whole = shape.len() >= 2 && shape[1] == nz && shape[2..].iter().all(|&n| n == 1);
    if !whole || shape[0] == 0 {
        bail!(
            "{} has the shape {shape:?}; this model's latents are (n, {nz}), with n at least 1",
            path.display()
        );
    }
    // An array in Fortran's order has its floats elsewhere.
    let rows = array.as_standard_layout().into_owned();
    let latents: Array2<f32> = rows.into_shape_with_order((shape[0], nz))?;
    if let Some(at) = latents.iter().position(|v| !v.is_finite()) {
        bail!("{}: latent {} holds a value that is no number", path.display(), at / nz);
    }
    Ok(latents.into_iter().collect())
}

/// Writes pictures (n, h, w, c) as f32 (n, c, h, w), the order that others expect.
pub(crate) fn write_pictures(path: &Path, pictures: ArrayView4<f32>) -> Result<()> {
    let mut bytes = Vec::new();
    let planes = pictures.permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned();
    planes.write_npy(&mut bytes).with_context(|| format!("cannot write {}", path.display()))?;
    files::write(path, &bytes)
}
