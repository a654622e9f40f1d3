use dcgan_layers::{LayerSpec, NetworkSpec};
use dcgan_tensor::Activation;

use crate::GpuError;
use crate::floats::Floats;
use crate::kernels::batch_norm::{BatchNorm, Saved};
use crate::kernels::conv::{Conv, Epilogue};
use crate::recorder::Recorder;

/// A network of a [`NetworkSpec`] with the arrays of its forward pass. Counterparts: layers/src/network.rs,
/// layers/src/activations.rs.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) layers: Vec<Layer>,
    /// The input, then the output of each layer.
    pub(crate) values: Vec<Values>,
    /// Images, those of all parts together.
    pub(crate) images: usize,
    /// Parts, each normalised on its own.
    pub(crate) parts: usize,
}

/// One layer.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) op: Op,
}

/// What it computes.
#[derive(Debug)]
pub(crate) enum Op {
    /// A convolution, or the transpose of one.
    Conv {
        conv: Conv,
        is_transposed: bool,
        epilogue: Epilogue<'static>,
        /// Whether the weight is used divided by its largest singular value, from a vector u at this place among the
        /// buffers.
        spectral_norm: Option<usize>,
    },
    /// A normalisation, with the means and variances of its forward pass.
    BatchNorm { norm: BatchNorm, mean_var: Floats },
}

/// The images between two layers.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub(crate) floats: Floats,
    /// (h, w, c)
    pub(crate) size: [usize; 3],
}

impl Values {
    /// Floats of an image.
    pub(crate) fn image_len(&self) -> usize {
        self.size.iter().product()
    }
}

impl Network {
    /// Allocates a network for `parts` batches of `batch` images. `output` is where its output goes, if not to an
    /// array of its own.
    ///
    /// # Errors
    /// If an array is too large.
    pub(crate) fn new(
        to: &mut Recorder,
        spec: &NetworkSpec,
        (parts, batch): (usize, usize),
        output: Option<&Floats>,
    ) -> Result<Self, GpuError> {
        let images = parts * batch;
        let mut size = spec.input;
        let floats = to.zeros("the input of a network", images * size.iter().product::<usize>())?;
        let (mut layers, mut values) = (Vec::new(), vec![Values { floats, size }]);
        let (mut theta, mut buffers) = (0, 0);
        for (i, (name, spec_of)) in spec.layers.iter().enumerate() {
            let (op, out) = op(to, spec_of, size, (parts, batch), (theta, buffers))?;
            let len = images * out.iter().product::<usize>();
            let floats = match output.filter(|_| i + 1 == spec.layers.len()) {
                Some(output) => output.first(len),
                None => to.zeros(&format!("the output of {name}"), len)?,
            };
            (theta, buffers) = (theta + op.theta_len(), buffers + op.buffers_len());
            size = out;
            layers.push(Layer { name: name.clone(), op });
            values.push(Values { floats, size });
        }
        Ok(Self { layers, values, images, parts })
    }

    /// The input.
    pub(crate) fn input(&self) -> &Floats {
        &self.values[0].floats
    }

    /// The output.
    pub(crate) fn output(&self) -> &Floats {
        &self.values[self.layers.len()].floats
    }

    /// The activation of the last layer.
    pub(crate) fn last_activation(&self) -> Activation {
        self.layers.last().map_or(Activation::Identity, |layer| layer.op.activation())
    }

    /// Images of a part.
    pub(crate) fn batch(&self) -> usize {
        self.images / self.parts
    }

    /// Floats of the largest array between two layers.
    pub(crate) fn largest(&self) -> usize {
        self.images * self.values.iter().map(Values::image_len).max().unwrap_or(0)
    }

    /// Records a forward pass.
    ///
    /// # Errors
    /// If an array is too large.
    pub(crate) fn forward(
        &self,
        to: &mut Recorder,
        theta: &Floats,
        buffers: &Floats,
    ) -> Result<(), GpuError> {
        for (layer, ends) in self.layers.iter().zip(self.values.windows(2)) {
            let (x, y) = (&ends[0].floats, &ends[1].floats);
            match &layer.op {
                Op::Conv { conv, is_transposed: false, epilogue, .. } => {
                    conv.forward(to, (x, theta), *epilogue, y)?;
                }
                Op::Conv { conv, epilogue, .. } => {
                    conv.backward_input(to, (x, theta), *epilogue, y)?;
                }
                Op::BatchNorm { norm, mean_var } => {
                    norm.forward(to, Saved { x, y, mean_var }, theta, buffers)?;
                }
            }
        }
        Ok(())
    }
}

/// A layer over images of this size, and the size of its output.
fn op(
    to: &mut Recorder,
    spec: &LayerSpec,
    [h, w, channels]: [usize; 3],
    (parts, batch): (usize, usize),
    (theta, buffers): (usize, usize),
) -> Result<(Op, [usize; 3]), GpuError> {
    let n = parts * batch;
    Ok(match *spec {
        LayerSpec::Conv2d { c_in, c_out, window, bias, spectral_norm, activation } => {
            assert_eq!(channels, c_in, "a convolution over other channels");
            let conv = Conv { window, n, h, w, c_in, c_out, weight: theta };
            let bias = bias.then(|| theta + conv.weights());
            let op = Op::Conv {
                conv,
                is_transposed: false,
                epilogue: Epilogue { bias, activation, ..Epilogue::NONE },
                spectral_norm: spectral_norm.then_some(buffers),
            };
            (op, [window.conv_size(h), window.conv_size(w), c_out])
        }
        LayerSpec::ConvTranspose2d { bias: true, .. } => {
            return Err(unsupported("a transposed convolution with a bias"));
        }
        LayerSpec::ConvTranspose2d { c_in, c_out, window, bias: false, activation } => {
            assert_eq!(channels, c_in, "a transposed convolution over other channels");
            let out = [h, w].map(|side| window.conv_transpose_size(side));
            // The convolution that it transposes.
            let conv =
                Conv { window, n, h: out[0], w: out[1], c_in: c_out, c_out: c_in, weight: theta };
            let epilogue = Epilogue { activation, ..Epilogue::NONE };
            let op = Op::Conv { conv, is_transposed: true, epilogue, spectral_norm: None };
            (op, [out[0], out[1], c_out])
        }
        LayerSpec::BatchNorm2d { c, eps, momentum, activation } => {
            assert_eq!(channels, c, "a normalisation over other channels");
            let norm = BatchNorm {
                c,
                eps,
                momentum,
                activation,
                parts,
                pixels: batch * h * w,
                gamma: theta,
                running: buffers,
            };
            let mean_var = to.zeros("statistics", 2 * c * parts)?;
            (Op::BatchNorm { norm, mean_var }, [h, w, c])
        }
    })
}

pub(super) fn unsupported(what: &str) -> GpuError {
    GpuError::Unsupported { what: what.to_owned() }
}

impl Op {
    /// The activation after it.
    pub(crate) fn activation(&self) -> Activation {
        match self {
            Self::Conv { epilogue, .. } => epilogue.activation,
            Self::BatchNorm { norm, .. } => norm.activation,
        }
    }

    fn theta_len(&self) -> usize {
        match self {
            Self::Conv { conv, epilogue, is_transposed, .. } => {
                let channels = if *is_transposed { conv.c_in } else { conv.c_out };
                conv.weights() + if epilogue.bias.is_some() { channels } else { 0 }
            }
            Self::BatchNorm { norm, .. } => 2 * norm.c,
        }
    }

    fn buffers_len(&self) -> usize {
        match self {
            Self::Conv { spectral_norm: None, .. } => 0,
            Self::Conv { conv, .. } => conv.c_out,
            Self::BatchNorm { norm, .. } => 2 * norm.c,
        }
    }
}
