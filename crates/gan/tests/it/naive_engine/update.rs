//! How a step changes parameters, in double precision.

use dcgan_gan::Config;
use dcgan_layers::{LayerSpec, NetworkSpec, Params};
use dcgan_optim::Adam;

/// One step of Adam, ε = 1e-8.
pub(super) fn adam(
    theta: &mut Params,
    adam: &mut Adam,
    gradient: &[f64],
    lr: f64,
    config: &Config,
) {
    let (steps, (m, v)) = (adam.steps() + 1, adam.moments());
    let (beta1, beta2, t) = (config.beta1, config.beta2, steps as f64);
    let moment = |beta: f64, old: &[f32], new: &dyn Fn(f64) -> f64| -> Vec<f32> {
        let pairs = old.iter().zip(gradient);
        pairs.map(|(&old, &g)| (beta * f64::from(old) + (1.0 - beta) * new(g)) as f32).collect()
    };
    let (m, v) = (moment(beta1, m, &|g| g), moment(beta2, v, &|g| g * g));
    for ((theta, &m), &v) in theta.as_mut_slice().iter_mut().zip(&m).zip(&v) {
        let m_hat = f64::from(m) / (1.0 - beta1.powf(t));
        let v_hat = f64::from(v) / (1.0 - beta2.powf(t));
        *theta = (f64::from(*theta) - lr * m_hat / (v_hat.sqrt() + 1e-8)) as f32;
    }
    *adam = Adam::from_moments(steps, m, v);
}

/// Takes what alternates along rows or along columns out of each kernel of the layers that double the size.
pub(super) fn flatten(g: &NetworkSpec, theta: &mut [f32]) {
    let mut at = 0;
    for (_, spec) in &g.layers {
        let LayerSpec::ConvTranspose2d { c_in, c_out, window, .. } = *spec else {
            let LayerSpec::BatchNorm2d { c, .. } = *spec else { panic!("another layer") };
            at += 2 * c;
            continue;
        };
        let pairs = c_in * c_out;
        for pair in (0..pairs).filter(|_| window.stride == 2) {
            let sign = |tap: usize| if tap.is_multiple_of(2) { 1.0 } else { -1.0 };
            let old: Vec<f64> = (0..16).map(|tap| theta[at + tap * pairs + pair].into()).collect();
            let row: Vec<f64> =
                (0..4).map(|y| (0..4).map(|x| sign(x) * old[4 * y + x] / 4.0).sum()).collect();
            let column: Vec<f64> =
                (0..4).map(|x| (0..4).map(|y| sign(y) * old[4 * y + x] / 4.0).sum()).collect();
            let both: f64 = (0..4).map(|y| sign(y) * row[y] / 4.0).sum();
            for (y, x) in (0..16).map(|tap| (tap / 4, tap % 4)) {
                let alternating = sign(x) * row[y] + sign(y) * column[x] - sign(x) * sign(y) * both;
                theta[at + (4 * y + x) * pairs + pair] = (old[4 * y + x] - alternating) as f32;
            }
        }
        at += window.taps() * pairs;
    }
}
