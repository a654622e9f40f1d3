use std::ops::Range;

use dcgan_gan::{latent, numbers::Allowed};
use numpy::{PyArray1, PyReadonlyArrayDyn};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arrays;

/// The most images of one call.
const MAX_IMAGES: usize = 100_000;

/// The latents of a call: computed where they are needed if they come from seeds.
pub(crate) enum Latents {
    Seeds(Vec<u64>),
    /// Concatenated.
    Rows(Vec<f32>),
}

impl Latents {
    /// Those of a number of seeds from 0 on, or of an iterable of seeds.
    pub(crate) fn from_seeds(seeds: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(count) = seeds.extract::<u64>() {
            check_count(usize::try_from(count).unwrap_or(usize::MAX))?;
            return Ok(Self::Seeds((0..count).collect()));
        }
        let Ok(items) = seeds.try_iter() else {
            return Err(PyTypeError::new_err(format!(
                "seeds is {}: it must be a number of images or a list of seeds, such as 8, range(8) or [3, 7]",
                seeds.repr()?
            )));
        };
        let mut all = Vec::new();
        for item in items {
            let item = item?;
            let seed = item.extract().map_err(|_| not_a_seed(&item))?;
            all.push(seed);
            check_count(all.len())?;
        }
        Ok(Self::Seeds(all))
    }

    /// Those of an array (n, nz); PyTorch's (n, nz, 1, 1) is accepted too.
    pub(crate) fn from_array(array: &Bound<'_, PyAny>, nz: usize) -> PyResult<Self> {
        let array: PyReadonlyArrayDyn<'_, f32> = arrays::contiguous_floats(array)?;
        let shape = array.as_array().shape().to_vec();
        let matches = shape.len() >= 2 && shape[1] == nz && shape[2..].iter().all(|&n| n == 1);
        if !matches {
            return Err(PyValueError::new_err(format!(
                "latents has the shape {shape:?}; this model's latents are (n, {nz})"
            )));
        }
        check_count(shape[0])?;
        let rows = array.as_slice()?.to_vec();
        if let Some((at, _)) = Allowed::Finite.first_fault(&rows) {
            let message = format!("latents: latent {} contains NaN or infinity", at / nz);
            return Err(PyValueError::new_err(message));
        }
        Ok(Self::Rows(rows))
    }

    /// Their number.
    pub(crate) fn count(&self, nz: usize) -> usize {
        match self {
            Self::Seeds(seeds) => seeds.len(),
            Self::Rows(rows) => rows.len() / nz,
        }
    }

    /// Some of them, concatenated.
    pub(crate) fn block(&self, range: Range<usize>, nz: usize) -> Vec<f32> {
        match self {
            Self::Seeds(seeds) => latent::from_seeds(seeds[range].iter().copied(), nz),
            Self::Rows(rows) => rows[range.start * nz..range.end * nz].to_vec(),
        }
    }
}

fn check_count(images: usize) -> PyResult<()> {
    if images > MAX_IMAGES {
        let message = format!("more than {MAX_IMAGES} images in one call; generate them in parts");
        return Err(PyValueError::new_err(message));
    }
    Ok(())
}

fn not_a_seed(item: &Bound<'_, PyAny>) -> PyErr {
    let shown = item.repr().map(|shown| shown.to_string()).unwrap_or_default();
    PyValueError::new_err(format!(
        "seeds: {shown} is not a seed: it must be a whole number from 0 to {}",
        u64::MAX
    ))
}

/// The latent at `t` in [0, 1] on the arc from `a` to `b`, as `dcgan interpolate` walks it.
///
/// A straight line would pass closer to the origin than almost any latent the generator was trained on.
#[pyfunction]
pub(crate) fn slerp<'py>(
    a: &Bound<'py, PyAny>,
    b: &Bound<'py, PyAny>,
    t: f64,
) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let (from, to) = (arrays::contiguous_floats(a)?, arrays::contiguous_floats(b)?);
    let (shape, other) = (from.as_array().shape().to_vec(), to.as_array().shape().to_vec());
    if shape.len() != 1 || shape != other {
        return Err(PyValueError::new_err(format!(
            "a and b have the shapes {shape:?} and {other:?}; they must be two latents (nz,)"
        )));
    }
    let point = latent::slerp(from.as_slice()?, to.as_slice()?, t);
    Ok(PyArray1::from_vec(a.py(), point))
}
