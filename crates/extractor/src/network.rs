use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rten::{LoadErrorKind, Model, ModelOptions, Value};
use rten_tensor::prelude::*;

use crate::ExtractorError;
use crate::preprocess::Preprocess;

mod input;
mod wire;

/// Images at a time, where the file leaves it open.
const BATCH: usize = 16;

/// Images of the first run, if the file lets us choose: more than one, because a file may call a batch
/// dynamic that is not.
const FIRST_BATCH: usize = 2;

/// A network that has been run at least once.
#[derive(Debug)]
pub(crate) struct Network {
    path: PathBuf,
    model: Model,
    preprocess: Preprocess,
    /// What the file prescribes.
    fixed_batch: Option<usize>,
    dim: usize,
}

impl Network {
    pub(crate) fn open(path: &Path) -> Result<Self, ExtractorError> {
        let model = load(path)?;
        let fails = |why| ExtractorError::network(path, why);
        let fixed_batch = input::batch(&model).map_err(fails)?;
        let preprocess = input::preprocess(&model).map_err(fails)?;
        let mut network = Self { path: path.to_owned(), model, preprocess, fixed_batch, dim: 0 };
        // The file need not give the shape of its output, and may be wrong about it.
        let n = fixed_batch.unwrap_or(FIRST_BATCH);
        network.dim = network.forward(vec![0.0; n * network.image_len()], n)?.len() / n;
        Ok(network)
    }

    pub(crate) fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// The most images that it takes at a time.
    pub(crate) fn batch(&self) -> usize {
        self.fixed_batch.unwrap_or(BATCH)
    }

    /// Features per image.
    pub(crate) fn dim(&self) -> usize {
        self.dim
    }

    /// The features (count, dim) of the images (count, 3, size, size).
    pub(crate) fn run(
        &self,
        mut images: Vec<f32>,
        count: usize,
    ) -> Result<Vec<f32>, ExtractorError> {
        // The last images may be too few for a prescribed batch.
        let n = self.fixed_batch.unwrap_or(count);
        images.resize(n * self.image_len(), 0.0);
        let mut features = self.forward(images, n)?;
        if features.len() != n * self.dim {
            return Err(
                self.fails("the number of features depends on the images; choose another network")
            );
        }
        features.truncate(count * self.dim);
        if features.iter().all(|value| value.is_finite()) {
            Ok(features)
        } else {
            Err(self
                .fails("the network gives a feature that is not finite; choose another network"))
        }
    }

    fn image_len(&self) -> usize {
        3 * self.preprocess.size * self.preprocess.size
    }

    fn fails(&self, why: impl Into<String>) -> ExtractorError {
        ExtractorError::network(&self.path, why)
    }

    /// The features of n images.
    fn forward(&self, images: Vec<f32>, n: usize) -> Result<Vec<f32>, ExtractorError> {
        let shape = [n, 3, self.preprocess.size, self.preprocess.size];
        let images =
            Value::from_shape(shape, images).map_err(|error| self.fails(error.to_string()))?;
        let output = caught(|| self.model.run_one(images.into(), None))
            .and_then(|output| output.map_err(|error| error.to_string()))
            .map_err(|why| {
                self.fails(format!(
                    "cannot run the network on {shape:?}: {why}; choose another network"
                ))
            })?;
        let output = output.into_tensor::<f32>().ok_or_else(|| {
            self.fails("the output is not float32; export the network with its features as the first output")
        })?;
        let area = match *output.shape() {
            [rows, dim] if rows == n && dim > 0 => 1,
            [rows, dim, h, w] if rows == n && dim * h * w > 0 => h * w,
            _ => {
                let shape = output.shape();
                return Err(self.fails(format!(
                    "the output for {n} images has the shape {shape:?}; it must be (n, dim) or (n, dim, h, w): export \
                     the network with a dynamic batch and its features as the first output"
                )));
            }
        };
        let mean = |map: &[f32]| map.iter().sum::<f32>() / area as f32;
        Ok(output.to_vec().chunks(area).map(mean).collect())
    }
}

fn load(path: &Path) -> Result<Model, ExtractorError> {
    let bytes =
        fs::read(path).map_err(|error| ExtractorError::Read { path: path.to_owned(), error })?;
    if !wire::is_whole(&bytes) {
        return Err(ExtractorError::network(
            path,
            "not an ONNX file, or it is incomplete; export or copy it again",
        ));
    }
    let fails = |why| ExtractorError::network(path, why);
    let loaded = caught(|| ModelOptions::with_all_ops().prepack_weights(true).load(bytes));
    loaded.map_err(fails)?.map_err(|error| {
        fails(match error.kind() {
            LoadErrorKind::OperatorInvalid => {
                format!("{error}: the ONNX runtime cannot run this operator; choose a plain convolutional network")
            }
            LoadErrorKind::ExternalDataError => {
                format!("{error}: export the network with its weights in the same file")
            }
            _ => format!("the ONNX file is damaged or of an unknown kind: {error}; export the network again"),
        })
    })
}

/// A call of the runtime, which panics where a damaged file has dimensions beyond all measure.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call))
        .map_err(|_| "the ONNX runtime failed; is the file damaged?".to_owned())
}
