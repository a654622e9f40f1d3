use std::collections::BTreeSet;

use dcgan_layers::{Network, Params};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use thiserror::Error;

use super::{Net, all, counts, from_torch, torch_shape};
use crate::{Config, ConfigError, Half, State};

/// Why safetensors files are not the networks of a DCGAN.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ExchangeError {
    /// Not the format at all, or cut short.
    #[error("not a safetensors file, or not a whole one: {0}")]
    Format(String),
    /// A tensor is not there.
    #[error(
        "the tensor `{0}` is missing; names are those of torch's DCGAN example, main.0.weight and so on"
    )]
    Missing(String),
    /// A tensor is there that no layer has.
    #[error("the tensor `{0}` belongs to no layer of a {1} of this size")]
    Unexpected(String, &'static str),
    /// A tensor has another shape.
    #[error("the tensor `{name}` has the shape {found:?} where {expected:?} is expected")]
    Shape {
        /// Its name.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape that the layer has.
        expected: Vec<usize>,
    },
    /// A tensor has another type.
    #[error("the tensor `{name}` holds {found}; expected F32 or F64 (I64 for the counters)")]
    Type {
        /// Its name.
        name: String,
        /// Its type.
        found: String,
    },
    /// Sizes that we do not build.
    #[error("its {0}")]
    Config(#[from] ConfigError),
    /// Two files of different networks.
    #[error("the generator makes pictures of {0}, the discriminator takes pictures of {1}")]
    Mismatch(String, String),
}

/// A run at step 0 from the networks of others: sizes are read off the shapes; without a
/// discriminator a fresh one of the same width stands against the generator.
///
/// # Errors
/// Names the tensor that is missing, misshapen or too many.
pub fn import(generator: &[u8], discriminator: Option<&[u8]>) -> Result<State, ExchangeError> {
    let g = Tensors::open(generator)?;
    let d = discriminator.map(Tensors::open).transpose()?;
    let mut config = g.generator_config()?;
    config.ndf = config.ngf;
    if let Some(d) = &d {
        let (ndf, side, channels) = d.discriminator_sizes()?;
        if (side, channels) != (config.image_size, config.channels) {
            let pictures = |side, channels| format!("{side} × {side} × {channels}");
            return Err(ExchangeError::Mismatch(
                pictures(config.image_size, config.channels),
                pictures(side, channels),
            ));
        }
        config.ndf = ndf;
    }
    // Only then is memory taken: of a size that the files have shown to be theirs.
    g.check(&crate::generator(&config))?;
    if let Some(d) = &d {
        d.check(&crate::discriminator(&config))?;
    }
    let mut state = State::new(config)?;
    g.fill(&mut state.generator, Net::Generator)?;
    if let Some(d) = &d {
        d.fill(&mut state.discriminator, Net::Discriminator)?;
    }
    Ok(state)
}

/// A file's tensors, under names without the `module.` that torch's DataParallel puts before them.
struct Tensors<'a>(Vec<(String, TensorView<'a>)>);

impl<'a> Tensors<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ExchangeError> {
        let file = SafeTensors::deserialize(bytes);
        let file = file.map_err(|e| ExchangeError::Format(e.to_string()))?;
        let bare = |name: String| name.strip_prefix("module.").map(str::to_owned).unwrap_or(name);
        Ok(Self(file.tensors().into_iter().map(|(name, view)| (bare(name), view)).collect()))
    }

    fn get(&self, name: &str) -> Result<&TensorView<'a>, ExchangeError> {
        let found = self.0.iter().find(|(own, _)| own == name).map(|(_, view)| view);
        found.ok_or_else(|| ExchangeError::Missing(name.to_owned()))
    }

    /// Shape of the 4×4 weight at `place` of the Sequential.
    fn kernel(&self, place: usize) -> Result<[usize; 2], ExchangeError> {
        let name = format!("main.{place}.weight");
        match *self.get(&name)?.shape() {
            [a, b, 4, 4] => Ok([a, b]),
            ref other => Err(ExchangeError::Shape {
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

    /// How many places from `first`, three apart, hold a weight of four axes.
    fn kernels(&self, first: usize) -> usize {
        let is_kernel = |place: &usize| {
            self.get(&format!("main.{place}.weight")).is_ok_and(|view| view.shape().len() == 4)
        };
        (first..).step_by(3).take_while(is_kernel).count()
    }

    fn generator_config(&self) -> Result<Config, ExchangeError> {
        let [nz, widest] = self.kernel(0)?;
        let layers = self.kernels(0);
        let [_, channels] = self.kernel(3 * (layers - 1))?;
        let image_size = side(layers)?;
        let ngf = widest >> layers.saturating_sub(2);
        let config = Config { image_size, channels, nz, ngf, ..Config::default() };
        Ok(config.validate().map(|()| config)?)
    }

    /// ndf, side and channels.
    fn discriminator_sizes(&self) -> Result<(usize, usize, usize), ExchangeError> {
        let [ndf, channels] = self.kernel(0)?;
        Ok((ndf, side(1 + self.kernels(2))?, channels))
    }

    /// Sees that every array of `network` is there, in its shape and in floats.
    fn check(&self, network: &Network) -> Result<(), ExchangeError> {
        for node in network.nodes() {
            for spec in node.layer.params().into_iter().chain(node.layer.running()) {
                let name = format!("{}.{}", node.name, spec.name);
                let view = self.get(&name)?;
                let (found, expected) = (view.shape().to_vec(), torch_shape(&spec.shape));
                if found != expected {
                    return Err(ExchangeError::Shape { name, found, expected });
                }
                if !matches!(view.dtype(), Dtype::F32 | Dtype::F64) {
                    let found = format!("{:?}", view.dtype());
                    return Err(ExchangeError::Type { name, found });
                }
            }
        }
        Ok(())
    }

    /// Copies every array of `half` from its tensor, and sees that none is left over.
    fn fill(&self, half: &mut Half, net: Net) -> Result<(), ExchangeError> {
        let mut known: BTreeSet<String> = counts(&half.running).collect();
        known.extend(all(half).map(|(entry, _)| entry.name.clone()));
        if let Some((name, _)) = self.0.iter().find(|(name, _)| !known.contains(name)) {
            return Err(ExchangeError::Unexpected(name.clone(), net.name()));
        }
        self.fill_params(&mut half.theta)?;
        self.fill_params(&mut half.running)?;
        for name in counts(&half.running) {
            let view = self.get(&name)?;
            half.tracked = match (view.dtype(), view.data().try_into()) {
                (Dtype::I64, Ok(bytes)) => u64::from_le_bytes(bytes),
                (other, _) => {
                    return Err(ExchangeError::Type { name, found: format!("{other:?}") });
                }
            };
        }
        Ok(())
    }

    fn fill_params(&self, params: &mut Params) -> Result<(), ExchangeError> {
        for entry in params.entries().to_vec() {
            let view = self.get(&entry.name)?;
            let expected = torch_shape(&entry.spec.shape);
            let floats = floats(&entry.name, view)?;
            params.as_mut_slice()[entry.range].copy_from_slice(&from_torch(&expected, &floats));
        }
        Ok(())
    }
}

/// The side of the pictures of a network of so many convolutions.
fn side(layers: usize) -> Result<usize, ExchangeError> {
    // From 4 × 4 each layer but the first doubles.
    match layers {
        1..=40 => Ok(1 << (layers + 1)),
        _ => Err(ExchangeError::Missing("main.0.weight".to_owned())),
    }
}

fn floats(name: &str, view: &TensorView) -> Result<Vec<f32>, ExchangeError> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Ok(data.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect()),
        Dtype::F64 => {
            Ok(data.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect())
        }
        other => Err(ExchangeError::Type { name: name.to_owned(), found: format!("{other:?}") }),
    }
}
