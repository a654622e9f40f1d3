use std::collections::BTreeSet;

use dcgan_layers::{Network, Params};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use thiserror::Error;

use super::{NetworkKind, counters, from_torch, torch_shape};
use crate::{Config, ConfigError, GeneratorWeights};

/// Why a safetensors file is not a network of a DCGAN.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum InteropError {
    /// Another format, or truncated.
    #[error("not a safetensors file, or a damaged one: {0}")]
    Format(String),
    /// A tensor is missing.
    #[error(
        "the tensor `{0}` is missing; names must be those of PyTorch's DCGAN example, such as main.0.weight"
    )]
    Missing(String),
    /// There is a tensor that no layer has.
    #[error("the tensor `{0}` belongs to no layer of a {1} of this size")]
    Unexpected(String, &'static str),
    /// A tensor has the wrong shape.
    #[error("the tensor `{name}` has shape {found:?} instead of {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape that the layer has.
        expected: Vec<usize>,
    },
    /// A tensor has the wrong type.
    #[error(
        "the tensor `{name}` has type {found}; supported are F32 and F64 (I64 for the counters)"
    )]
    Type {
        /// Its name.
        name: String,
        /// Its type.
        found: String,
    },
    /// A value that no network may have.
    #[error("the tensor `{name}` holds {value}, {why}")]
    Value {
        /// Its name.
        name: String,
        /// The first such value.
        value: f64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Sizes that are not supported.
    #[error("its {0}")]
    Config(#[from] ConfigError),
    /// Two files of different image sizes.
    #[error("the generator makes images of {0}, but the discriminator takes images of {1}")]
    Mismatch(String, String),
}

/// The generator of a safetensors file. Sizes are read off the shapes.
///
/// # Errors
/// Names the tensor that is missing, unexpected, or of the wrong shape, type or value.
pub fn import_generator(bytes: &[u8]) -> Result<GeneratorWeights, InteropError> {
    let tensors = Tensors::open(bytes)?;
    let config = tensors.generator_config()?;
    // Only then is memory taken: of a size that the file has been shown to have.
    tensors.check(&crate::generator(&config))?;
    let GeneratorWeights { mut theta, mut buffers, .. } = GeneratorWeights::zeros(config);
    tensors.fill(NetworkKind::Generator, &mut theta, &mut buffers)?;
    Ok(GeneratorWeights { config, theta, buffers })
}

/// A run at step 0 with imported networks. Without a discriminator, a new one of the generator's width
/// is initialised.
///
/// # Errors
/// Names the tensor that is missing, unexpected, or of the wrong shape, type or value.
#[cfg(feature = "train")]
pub fn import(
    generator: &[u8],
    discriminator: Option<&[u8]>,
) -> Result<crate::State, InteropError> {
    let g = Tensors::open(generator)?;
    let d = discriminator.map(Tensors::open).transpose()?;
    let mut config = g.generator_config()?;
    config.ndf = config.ngf;
    if let Some(d) = &d {
        let (ndf, side, channels) = d.discriminator_sizes()?;
        if (side, channels) != (config.image_size, config.channels) {
            let images = |side, channels| format!("{side} × {side} × {channels}");
            return Err(InteropError::Mismatch(
                images(config.image_size, config.channels),
                images(side, channels),
            ));
        }
        config.ndf = ndf;
    }
    // Only then is memory taken: of a size that the files have been shown to have.
    g.check(&crate::generator(&config))?;
    if let Some(d) = &d {
        d.check(&crate::discriminator(&config))?;
    }
    let mut state = crate::State::new(config)?;
    let fill = |tensors: &Tensors, kind, network: &mut crate::NetworkState| {
        tensors.fill(kind, &mut network.theta, &mut network.buffers).map(|tracked| {
            network.num_batches_tracked = tracked;
        })
    };
    fill(&g, NetworkKind::Generator, &mut state.generator)?;
    if let Some(d) = &d {
        fill(d, NetworkKind::Discriminator, &mut state.discriminator)?;
    }
    Ok(state)
}

/// A file's tensors, under names without the prefix `module.` of PyTorch's DataParallel.
struct Tensors<'a>(Vec<(String, TensorView<'a>)>);

impl<'a> Tensors<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, InteropError> {
        let file = SafeTensors::deserialize(bytes);
        let file = file.map_err(|e| InteropError::Format(e.to_string()))?;
        let bare = |name: String| name.strip_prefix("module.").map(str::to_owned).unwrap_or(name);
        Ok(Self(file.tensors().into_iter().map(|(name, view)| (bare(name), view)).collect()))
    }

    fn get(&self, name: &str) -> Result<&TensorView<'a>, InteropError> {
        let found = self.0.iter().find(|(own, _)| own == name).map(|(_, view)| view);
        found.ok_or_else(|| InteropError::Missing(name.to_owned()))
    }

    /// The first two sizes of the 4 × 4 weight at an index of the Sequential.
    fn kernel(&self, index: usize) -> Result<[usize; 2], InteropError> {
        let name = format!("main.{index}.weight");
        match *self.get(&name)?.shape() {
            [a, b, 4, 4] => Ok([a, b]),
            ref other => Err(InteropError::Shape {
                expected: vec![
                    other.first().copied().unwrap_or(1),
                    other.get(1).copied().unwrap_or(1),
                    4,
                    4,
                ],
                found: other.to_vec(),
                name,
            }),
        }
    }

    /// How many indices from `first`, three apart, hold a weight of four axes.
    fn kernels(&self, first: usize) -> usize {
        let is_kernel = |index: &usize| {
            self.get(&format!("main.{index}.weight")).is_ok_and(|view| view.shape().len() == 4)
        };
        (first..).step_by(3).take_while(is_kernel).count()
    }

    fn generator_config(&self) -> Result<Config, InteropError> {
        let [nz, widest] = self.kernel(0)?;
        let layers = self.kernels(0);
        let [_, channels] = self.kernel(3 * (layers - 1))?;
        let image_size = side(layers)?;
        let ngf = widest >> layers.saturating_sub(2);
        let config = Config { image_size, channels, nz, ngf, ..Config::default() };
        Ok(config.validate().map(|()| config)?)
    }

    /// ndf, side and channels.
    #[cfg(feature = "train")]
    fn discriminator_sizes(&self) -> Result<(usize, usize, usize), InteropError> {
        let [ndf, channels] = self.kernel(0)?;
        Ok((ndf, side(1 + self.kernels(2))?, channels))
    }

    /// Checks that every array of `network` is there, in its shape and as floats.
    fn check(&self, network: &Network) -> Result<(), InteropError> {
        for node in network.nodes() {
            for spec in node.layer.params().into_iter().chain(node.layer.buffers()) {
                let name = format!("{}.{}", node.name, spec.name);
                let view = self.get(&name)?;
                let (found, expected) = (view.shape().to_vec(), torch_shape(&spec.shape));
                if found != expected {
                    return Err(InteropError::Shape { name, found, expected });
                }
                if !matches!(view.dtype(), Dtype::F32 | Dtype::F64) {
                    let found = format!("{:?}", view.dtype());
                    return Err(InteropError::Type { name, found });
                }
            }
        }
        Ok(())
    }

    /// Copies every array from its tensor, and checks that none is left over. Gives the number of batches
    /// tracked.
    fn fill(
        &self,
        kind: NetworkKind,
        theta: &mut Params,
        buffers: &mut Params,
    ) -> Result<u64, InteropError> {
        let mut known: BTreeSet<String> = counters(buffers).collect();
        let entries = theta.entries().iter().chain(buffers.entries());
        known.extend(entries.map(|entry| entry.name.clone()));
        if let Some((name, _)) = self.0.iter().find(|(name, _)| !known.contains(name)) {
            return Err(InteropError::Unexpected(name.clone(), kind.name()));
        }
        self.fill_params(theta)?;
        self.fill_params(buffers)?;
        let mut tracked = 0;
        for name in counters(buffers) {
            let view = self.get(&name)?;
            tracked = match (view.dtype(), view.data().try_into()) {
                (Dtype::I64, Ok(bytes)) => u64::from_le_bytes(bytes),
                (other, _) => {
                    return Err(InteropError::Type { name, found: format!("{other:?}") });
                }
            };
        }
        Ok(tracked)
    }

    fn fill_params(&self, params: &mut Params) -> Result<(), InteropError> {
        for entry in params.entries().to_vec() {
            let view = self.get(&entry.name)?;
            let expected = torch_shape(&entry.spec.shape);
            let floats = floats(&entry.name, view)?;
            check_values(&entry.name, &floats)?;
            params.as_mut_slice()[entry.range].copy_from_slice(&from_torch(&expected, &floats));
        }
        Ok(())
    }
}

/// Refuses values that no trained network has, and that would spoil every image.
fn check_values(name: &str, floats: &[f32]) -> Result<(), InteropError> {
    let wrong = |value: &f32, why| {
        Err(InteropError::Value { name: name.to_owned(), value: f64::from(*value), why })
    };
    if let Some(value) = floats.iter().find(|v| !v.is_finite()) {
        return wrong(value, "which is not finite in single precision");
    }
    match floats.iter().find(|&&v| v < 0.0).filter(|_| name.ends_with("running_var")) {
        Some(value) => wrong(value, "but a variance cannot be negative"),
        None => Ok(()),
    }
}

/// The image size of a network with this many convolutions.
fn side(layers: usize) -> Result<usize, InteropError> {
    // From 4 × 4 each layer but the first doubles.
    match layers {
        1..=40 => Ok(1 << (layers + 1)),
        _ => Err(InteropError::Missing("main.0.weight".to_owned())),
    }
}

fn floats(name: &str, view: &TensorView) -> Result<Vec<f32>, InteropError> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Ok(data.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect()),
        Dtype::F64 => {
            Ok(data.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect())
        }
        other => Err(InteropError::Type { name: name.to_owned(), found: format!("{other:?}") }),
    }
}
