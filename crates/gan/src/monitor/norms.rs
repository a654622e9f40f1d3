//! Norms of parameters and gradients: one loop over one slice each.

use dcgan_layers::{Init, Params};

use crate::{State, Trainer};

/// Number of partial sums, which are always added in the same order.
const LANES: usize = 16;

impl Trainer {
    /// ‖g‖₂ of the gradients of the last step: G's and D's. Finite if and only if every component is.
    pub fn gradient_norms(&self) -> [f64; 2] {
        let (dg, dd) = self.gradients();
        [dg, dd].map(|gradient| sum_of_squares(gradient.as_slice()).sqrt())
    }
}

/// ‖v‖², in double precision: no square of an `f32` overflows it.
pub(super) fn sum_of_squares(floats: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let chunks = floats.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &v) in lanes.iter_mut().zip(chunk) {
            *lane += f64::from(v) * f64::from(v);
        }
    }
    for (lane, &v) in lanes.iter_mut().zip(rest) {
        *lane += f64::from(v) * f64::from(v);
    }
    lanes.iter().sum()
}

/// [`weight_growth`] of the network where it is larger.
pub(super) fn largest_weight_growth(state: &State) -> f64 {
    let networks = [&state.generator, &state.discriminator];
    networks.map(|network| weight_growth(&network.theta)).into_iter().fold(0.0, f64::max)
}

/// Root mean square of the convolutions' weights, which are initialised around 0, relative to their
/// initialisation.
pub(super) fn weight_growth(theta: &Params) -> f64 {
    let (mut now, mut initial) = (0.0, 0.0);
    for (entry, floats) in theta.iter() {
        if let Init::Normal { mean: 0.0, std } = entry.spec.init {
            now += sum_of_squares(floats);
            initial += f64::from(std).powi(2) * floats.len() as f64;
        }
    }
    (now / initial).sqrt()
}
