//! Latents from, and images to, NumPy's array files.

use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_gan::numbers::Allowed;
use ndarray::ArrayView4;
use ndarray_npy::WriteNpyExt;

use crate::float_array;

/// Reads latents (n, nz), f32 or f64, concatenated; PyTorch's (n, nz, 1, 1) is accepted too.
pub(crate) fn read(path: &Path, nz: usize) -> Result<Vec<f32>> {
    let array = float_array::read(path, "latents")?;
    let shape = array.shape().to_vec();
    let matches = shape.len() >= 2 && shape[1] == nz && shape[2..].iter().all(|&n| n == 1);
    if !matches || shape[0] == 0 {
        bail!(
            "{} has the shape {shape:?}; this model's latents are (n, {nz}), with n at least 1",
            path.display()
        );
    }
    let latents: Vec<f32> = array.into_iter().collect();
    if let Some((at, _)) = Allowed::Finite.first_fault(&latents) {
        bail!("{}: latent {} contains NaN or infinity", path.display(), at / nz);
    }
    Ok(latents)
}

/// Encodes images (n, h, w, c) as an array of f32 (n, c, h, w), the usual order in PyTorch.
pub(crate) fn encode_images(images: ArrayView4<f32>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let planes = images.permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned();
    planes.write_npy(&mut bytes).context("cannot encode the images as an array")?;
    Ok(bytes)
}
