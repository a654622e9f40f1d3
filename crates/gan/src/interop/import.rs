use dcgan_layers::{Network, Params};

use super::error::InteropError;
use super::file::WeightsFile;
use super::select::Selected;
use super::{NetworkKind, counters, from_torch, torch_shape};
use crate::numbers::Allowed;
use crate::{Config, GeneratorWeights};

/// The generator of a file of weights ([`WeightsFile::open`]). Sizes are read off the shapes.
///
/// # Errors
/// Names the tensor that is missing, unexpected, or of the wrong shape, type or value.
pub fn import_generator(bytes: &[u8]) -> Result<GeneratorWeights, InteropError> {
    let file = WeightsFile::open(bytes)?;
    let tensors = Imported::new(&file, NetworkKind::Generator)?;
    let config = tensors.generator_config()?;
    // Only then is memory taken: of a size that the file has been shown to have.
    tensors.check(&crate::generator(&config))?;
    let GeneratorWeights { mut theta, mut buffers, .. } = GeneratorWeights::zeros(config);
    tensors.fill(&mut theta, &mut buffers)?;
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
    let g = WeightsFile::open(generator)?;
    let g = Imported::new(&g, NetworkKind::Generator)?;
    let d = discriminator.map(WeightsFile::open).transpose()?;
    let d = d.as_ref().map(|d| Imported::new(d, NetworkKind::Discriminator)).transpose()?;
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
        config.validate()?;
    }
    // Only then is memory taken: of a size that the files have been shown to have.
    g.check(&crate::generator(&config))?;
    if let Some(d) = &d {
        d.check(&crate::discriminator(&config))?;
    }
    let mut state = crate::State::new(config)?;
    let fill = |tensors: &Imported, network: &mut crate::NetworkState| {
        tensors.fill(&mut network.theta, &mut network.buffers).map(|tracked| {
            network.num_batches_tracked = tracked;
        })
    };
    fill(&g, &mut state.generator)?;
    if let Some(d) = &d {
        fill(d, &mut state.discriminator)?;
    }
    Ok(state)
}

/// A network in a file.
struct Imported<'a> {
    tensors: Selected<'a>,
    /// Bytes of the file.
    size: usize,
}

impl<'a> Imported<'a> {
    fn new(file: &'a WeightsFile<'a>, kind: NetworkKind) -> Result<Self, InteropError> {
        Ok(Self { tensors: Selected::new(file, kind)?, size: file.size })
    }

    /// The first two sizes of the 4 × 4 weight at an index of the Sequential.
    fn kernel(&self, index: usize) -> Result<[usize; 2], InteropError> {
        let name = format!("main.{index}.weight");
        let Some(tensor) = self.tensors.get(&name) else {
            return Err(self.tensors.check_names(&[name], &[]).expect_err("it is missing"));
        };
        let size = |axis: usize| tensor.shape.get(axis).copied().unwrap_or(1);
        match tensor.shape[..] {
            [a, b, 4, 4] => Ok([a, b]),
            _ => Err(InteropError::Shape {
                name: tensor.name.clone(),
                found: tensor.shape.clone(),
                expected: vec![size(0), size(1), 4, 4],
            }),
        }
    }

    /// How many indices from `first`, three apart, hold a weight of four axes.
    fn kernels(&self, first: usize) -> usize {
        let is_kernel = |index: &usize| {
            let tensor = self.tensors.get(&format!("main.{index}.weight"));
            tensor.is_some_and(|tensor| tensor.shape.len() == 4)
        };
        (first..).step_by(3).take_while(is_kernel).count()
    }

    fn generator_config(&self) -> Result<Config, InteropError> {
        let [nz, widest] = self.kernel(0)?;
        let layers = self.kernels(0);
        let [_, channels] = self.kernel(3 * (layers - 1))?;
        let ngf = widest.checked_shr((layers as u32).saturating_sub(2)).unwrap_or(0);
        let config = Config { image_size: side(layers), channels, nz, ngf, ..Config::default() };
        Ok(config.validate().map(|()| config)?)
    }

    /// ndf, side and channels.
    #[cfg(feature = "train")]
    fn discriminator_sizes(&self) -> Result<(usize, usize, usize), InteropError> {
        let [ndf, channels] = self.kernel(0)?;
        if self.tensors.get("main.0.bias").is_some() {
            return Err(InteropError::NoBatchNorm);
        }
        Ok((ndf, side(1 + self.kernels(2)), channels))
    }

    /// Checks that every array of `network` is there, in its shape and as floats, and nothing else.
    fn check(&self, network: &Network) -> Result<(), InteropError> {
        let (mut names, mut counters) = (Vec::new(), Vec::new());
        let mut bytes = 0usize;
        for node in network.nodes() {
            for spec in node.layer.params().into_iter().chain(node.layer.buffers()) {
                let name = format!("{}.{}", node.name, spec.name);
                counters.extend(super::counter_beside(&name));
                if let Some(tensor) = self.tensors.get(&name) {
                    let (found, expected) = (tensor.shape.clone(), torch_shape(&spec.shape));
                    if found != expected {
                        let name = tensor.name.clone();
                        return Err(InteropError::Shape { name, found, expected });
                    }
                    bytes = bytes.saturating_add(tensor.byte_len());
                }
                names.push(name);
            }
        }
        self.tensors.check_names(&names, &counters)?;
        if bytes > self.size {
            let why =
                "its tensors repeat the same numbers; save contiguous copies of them".to_owned();
            return Err(InteropError::Foreign(why));
        }
        Ok(())
    }

    /// Copies every array from its tensor. Gives the number of batches tracked.
    fn fill(&self, theta: &mut Params, buffers: &mut Params) -> Result<u64, InteropError> {
        self.fill_params(theta)?;
        self.fill_params(buffers)?;
        // Those of a network agree, unless it was put together of several.
        let counts = counters(buffers).filter_map(|name| self.tensors.get(&name));
        let counts: Vec<u64> = counts.map(|tensor| tensor.count()).collect::<Result<_, _>>()?;
        Ok(counts.into_iter().max().unwrap_or(0))
    }

    fn fill_params(&self, params: &mut Params) -> Result<(), InteropError> {
        for entry in params.entries().to_vec() {
            let tensor = self.tensors.get(&entry.name).expect("its presence has been checked");
            let floats = tensor.floats(Allowed::in_array(&entry.name))?;
            let floats = from_torch(&torch_shape(&entry.spec.shape), &floats);
            params.as_mut_slice()[entry.range].copy_from_slice(&floats);
        }
        Ok(())
    }
}

/// The image size of a network with this many convolutions.
fn side(layers: usize) -> usize {
    // From 4 × 4 each layer but the first doubles.
    1usize.checked_shl(layers as u32 + 1).unwrap_or(usize::MAX)
}
