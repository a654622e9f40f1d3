//! Latents from, and images to, NumPy's array files.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use dcgan_data::npy::{Dtype, Header};
use dcgan_gan::numbers::Allowed;
use dcgan_run::files;
use ndarray::{Array2, ArrayD, ArrayView4};
use ndarray_npy::{ReadNpyExt, WriteNpyExt};

/// Reads latents (n, nz), f32 or f64, concatenated; PyTorch's (n, nz, 1, 1) is accepted too.
pub(crate) fn read(path: &Path, nz: usize) -> Result<Vec<f32>> {
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
        Dtype::U8 => bail!("{} contains uint8; latents are float32 or float64", path.display()),
    };
    let shape = array.shape().to_vec();
    let matches = shape.len() >= 2 && shape[1] == nz && shape[2..].iter().all(|&n| n == 1);
    if !matches || shape[0] == 0 {
        bail!(
            "{} has the shape {shape:?}; this model's latents are (n, {nz}), with n at least 1",
            path.display()
        );
    }
    // An array in Fortran order stores its floats in another sequence.
    let rows = array.as_standard_layout().into_owned();
    let latents: Array2<f32> = rows.into_shape_with_order((shape[0], nz))?;
    let latents: Vec<f32> = latents.into_iter().collect();
    if let Some((at, _)) = Allowed::Finite.first_fault(&latents) {
        bail!("{}: latent {} contains NaN or infinity", path.display(), at / nz);
    }
    Ok(latents)
}

/// Writes images (n, h, w, c) as f32 (n, c, h, w), the usual order in PyTorch.
pub(crate) fn write_images(path: &Path, images: ArrayView4<f32>) -> Result<()> {
    let mut bytes = Vec::new();
    let planes = images.permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned();
    planes.write_npy(&mut bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(files::write(path, &bytes)?)
}
