use super::network::{Network, Op, unsupported};
use crate::GpuError;
use crate::floats::Floats;
use crate::kernels::activation;
use crate::kernels::conv::{Conv, Epilogue};
use crate::kernels::images::{Accum, bias_gradient, scale};
use crate::recorder::Recorder;

/// For each image of a forward pass through a D without batch norm, the gradient of its own logit. Counterpart, with
/// the reasons: layers/src/logit_grads.rs.
#[derive(Debug)]
pub(crate) struct LogitGrads {
    /// In the images, and before the activation in the output of each layer.
    grads: Vec<Floats>,
    tangents: [Floats; 2],
}

/// One layer: its convolution and where its bias starts.
fn conv(network: &Network, i: usize) -> Result<(Conv, usize), GpuError> {
    match &network.layers[i].op {
        Op::Conv {
            conv,
            is_transposed: false,
            epilogue: Epilogue { bias: Some(bias), .. },
            ..
        } => Ok((*conv, *bias)),
        _ => Err(unsupported("a discriminator of these layers")),
    }
}

impl LogitGrads {
    pub(crate) fn new(to: &mut Recorder, d: &Network) -> Result<Self, GpuError> {
        let mut grads = Vec::new();
        for values in &d.values[..d.layers.len()] {
            grads.push(to.zeros("gradients", d.images * values.image_len())?);
        }
        // Every logit counts once.
        grads.push(to.floats("logits", &vec![1.0; d.images])?);
        let mut tangent = || to.zeros("tangents", d.largest());
        Ok(Self { grads, tangents: [tangent()?, tangent()?] })
    }

    /// Records how they are computed.
    pub(crate) fn compute(
        &self,
        to: &mut Recorder,
        d: &Network,
        theta: &Floats,
    ) -> Result<(), GpuError> {
        for i in (0..d.layers.len()).rev() {
            let (conv, _) = conv(d, i)?;
            let (y, dy) = (&d.values[i + 1], &self.grads[i + 1]);
            if i + 1 == d.layers.len() {
                let f = d.layers[i].op.activation();
                activation::backward(to, f, &y.floats, dy, d.images * y.image_len());
            }
            let through = i.checked_sub(1).map_or(Epilogue::NONE, |below| {
                Epilogue::through(d.layers[below].op.activation(), &d.values[i].floats)
            });
            conv.backward_input(to, (dy, theta), through, &self.grads[i])?;
        }
        Ok(())
    }

    /// Records the gradient of a loss in the generated images, from its slopes in their logits.
    pub(crate) fn images(&self, to: &mut Recorder, d: &Network, slopes: &Floats, dx: &Floats) {
        let sizes = (d.batch(), d.values[0].image_len());
        scale(to, sizes, (&self.grads[0], slopes), Accum::Overwrite, dx);
    }

    /// Records dL/dθ of L = Σ lossₙ + Σ wₙ/2·‖∇D(xₙ)‖², from the slopes of the losses in the logits and, if there is a
    /// penalty in this step, the weights w.
    pub(crate) fn params(
        &self,
        to: &mut Recorder,
        (d, theta): (&Network, &Floats),
        (slopes, weights): (&Floats, Option<&Floats>),
        dtheta: &Floats,
    ) -> Result<(), GpuError> {
        let [mut t, mut next] = self.tangents.each_ref();
        let sizes = |i: usize| (d.images, d.values[i].image_len());
        if let Some(weights) = weights {
            scale(to, sizes(0), (&self.grads[0], weights), Accum::Overwrite, t);
        }
        for i in 0..d.layers.len() {
            let (conv, bias) = conv(d, i)?;
            let (x, y, dy) = (&d.values[i].floats, &d.values[i + 1], &self.grads[i + 1]);
            let accum = match weights {
                Some(_) => {
                    let f = d.layers[i].op.activation();
                    conv.forward(to, (t, theta), Epilogue::through(f, &y.floats), next)?;
                    Accum::Add
                }
                None => Accum::Overwrite,
            };
            // The weight's gradient is linear in x: one product serves the loss and the penalty.
            scale(to, sizes(i), (x, slopes), accum, t);
            conv.backward_weight(to, (t, dy), dtheta)?;
            let [h, w, c] = y.size;
            bias_gradient(to, (d.images, h * w, c), (dy, slopes), (dtheta, bias))?;
            std::mem::swap(&mut t, &mut next);
        }
        Ok(())
    }
}
