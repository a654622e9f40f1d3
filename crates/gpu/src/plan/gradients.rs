use super::network::{Network, Op, unsupported};
use crate::GpuError;
use crate::floats::Floats;
use crate::kernels::activation;
use crate::kernels::batch_norm::{BatchNorm, Saved};
use crate::kernels::conv::{Conv, Epilogue};
use crate::recorder::Recorder;

/// Memory for a backward pass: the gradient at one end of a layer and at the other.
/// Counterpart: layers/src/grad_buffers.rs.
#[derive(Debug)]
pub(crate) struct GradBuffers {
    ends: [Floats; 2],
    /// Takes the place of a gradient that is not wanted.
    unused: Floats,
}

/// A backward pass, from the gradient in the output of a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward<'a> {
    pub(crate) theta: &'a Floats,
    /// Where dL/dθ goes, if it is wanted: then the gradient in the input is not computed.
    pub(crate) dtheta: Option<&'a Floats>,
    /// How many parts, from the first on.
    pub(crate) parts: usize,
    /// Whether the gradient is that before the last activation, not after it.
    pub(crate) is_before_activation: bool,
    /// What is applied to the gradient in the input.
    pub(crate) input: Epilogue<'a>,
}

impl<'a> Backward<'a> {
    /// One that starts after the last activation.
    pub(crate) fn new(theta: &'a Floats, dtheta: Option<&'a Floats>, parts: usize) -> Self {
        Self { theta, dtheta, parts, is_before_activation: false, input: Epilogue::NONE }
    }
}

impl GradBuffers {
    pub(crate) fn new(to: &mut Recorder, networks: [&Network; 2]) -> Result<Self, GpuError> {
        let len = networks.map(Network::largest).into_iter().max().unwrap_or(0);
        let mut end = || to.zeros("gradients", len);
        Ok(Self { ends: [end()?, end()?], unused: to.zeros("nothing", 0)? })
    }

    /// One that is not `taken`.
    pub(crate) fn other(&self, taken: &Floats) -> Floats {
        let [a, b] = &self.ends;
        if taken.buffer == a.buffer { b.clone() } else { a.clone() }
    }

    /// Records a backward pass. `dy` is overwritten unless the last layer is a convolution without activation. Returns
    /// where the gradient in the input is, if it was asked for.
    ///
    /// # Errors
    /// If an array is too large, or a layer is unknown.
    pub(crate) fn backward(
        &self,
        to: &mut Recorder,
        network: &Network,
        dy: &Floats,
        pass: Backward,
    ) -> Result<Floats, GpuError> {
        let Backward { theta, dtheta, parts, .. } = pass;
        let images = parts * network.batch();
        let mut dy = dy.clone();
        for (i, layer) in network.layers.iter().enumerate().rev() {
            let (x, y) = (&network.values[i], &network.values[i + 1]);
            match &layer.op {
                Op::Conv { conv, is_transposed, epilogue, .. } => {
                    if epilogue.bias.is_some() {
                        return Err(unsupported("a bias beside batch norm"));
                    }
                    // Between layers the convolution after this one has done it.
                    if i + 1 == network.layers.len() && !pass.is_before_activation {
                        let len = images * y.image_len();
                        activation::backward(to, epilogue.activation, &y.floats, &dy, len);
                    }
                    let conv = Conv { n: images, ..*conv };
                    if let Some(dtheta) = dtheta {
                        // A transposed convolution has its image where the other has its output.
                        let ends = if *is_transposed { (&dy, &x.floats) } else { (&x.floats, &dy) };
                        conv.backward_weight(to, ends, dtheta)?;
                    }
                    if i > 0 || dtheta.is_none() {
                        let dx = self.other(&dy);
                        let below = i.checked_sub(1).map(|below| &network.layers[below].op);
                        let through = below.map_or(pass.input, |op| match op {
                            Op::Conv { .. } => Epilogue::through(op.activation(), &x.floats),
                            Op::BatchNorm { .. } => Epilogue::NONE,
                        });
                        match is_transposed {
                            true => conv.forward(to, (&dy, theta), through, &dx)?,
                            false => conv.backward_input(to, (&dy, theta), through, &dx)?,
                        }
                        dy = dx;
                    }
                }
                Op::BatchNorm { norm, mean_var } => {
                    let norm = BatchNorm { parts, ..*norm };
                    let at = Saved { x: &x.floats, y: &y.floats, mean_var };
                    norm.backward(to, at, theta, dtheta, (&dy, &self.unused))?;
                }
            }
        }
        Ok(dy)
    }
}
