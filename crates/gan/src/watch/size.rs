//! How large parameters and their gradients are: one loop over one slice each.

use dcgan_layers::{Init, Params};

use crate::{State, Trainer};

/// Floats that are added side by side, always in the same order.
const LANES: usize = 16;

impl Trainer {
    /// ‖g‖₂ of the gradients of the last step: G's and D's. Finite if and only if all of each is.
    pub fn gradient_norms(&self) -> [f64; 2] {
        let (dg, dd) = self.gradients();
        [dg, dd].map(|gradient| squares(gradient.as_slice()).sqrt())
    }
}

/// ‖v‖², in double precision: no square of an `f32` is too large for it.
pub(super) fn squares(floats: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let pieces = floats.chunks_exact(LANES);
    let rest = pieces.remainder();
    for piece in pieces {
        for (lane, &v) in lanes.iter_mut().zip(piece) {
            *lane += f64::from(v) * f64::from(v);
        }
    }
    for (lane, &v) in lanes.iter_mut().zip(rest) {
        *lane += f64::from(v) * f64::from(v);
    }
    lanes.iter().sum()
}

/// [`growth`] of the network whose weights have grown more.
pub(super) fn growth_of(state: &State) -> f64 {
    let halves = [&state.generator, &state.discriminator];
    halves.map(|half| growth(&half.theta)).into_iter().fold(0.0, f64::max)
}

/// How many times as large as they were drawn the weights are, by their root mean square: those of
/// the convolutions, which are drawn around 0.
pub(super) fn growth(theta: &Params) -> f64 {
    let (mut now, mut drawn) = (0.0, 0.0);
    for (entry, floats) in theta.iter() {
        if let Init::Normal { mean: 0.0, std } = entry.spec.init {
            now += squares(floats);
            drawn += f64::from(std).powi(2) * floats.len() as f64;
        }
    }
    (now / drawn).sqrt()
}
