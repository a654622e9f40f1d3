#![expect(
    clippy::disallowed_types,
    reason = "threads of Python may share a generator, whose working memory serves one at a time"
)]

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use dcgan_gan::ndarray::Array4;
use dcgan_gan::{Config, Fingerprint, Generator as Model, Threads};
use numpy::{Element, PyArray4, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::latents::Latents;
use crate::{arrays, errors};

/// Images that are generated between two looks for Ctrl-C.
const BLOCK: usize = 256;

/// A trained generator: seeds or latents in, images out.
///
/// An image depends on its own seed only, and is that of `dcgan generate --seeds`, bit for bit.
#[pyclass(frozen, module = "dcgan")]
pub(crate) struct Generator {
    config: Config,
    fingerprint: Fingerprint,
    model: Mutex<Model>,
    threads: Threads,
}

#[pymethods]
impl Generator {
    /// The generator of a run folder, of which the newest intact checkpoint is read; of a checkpoint; or of weights
    /// from PyTorch (.safetensors or .pth). It computes on `threads` threads, by default one for each processor.
    #[staticmethod]
    #[pyo3(signature = (path, *, threads = None))]
    fn load(py: Python<'_>, path: PathBuf, threads: Option<usize>) -> PyResult<Self> {
        py.detach(|| {
            let threads = Threads::new(threads).map_err(|error| errors::threads(&error))?;
            let weights = threads
                .install(|| dcgan_model::load_weights(&path))
                .map_err(|error| errors::load(&error))?;
            let fingerprint = Fingerprint::from_generator(&weights);
            let model = Mutex::new(Model::from_weights(&weights));
            Ok(Self { config: weights.config, fingerprint, model, threads })
        })
    }

    /// The length of a latent.
    #[getter]
    fn nz(&self) -> usize {
        self.config.nz
    }

    /// The width and height of the images, in pixels.
    #[getter]
    fn image_size(&self) -> usize {
        self.config.image_size
    }

    /// The channels of the images: 1 (grey), 3 (RGB) or 4 (RGBA).
    #[getter]
    fn channels(&self) -> usize {
        self.config.channels
    }

    /// What identifies the model: twelve hexadecimal digits, as in the metadata of its images.
    #[getter]
    fn fingerprint(&self) -> String {
        self.fingerprint.to_string()
    }

    /// The images of these seeds as an array (n, h, w, c): a number n stands for the seeds from 0 to n − 1.
    ///
    /// With dtype "uint8" they are bytes, with "float32" numbers in [−1, 1].
    #[pyo3(signature = (seeds, *, dtype = None), text_signature = "($self, seeds, *, dtype=\"uint8\")")]
    fn generate<'py>(
        &self,
        seeds: &Bound<'py, PyAny>,
        dtype: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.images(seeds.py(), &Latents::from_seeds(seeds)?, dtype)
    }

    /// The images of latents, an array (n, nz), as those of `generate`.
    #[pyo3(signature = (latents, *, dtype = None), text_signature = "($self, latents, *, dtype=\"uint8\")")]
    fn generate_from<'py>(
        &self,
        latents: &Bound<'py, PyAny>,
        dtype: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.images(latents.py(), &Latents::from_array(latents, self.config.nz)?, dtype)
    }

    /// The latents of these seeds, an array (n, nz).
    fn latents<'py>(&self, seeds: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (nz, latents) = (self.config.nz, Latents::from_seeds(seeds)?);
        let count = latents.count(nz);
        let array = arrays::empty(seeds.py(), &[count, nz], "float32")?;
        let mut values = array.cast::<numpy::PyArray2<f32>>()?.try_readwrite()?;
        values.as_slice_mut()?.copy_from_slice(&latents.block(0..count, nz));
        drop(values);
        Ok(array)
    }

    fn __repr__(&self) -> String {
        let Config { image_size, channels, nz, .. } = self.config;
        format!(
            "<dcgan.Generator {} of {image_size}×{image_size}×{channels} images, nz {nz}>",
            self.fingerprint
        )
    }
}

impl Generator {
    fn images<'py>(
        &self,
        py: Python<'py>,
        latents: &Latents,
        dtype: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let dtype = dtype.map_or(Ok("uint8".to_owned()), arrays::dtype_name)?;
        match dtype.as_str() {
            "uint8" => self.array(py, latents, &dtype, Model::generate_bytes),
            "float32" => self.array(py, latents, &dtype, Model::generate),
            _ => {
                Err(PyValueError::new_err(format!("dtype is {dtype}: it must be uint8 or float32")))
            }
        }
    }

    /// An array of images, each block of which is computed without Python's lock.
    fn array<'py, T: Element + Copy + Send>(
        &self,
        py: Python<'py>,
        latents: &Latents,
        dtype: &str,
        generate: fn(&mut Model, &[f32]) -> Array4<T>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Config { nz, image_size: side, channels, .. } = self.config;
        let count = latents.count(nz);
        let array = arrays::empty(py, &[count, side, side, channels], dtype)?;
        let mut pixels = array.cast::<PyArray4<T>>()?.try_readwrite()?;
        let blocks = pixels.as_slice_mut()?.chunks_mut(BLOCK * side * side * channels);
        for (start, block) in (0..count).step_by(BLOCK).zip(blocks) {
            py.check_signals()?;
            let latents = || latents.block(start..count.min(start + BLOCK), nz);
            py.detach(|| self.fill(block, &latents(), generate));
        }
        drop(pixels);
        Ok(array)
    }

    fn fill<T: Copy + Send>(
        &self,
        block: &mut [T],
        latents: &[f32],
        generate: fn(&mut Model, &[f32]) -> Array4<T>,
    ) {
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let model = &mut *model;
        let images = self.threads.install(|| self.threads.keep_awake(|| generate(model, latents)));
        images.iter().zip(block).for_each(|(from, to)| *to = *from);
    }
}
