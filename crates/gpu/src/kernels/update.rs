//! How a step changes parameters. Counterparts: optim/src/adam.rs, optim/src/ema.rs, gan/src/upsample/constrain.rs.

use dcgan_optim::AdamConfig;

use crate::floats::Floats;
use crate::recorder::{Recorder, grid};
use crate::shader;
use crate::uniform::Uniform;

/// Floats of a workgroup of `adam.wgsl`.
const CHUNK: usize = 4096;

/// Floats that a workgroup leaves of the gradient's squares.
const SQUARES: usize = 3;

/// The power of two by which large components are scaled down before they are squared.
const SCALED: i32 = 80;

/// The constants of Adam's step number `t`, the first of which is 1.
pub(crate) fn adam_uniform(len: usize, config: AdamConfig, t: u64) -> Uniform {
    let correction = |beta: f64| 1.0 - beta.powf(t as f64);
    Uniform::new()
        .int(len)
        .float((config.lr / correction(config.beta1)) as f32)
        .float(correction(config.beta2).sqrt().recip() as f32)
        .float(config.beta1 as f32)
        .float(config.beta2 as f32)
        .float((1.0 - config.beta1) as f32)
        .float((1.0 - config.beta2) as f32)
        .float(config.eps as f32)
}

/// Floats that Adam's step leaves for [`gradient_norm`].
pub(crate) fn squares_len(len: usize) -> usize {
    SQUARES * len.div_ceil(CHUNK)
}

/// A step of Adam over [θ, m, v], with constants of [`adam_uniform`].
pub(crate) fn adam(
    to: &mut Recorder,
    uniform: &wgpu::Buffer,
    gradient: &Floats,
    [theta, m, v]: [&Floats; 3],
    squares: &Floats,
) {
    let groups = grid(theta.len.div_ceil(CHUNK), 1);
    to.push_with(&shader::ADAM, uniform, &[gradient, theta, m, v, squares], groups);
}

/// ‖g‖₂; infinite if a component is not finite.
pub(crate) fn gradient_norm(squares: &[f32]) -> f64 {
    let sum = |which: usize| -> f64 {
        squares.iter().skip(which).step_by(SQUARES).map(|&sum| f64::from(sum)).sum()
    };
    if sum(2) > 0.0 {
        return f64::INFINITY;
    }
    (sum(0) + sum(1) * 2f64.powi(2 * SCALED)).sqrt()
}

/// The constants of a step of the average.
pub(crate) fn ema_uniform(len: usize, decay: f64) -> Uniform {
    Uniform::new().int(len).float((1.0 - decay) as f32)
}

/// Moves an average towards θ, with constants of [`ema_uniform`].
pub(crate) fn ema(to: &mut Recorder, uniform: &wgpu::Buffer, theta: &Floats, average: &Floats) {
    let groups = grid(theta.len.div_ceil(256), 1);
    to.push_with(&shader::EMA, uniform, &[theta, average], groups);
}

/// Weights of one dispatch of `flatten_kernels.wgsl`: more than a generator has.
const MAX_WEIGHTS: usize = 8;

/// Projects the kernels of weights (4, 4, …), each of which starts at a place in θ and has a number of floats.
pub(crate) fn flatten_kernels(to: &mut Recorder, theta: &Floats, weights: &[(usize, usize)]) {
    for weights in weights.chunks(MAX_WEIGHTS) {
        let mut places = [[0; 4]; MAX_WEIGHTS];
        for (place, (start, len)) in places.iter_mut().zip(weights) {
            *place = [*start, len / 16, 0, 0];
        }
        let uniform = Uniform::new().ints([weights.len(), 0, 0, 0]);
        let uniform = places.into_iter().fold(uniform, Uniform::ints);
        let kernels = weights.iter().map(|(_, len)| len / 16).sum();
        to.push_elements(&shader::FLATTEN_KERNELS, &uniform, &[theta], kernels);
    }
}
