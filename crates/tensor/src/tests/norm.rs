use ndarray::{Array4, ArrayView4, s};
use proptest::prelude::*;

use super::{assert_close, normal, poison};
use crate::norm::{self, Affine, Saved, Stats};
use crate::{Accum, Activation, Context, Dims};

const EPS: f32 = 1e-5;

/// Mean and variance of each channel, in double precision.
fn oracle_stats(x: &Array4<f32>) -> Vec<(f64, f64)> {
    let c = x.dim().3;
    (0..c)
        .map(|i| {
            let channel: Vec<f64> = x.iter().skip(i).step_by(c).map(|&x| f64::from(x)).collect();
            let pixels = channel.len() as f64;
            let mean = channel.iter().sum::<f64>() / pixels;
            let var = channel.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / pixels;
            (mean, var)
        })
        .collect()
}

/// Mean and variance as the kernel computes them.
fn batch_stats(x: &Array4<f32>) -> Vec<f32> {
    let mut mean_var = vec![f32::NAN; 2 * x.dim().3];
    norm::batch_stats(x.view(), &mut mean_var, &mut Context::default());
    mean_var
}

/// γ and β that differ from channel to channel.
fn affine(c: usize) -> (Vec<f32>, Vec<f32>) {
    let gamma = (0..c).map(|i| 0.5 + 0.25 * (i % 11) as f32).collect();
    let beta = (0..c).map(|i| 0.3 - 0.2 * (i % 7) as f32).collect();
    (gamma, beta)
}

fn dims() -> impl Strategy<Value = Dims> {
    // 117 is a strip of channels of each width, and one channel more.
    let c = prop_oneof![3 => 1usize..=9, 1 => Just(117)];
    // At least two pixels: the variance of one is meaningless.
    (2usize..=5, 1usize..=6, 1usize..=6, c)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batch_stats_are_those_of_the_channels(dims in dims(), offset in -30.0f32..30.0) {
        let x = normal(dims, 0) + offset;
        let mean_var = batch_stats(&x);
        let (mean, var) = mean_var.split_at(dims.3);
        let want = oracle_stats(&x);
        assert_close(mean, want.iter().map(|m| m.0), 1e-5);
        assert_close(var, want.iter().map(|m| m.1), 1e-4);
    }

    #[test]
    fn forward_normalises_scales_shifts_and_activates(dims in dims()) {
        let x = normal(dims, 0) * 2.0 + 1.0;
        let mean_var = batch_stats(&x);
        let (gamma, beta) = affine(dims.3);
        let mut y = poison(dims);
        let stats = Stats { mean_var: &mean_var, eps: EPS };
        let to = Affine { gamma: &gamma, beta: &beta };
        norm::forward(x.view(), stats, to, Activation::LeakyRelu(0.2), y.view_mut(), &mut Context::default());

        let mean_var = oracle_stats(&x);
        let want = x.indexed_iter().map(|((_, _, _, c), &x)| {
            let (mean, var) = mean_var[c];
            let standard = (f64::from(x) - mean) / (var + f64::from(EPS)).sqrt();
            let y = f64::from(gamma[c]) * standard + f64::from(beta[c]);
            if y > 0.0 { y } else { 0.2 * y }
        });
        assert_close(&y, want, 2e-4);
    }

    #[test]
    fn backward_is_the_derivative(dims in dims()) {
        let (c, act) = (dims.3, Activation::LeakyRelu(0.2));
        let (x, dy) = (normal(dims, 0), normal(dims, 1));
        let mean_var = batch_stats(&x);
        let (gamma, beta) = affine(c);
        let stats = Stats { mean_var: &mean_var, eps: EPS };
        let mut y = poison(dims);
        let affine = Affine { gamma: &gamma, beta: &beta };
        norm::forward(x.view(), stats, affine, act, y.view_mut(), &mut Context::default());

        let saved = Saved { x: x.view(), stats, affine, activation: act };
        let want = oracle_backward(&x, &y, &dy, &gamma);
        for accum in [Accum::Overwrite, Accum::Add] {
            // What is overwritten is NaN, what is added to is a number.
            let before = if accum == Accum::Add { 0.75 } else { f32::NAN };
            let (mut dgamma, mut dbeta, mut dx) = (vec![before; c], vec![before; c], dy.clone());
            let to = Some((&mut dgamma[..], &mut dbeta[..]));
            norm::backward(saved, dx.view_mut(), to, accum, &mut Context::default());

            let added = if accum == Accum::Add { 0.75 } else { 0.0 };
            assert_close(&dgamma, want.dgamma.iter().map(|d| d + added), 2e-4);
            assert_close(&dbeta, want.dbeta.iter().map(|d| d + added), 2e-4);
            assert_close(&dx, want.dx.iter().copied(), 2e-3);
        }
    }
}

struct Want {
    dgamma: Vec<f64>,
    dbeta: Vec<f64>,
    dx: Vec<f64>,
}

/// The derivative by the Jacobian: ∂x̂ᵢ/∂xⱼ = (δᵢⱼ − 1/m − x̂ᵢ·x̂ⱼ/m)/σ, one entry at a time.
fn oracle_backward(x: &Array4<f32>, y: &Array4<f32>, dy: &Array4<f32>, gamma: &[f32]) -> Want {
    let c = x.dim().3;
    let mean_var = oracle_stats(x);
    let m = (x.len() / c) as f64;
    let mut want = Want { dgamma: vec![0.0; c], dbeta: vec![0.0; c], dx: vec![0.0; x.len()] };
    for i in 0..c {
        let channel = |a: &Array4<f32>| -> Vec<f64> {
            a.iter().skip(i).step_by(c).map(|&v| f64::from(v)).collect()
        };
        let sigma = (mean_var[i].1 + f64::from(EPS)).sqrt();
        let standard: Vec<f64> = channel(x).iter().map(|x| (x - mean_var[i].0) / sigma).collect();
        let g: Vec<f64> = channel(dy)
            .iter()
            .zip(channel(y))
            .map(|(dy, y)| if y > 0.0 { *dy } else { 0.2 * dy })
            .collect();
        want.dbeta[i] = g.iter().sum();
        want.dgamma[i] = g.iter().zip(&standard).map(|(g, s)| g * s).sum();
        for (j, sj) in standard.iter().enumerate() {
            let column = g.iter().zip(&standard).enumerate().map(|(k, (g, sk))| {
                let same = if j == k { 1.0 } else { 0.0 };
                g * (same - 1.0 / m - sk * sj / m)
            });
            want.dx[j * c + i] = f64::from(gamma[i]) / sigma * column.sum::<f64>();
        }
    }
    want
}

#[test]
fn a_mean_far_from_zero_costs_a_large_batch_no_precision() {
    // 20,000 images of about 1000: a sum in single precision would be off by a tenth for each.
    let x = Array4::from_shape_fn((20_000, 1, 1, 1), |(n, ..)| 1000.0 + (n % 7) as f32 * 0.1);
    let mean_var = batch_stats(&x);
    let (mean, var) = (f64::from(mean_var[0]), f64::from(mean_var[1]));
    let (want_mean, want_var) = oracle_stats(&x)[0];
    assert!((mean - want_mean).abs() < 1e-4, "{mean} for {want_mean}");
    assert!((var - want_var).abs() < 1e-4 * want_var, "{var} for {want_var}");
}

/// Batches side by side give the same bits as each alone, even though threads take so many images at a
/// time that some of these belong to both.
#[test]
fn batches_side_by_side_are_independent() {
    let (n, c) = (25, 32);
    let (x, dy) = (normal((2 * n, 8, 8, c), 0), normal((2 * n, 8, 8, c), 1));
    let (gamma, beta) = affine(c);
    // y, dx, dγ and dβ.
    let run = |x: ArrayView4<f32>, dy: ArrayView4<f32>, batches: usize| {
        let ctx = &mut Context::default();
        let mut mean_var = vec![f32::NAN; batches * 2 * c];
        norm::batch_stats(x, &mut mean_var, ctx);
        let (stats, affine) =
            (Stats { mean_var: &mean_var, eps: EPS }, Affine { gamma: &gamma, beta: &beta });
        let (mut y, mut dx) = (poison(x.dim()), dy.to_owned());
        norm::forward(x, stats, affine, Activation::Relu, y.view_mut(), ctx);
        let (mut dgamma, mut dbeta) = (vec![f32::NAN; c], vec![f32::NAN; c]);
        let at = Saved { x, stats, affine, activation: Activation::Relu };
        norm::backward(at, dx.view_mut(), Some((&mut dgamma, &mut dbeta)), Accum::Overwrite, ctx);
        (y, dx, dgamma, dbeta)
    };
    let together = run(x.view(), dy.view(), 2);
    let alone = [0, 1].map(|i| {
        let own = s![i * n..(i + 1) * n, .., .., ..];
        let alone = run(x.slice(own), dy.slice(own), 1);
        assert_eq!(together.0.slice(own), alone.0);
        assert_eq!(together.1.slice(own), alone.1);
        alone
    });
    for i in 0..c {
        assert_eq!(together.2[i], alone[0].2[i] + alone[1].2[i]);
        assert_eq!(together.3[i], alone[0].3[i] + alone[1].3[i]);
    }
}
