//! Features of the user's own, and the images that they are made of, as NumPy's arrays.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use dcgan_data::Shape;
use dcgan_quality::Features;
use dcgan_run::evaluation::FeatureSets;
use ndarray::ArrayView4;
use ndarray_npy::WriteNpyExt;

use super::model::Compared;
use crate::failure::usage;
use crate::float_array;

/// The features of the real and of the generated images.
pub(super) fn read(files: &[PathBuf]) -> Result<FeatureSets> {
    let [real, generated] = files else { bail!("--features needs two files") };
    let space = format!("the features in {} and {}", real.display(), generated.display());
    FeatureSets::given(space, read_one(real)?, read_one(generated)?)
        .map_err(|error| anyhow!("{} and {}: {error}", real.display(), generated.display()))
}

fn read_one(path: &Path) -> Result<Features> {
    let array = float_array::read(path, "features")?;
    let &[_, dim] = array.shape() else {
        bail!(
            "{} has the shape {:?}; features are (n, dim), a row for each image",
            path.display(),
            array.shape()
        );
    };
    Features::new(array.into_iter().collect(), dim)
        .map_err(|why| anyhow!("{} {why}", path.display()))
}

/// Checks that there is a row for each image, so that the features can belong to these images.
pub(super) fn check_rows(sets: &FeatureSets, images: &Compared) -> Result<()> {
    let rows = (sets.reals.len(), sets.generated.len());
    let wanted = (images.reals.len(), images.images());
    if rows == wanted {
        return Ok(());
    }
    Err(usage(format!(
        "--out shows the images of the features, but there are {} real and {} generated ones, and {} and {} rows in --features; compute the features of the arrays that --images writes, with the same --count",
        wanted.0, wanted.1, rows.0, rows.1
    )))
}

/// Encodes images (n, h, w, c) as an array of uint8.
pub(super) fn encode_images(bytes: &[u8], Shape { side, channels }: Shape) -> Result<Vec<u8>> {
    let n = bytes.len() / (side * side * channels);
    let images = ArrayView4::from_shape((n, side, side, channels), bytes)?;
    let mut file = Vec::new();
    images.write_npy(&mut file).context("cannot encode the images as an array")?;
    Ok(file)
}
