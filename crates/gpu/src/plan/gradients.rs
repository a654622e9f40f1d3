use super::network::{Network, Op, unsupported};
use crate::GpuError;
use crate::floats::Floats;
use crate::kernels::activation;
use crate::kernels::batch_norm::{BatchNorm, Saved};
use crate::kernels::conv::{Conv, Epilogue};
use crate::recorder::Recorder;

/// Memory for a backward pass: the gradient at one end of a layer and at the other, and the sums of a normalisation.
/// Counterpart: layers/src/grad_buffers.rs.
#[derive(Debug)]
pub(crate) struct GradBuffers {
    ends: [Floats; 2],
    sums: Floats,
}

/// A backward pass, from the gradient in the output of a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward<'a> {
    pub(crate) theta: &'a Floats,
    /// Where dL/dθ goes, if it is wanted: then the gradient in the input is not computed.
    pub(crate) dtheta: Option<&'a Floats>,
    /// How many parts, from the first on.
    pub(crate) parts: usize,
}

impl GradBuffers {
    pub(crate) fn new(to: &mut Recorder, networks: [&Network; 2]) -> Result<Self, GpuError> {
        let most = |of: fn(&Network) -> usize| networks.map(of).into_iter().max().unwrap_or(0);
        let (len, sums) = (most(Network::largest), most(Network::norm_sums));
        let mut end = || to.zeros("gradients have", len);
        Ok(Self { ends: [end()?, end()?], sums: to.zeros("sums have", sums)? })
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
        let Backward { theta, dtheta, parts } = pass;
        let images = parts * network.batch();
        let mut dy = dy.clone();
        for (i, layer) in network.layers.iter().enumerate().rev() {
            let (x, y) = (&network.values[i], &network.values[i + 1]);
            match &layer.op {
                Op::Conv { conv, is_transposed, epilogue, .. } => {
                    if epilogue.bias.is_some() {
                        return Err(unsupported("a bias beside batch norm"));
                    }
                    let len = images * y.image_len();
                    activation::backward(to, epilogue.activation, &y.floats, &dy, len);
                    let conv = Conv { n: images, ..*conv };
                    if let Some(dtheta) = dtheta {
                        // A transposed convolution has its image where the other has its output.
                        let ends = if *is_transposed { (&dy, &x.floats) } else { (&x.floats, &dy) };
                        conv.backward_weight(to, ends, dtheta)?;
                    }
                    if i > 0 || dtheta.is_none() {
                        let dx = self.other(&dy);
                        match is_transposed {
                            true => conv.forward(to, (&dy, theta), Epilogue::NONE, &dx)?,
                            false => conv.backward_input(to, (&dy, theta), Epilogue::NONE, &dx)?,
                        }
                        dy = dx;
                    }
                }
                Op::BatchNorm { norm, mean_var } => {
                    let norm = BatchNorm { parts, ..*norm };
                    let at = Saved { x: &x.floats, y: &y.floats, mean_var };
                    norm.backward(to, at, theta, dtheta, (&dy, &self.sums))?;
                }
            }
        }
        Ok(dy)
    }
}
