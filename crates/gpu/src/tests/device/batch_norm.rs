//! Batch normalisation against formulas in double precision.

use dcgan_tensor::Activation;

use super::support::{array, assert_near, gpu, nan, noise, run};
use crate::kernels::batch_norm::{BatchNorm, Saved};

/// Large enough to be seen beside variances of 1.
const EPS: f32 = 0.1;

/// Something else, then γ and β.
const GAMMA: usize = 3;

/// (parts, pixels, channels): one chunk and several, full and partial groups of channels.
const CASES: [(usize, usize, usize); 6] =
    [(1, 96, 8), (2, 7, 5), (1, 1, 3), (2, 1025, 17), (1, 40_000, 2), (3, 300, 40)];

struct Case {
    norm: BatchNorm,
    x: Vec<f32>,
    dy: Vec<f32>,
    theta: Vec<f32>,
}

/// What a case should give.
#[derive(Default)]
struct Want {
    y: Vec<f64>,
    running: Vec<f64>,
    dx: Vec<f64>,
    dgamma: Vec<f64>,
    dbeta: Vec<f64>,
}

impl Case {
    fn new((parts, pixels, c): (usize, usize, usize), activation: Activation) -> Self {
        let norm = BatchNorm {
            c,
            eps: EPS,
            momentum: 0.1,
            activation,
            parts,
            pixels,
            gamma: GAMMA,
            running: 1,
        };
        // Far from 0, where a sum of squares would cancel.
        let x = noise(0, parts * pixels * c).iter().map(|v| 100.0 + v).collect();
        Self { norm, x, dy: noise(1, parts * pixels * c), theta: noise(2, GAMMA + 2 * c) }
    }

    fn want(&self) -> Want {
        let BatchNorm { c, parts, pixels, activation, .. } = self.norm;
        let zeros = |len| vec![0.0; len];
        let mut want = Want {
            y: zeros(self.x.len()),
            running: [vec![0.0; c], vec![1.0; c]].concat(),
            dx: zeros(self.x.len()),
            dgamma: zeros(c),
            dbeta: zeros(c),
        };
        let m = pixels as f64;
        for (part, channel) in (0..parts).flat_map(|part| (0..c).map(move |c| (part, c))) {
            let at = |pixel: usize| (part * pixels + pixel) * c + channel;
            let x = |pixel| f64::from(self.x[at(pixel)]);
            let mean = (0..pixels).map(x).sum::<f64>() / m;
            let var = (0..pixels).map(|i| (x(i) - mean).powi(2)).sum::<f64>() / m;
            let unbiased = var * m / (m - 1.0).max(1.0);
            want.running[channel] += 0.1 * (mean - want.running[channel]);
            want.running[c + channel] += 0.1 * (unbiased - want.running[c + channel]);
            let deviation = (var + f64::from(EPS)).sqrt();
            let (gamma, beta) = (self.theta[GAMMA + channel], self.theta[GAMMA + c + channel]);
            let (gamma, beta) = (f64::from(gamma), f64::from(beta));
            let normalised = |pixel| (x(pixel) - mean) / deviation;
            let before = |pixel| gamma * normalised(pixel) + beta;
            let slope = |pixel| match activation {
                Activation::LeakyRelu(slope) if before(pixel) <= 0.0 => f64::from(slope),
                _ => 1.0,
            };
            let dz = |pixel| f64::from(self.dy[at(pixel)]) * slope(pixel);
            let sum: f64 = (0..pixels).map(dz).sum();
            let with_normalised: f64 = (0..pixels).map(|i| dz(i) * normalised(i)).sum();
            want.dbeta[channel] += sum;
            want.dgamma[channel] += with_normalised;
            for i in 0..pixels {
                want.y[at(i)] = before(i) * slope(i);
                let centred = dz(i) - sum / m - normalised(i) * with_normalised / m;
                want.dx[at(i)] = gamma / deviation * centred;
            }
        }
        want
    }
}

#[test]
fn both_passes_are_those_of_the_formulas() {
    let gpu = gpu();
    for sizes in CASES {
        for activation in [Activation::Identity, Activation::LeakyRelu(0.2)] {
            let case = Case::new(sizes, activation);
            let want = case.want();
            let (c, parts) = (case.norm.c, case.norm.parts);
            let [y, buffers, dx, dtheta] = run(&gpu, |to| {
                let (x, theta) = (array(to, &case.x), array(to, &case.theta));
                let (y, mean_var) = (nan(to, case.x.len()), nan(to, 2 * c * parts));
                let start = [vec![7.0], vec![0.0; c], vec![1.0; c]].concat();
                let (buffers, dtheta) = (array(to, &start), nan(to, case.theta.len()));
                let (dy, unused) = (array(to, &case.dy), nan(to, 1));
                let saved = Saved { x: &x, y: &y, mean_var: &mean_var };
                case.norm.forward(to, saved, &theta, &buffers)?;
                case.norm.backward(to, saved, &theta, Some(&dtheta), (&dy, &unused))?;
                Ok([y, buffers, dy, dtheta])
            });
            let near = |what, got: &[f32], want: &[f64], tolerance| {
                assert_near(&format!("{what}, {sizes:?}, {activation:?}"), got, want, tolerance);
            };
            // x has lost digits to its distance from 0.
            near("y", &y, &want.y, 2e-5);
            assert_eq!(buffers[0], 7.0, "{sizes:?}");
            near("running statistics", &buffers[1..], &want.running, 1e-6);
            if sizes.1 > 1 {
                near("dx", &dx, &want.dx, 1e-4);
                near("dγ", &dtheta[GAMMA..GAMMA + c], &want.dgamma, 1e-4);
            }
            near("dβ", &dtheta[GAMMA + c..], &want.dbeta, 1e-5);
            assert!(dtheta[..GAMMA].iter().all(|v| v.is_nan()), "{sizes:?}");
        }
    }
}

/// A backward pass for G leaves D's gradient alone, and takes the first of two parts.
#[test]
fn a_pass_to_the_input_of_one_part_writes_no_gradient_of_parameters() {
    let gpu = gpu();
    let both = Case::new((2, 50, 6), Activation::LeakyRelu(0.2));
    let want = both.want();
    let one = BatchNorm { parts: 1, ..both.norm };
    let [dx, unused] = run(&gpu, |to| {
        let (x, theta) = (array(to, &both.x), array(to, &both.theta));
        let (y, mean_var) = (nan(to, both.x.len()), nan(to, 24));
        let (buffers, dy, unused) = (array(to, &[0.0; 13]), array(to, &both.dy), nan(to, 40));
        let saved = Saved { x: &x, y: &y, mean_var: &mean_var };
        both.norm.forward(to, saved, &theta, &buffers)?;
        one.backward(to, saved, &theta, None, (&dy, &unused))?;
        Ok([dy, unused])
    });
    assert_near("dx", &dx[..300], &want.dx[..300], 1e-4);
    assert_eq!(dx[300..], both.dy[300..], "the other part");
    assert!(unused.iter().all(|v| v.is_nan()), "{unused:?}");
}
