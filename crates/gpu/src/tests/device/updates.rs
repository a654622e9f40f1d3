//! Updates of parameters.

use dcgan_gan::{Config, State, Upsample};
use dcgan_optim::{Adam, AdamConfig};

use super::support::{array, assert_near, doubles, gpu, nan, noise, run};
use crate::kernels::update;

#[test]
fn adam_is_that_of_the_cpu_and_its_norm_is_exact() {
    let (len, gpu) = (10_001, gpu());
    let config = AdamConfig { lr: 0.01, beta1: 0.5, beta2: 0.99, eps: 1e-2 };
    let (mut theta, gradient) = (noise(0, len), noise(1, len));
    let before =
        Adam::from_moments(4, noise(2, len), noise(3, len).iter().map(|v| v * v).collect());
    let [got, m, v, squares] = run(&gpu, |to| {
        let (old_m, old_v) = before.moments();
        let arrays = [&theta[..], old_m, old_v].map(|values| array(to, values));
        let (gradient, squares) = (array(to, &gradient), nan(to, update::squares_len(len)));
        let uniform = to.uniform(&update::adam_uniform(len, config, 5));
        update::adam(to, &uniform, &gradient, arrays.each_ref(), &squares);
        let [theta, m, v] = arrays;
        Ok([theta, m, v, squares])
    });
    let mut adam = before;
    adam.step(config, &mut theta, &gradient);
    let (want_m, want_v) = adam.moments();
    for (what, got, want) in [("θ", &got, &theta[..]), ("m", &m, want_m), ("v", &v, want_v)] {
        assert_near(what, got, &doubles(want), 1e-6);
    }
    let norm = doubles(&gradient).iter().map(|g| g * g).sum::<f64>().sqrt();
    assert!((update::gradient_norm(&squares) - norm).abs() < 1e-6 * norm);
}

#[test]
fn the_norm_of_a_gradient_is_finite_exactly_if_its_components_are() {
    let gpu = gpu();
    let norm = |gradient: &[f32]| {
        let len = gradient.len();
        let [squares] = run(&gpu, |to| {
            let arrays = [
                array(to, &vec![0.0; len]),
                array(to, &vec![0.0; len]),
                array(to, &vec![0.0; len]),
            ];
            let (gradient, squares) = (array(to, gradient), nan(to, update::squares_len(len)));
            let uniform = to.uniform(&update::adam_uniform(len, AdamConfig::default(), 1));
            update::adam(to, &uniform, &gradient, arrays.each_ref(), &squares);
            Ok([squares])
        });
        update::gradient_norm(&squares)
    };
    let large = vec![f32::MAX; 5000];
    let want = f64::from(f32::MAX) * 5000f64.sqrt();
    assert!((norm(&large) - want).abs() < 1e-6 * want);
    let mut mixed = vec![1e15; 5000];
    mixed[4999] = 3e20;
    let want = (4999.0 * 1e30 + 9e40f64).sqrt();
    assert!((norm(&mixed) - want).abs() < 1e-6 * want);
    for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut gradient = vec![1.0; 5000];
        gradient[4321] = wrong;
        assert!(!norm(&gradient).is_finite(), "{wrong}");
    }
}

#[test]
fn an_average_moves_towards_the_parameters() {
    let (theta, average) = (noise(0, 1000), noise(1, 1000));
    let [got] = run(&gpu(), |to| {
        let (theta, average) = (array(to, &theta), array(to, &average));
        let uniform = to.uniform(&update::ema_uniform(1000, 0.9));
        update::ema(to, &uniform, &theta, &average);
        Ok([average])
    });
    let want: Vec<f64> = theta
        .iter()
        .zip(&average)
        .map(|(&t, &a)| 0.9 * f64::from(a) + 0.1 * f64::from(t))
        .collect();
    assert_near("average", &got, &want, 1e-6);
}

/// G's weights are projected when a run starts; so a projection of them changes nothing, and one of others makes
/// every second tap sum up to as much as the others.
#[test]
fn flattened_kernels_do_not_alternate() {
    let gpu = gpu();
    let (pairs, start) = (35, 4);
    let weight = noise(0, start + 16 * pairs + 2);
    let flattened = |theta: &[f32]| {
        let [got] = run(&gpu, |to| {
            let theta = array(to, theta);
            update::flatten_kernels(to, &theta, &[(start, 16 * pairs)]);
            Ok([theta])
        });
        got
    };
    let got = flattened(&weight);
    assert_eq!(
        (&got[..start], &got[start + 16 * pairs..]),
        (&weight[..start], &weight[start + 16 * pairs..])
    );
    assert_near("again", &flattened(&got), &doubles(&got), 1e-6);
    for pair in 0..pairs {
        let tap = |y: usize, x: usize| f64::from(got[start + (4 * y + x) * pairs + pair]);
        for i in 0..4 {
            let row = tap(i, 0) - tap(i, 1) + tap(i, 2) - tap(i, 3);
            let column = tap(0, i) - tap(1, i) + tap(2, i) - tap(3, i);
            assert!(row.abs() < 1e-6 && column.abs() < 1e-6, "{row}, {column}");
        }
    }
    // Those of the CPU.
    let config = Config { upsample: Upsample::Nearest, image_size: 16, ngf: 4, ..Config::DEFAULT };
    let theta = State::new(config).unwrap().generator.theta;
    let (_, inner) = theta.iter().find(|(entry, _)| entry.name == "main.3.weight").unwrap();
    let padded = [&[0.0; 4], inner, &[0.0; 2]].concat();
    let [same] = run(&gpu, |to| {
        let theta = array(to, &padded);
        update::flatten_kernels(to, &theta, &[(4, inner.len())]);
        Ok([theta])
    });
    assert_near("weights of the CPU", &same, &doubles(&padded), 1e-6);
    // Several weights at once: each is that of a call of its own.
    let theta = noise(1, 16 * (3 + 300) + 5);
    let weights = [(1, 16 * 3), (16 * 3 + 4, 16 * 300)];
    let flattened = |calls: &[&[(usize, usize)]]| {
        let [got] = run(&gpu, |to| {
            let theta = array(to, &theta);
            calls.iter().for_each(|weights| update::flatten_kernels(to, &theta, weights));
            Ok([theta])
        });
        got
    };
    let (together, apart) = (flattened(&[&weights]), flattened(&[&weights[..1], &weights[1..]]));
    assert!(together == apart && together != theta);
}
