//! Everything else that is done to arrays: updates of parameters, scaled images, sums, slopes of losses.

use dcgan_gan::{Augment, Augmentation, Config, LecamAnchors, Logits, Objective, Upsample};
use dcgan_optim::{Adam, AdamConfig};
use dcgan_random::{Purpose, stream};
use dcgan_tensor::Activation;
use ndarray::{Array4, Axis};

use super::support::{array, assert_near, gpu, nan, noise, run};
use crate::kernels::augment::{Images, factors};
use crate::kernels::images::{Accum, bias_gradient, scale};
use crate::kernels::spectral::Matrix;
use crate::kernels::{activation, objective, update};
use crate::shader;

fn doubles(floats: &[f32]) -> Vec<f64> {
    floats.iter().map(|&v| f64::from(v)).collect()
}

#[test]
fn adam_is_that_of_the_cpu_and_its_norm_is_exact() {
    let (len, gpu) = (10_001, gpu());
    let config = AdamConfig { lr: 0.01, beta1: 0.5, beta2: 0.99, eps: 1e-8 };
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
    let (pairs, start) = (35, 4);
    let weight = noise(0, start + 16 * pairs + 2);
    let flattened = |theta: &[f32]| {
        let [got] = run(&gpu(), |to| {
            let theta = array(to, theta);
            update::flatten_kernels(to, &theta, start, 16 * pairs);
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
    let theta = dcgan_gan::State::new(config).unwrap().generator.theta;
    let (_, inner) = theta.iter().find(|(entry, _)| entry.name == "main.3.weight").unwrap();
    let padded = [&[0.0; 4], inner, &[0.0; 2]].concat();
    let [same] = run(&gpu(), |to| {
        let theta = array(to, &padded);
        update::flatten_kernels(to, &theta, 4, inner.len());
        Ok([theta])
    });
    assert_near("weights of the CPU", &same, &doubles(&padded), 1e-6);
}

#[test]
fn activations_pull_gradients_back() {
    let (y, dy) = (noise(0, 700), noise(1, 700));
    for f in [Activation::Relu, Activation::LeakyRelu(0.2), Activation::Tanh] {
        let [got] = run(&gpu(), |to| {
            let (y, dy) = (array(to, &y), array(to, &dy));
            activation::backward(to, f, &y, &dy, 650);
            Ok([dy])
        });
        let mut want = dy.clone();
        f.backward(&y[..650], &mut want[..650]);
        assert_near(&format!("{f:?}"), &got, &doubles(&want), 1e-6);
    }
}

#[test]
fn images_are_scaled_each_by_its_own_factor() {
    let (x, scales, before) = (noise(0, 3 * 100), noise(1, 3), noise(2, 300));
    let [overwritten, added] = run(&gpu(), |to| {
        let (x, scales) = (array(to, &x), array(to, &scales));
        let (overwritten, added) = (nan(to, 300), array(to, &before));
        scale(to, (3, 100), (&x, &scales), Accum::Overwrite, &overwritten);
        scale(to, (3, 100), (&x, &scales), Accum::Add, &added);
        Ok([overwritten, added])
    });
    let scaled = |i: usize| f64::from(x[i]) * f64::from(scales[i / 100]);
    assert_near("scaled", &overwritten, &(0..300).map(scaled).collect::<Vec<_>>(), 1e-6);
    let sums: Vec<f64> = (0..300).map(|i| scaled(i) + f64::from(before[i])).collect();
    assert_near("added", &added, &sums, 1e-6);
}

#[test]
fn the_gradient_of_a_bias_counts_each_image_by_its_scale() {
    for (n, pixels, c) in [(4, 9, 20), (3, 1000, 3), (1, 1, 1)] {
        let (dy, scales) = (noise(0, n * pixels * c), noise(1, n));
        let [got] = run(&gpu(), |to| {
            let (dy, scales, dtheta) = (array(to, &dy), array(to, &scales), nan(to, c + 2));
            bias_gradient(to, (n, pixels, c), (&dy, &scales), (&dtheta, 1))?;
            Ok([dtheta])
        });
        let mut want = vec![0.0; c];
        for (i, &dy) in dy.iter().enumerate() {
            want[i % c] += f64::from(dy) * f64::from(scales[i / (pixels * c)]);
        }
        assert_near(&format!("{n}, {pixels}, {c}"), &got[1..=c], &want, 1e-5);
        assert!(got[0].is_nan() && got[c + 1].is_nan());
    }
}

/// The slopes of every objective, with and without anchors, against the functions of the CPU.
#[test]
fn slopes_are_those_of_the_cpu() {
    let n = 300;
    let logits = noise(0, 2 * n).iter().map(|l| 4.0 * l).collect::<Vec<_>>();
    let shaped = |slice: &[f32]| Array4::from_shape_vec((n, 1, 1, 1), slice.to_vec()).unwrap();
    let (fake, real) = (shaped(&logits[..n]), shaped(&logits[n..]));
    for (objective, name) in Objective::ALL {
        let lecam = if objective == Objective::Relativistic { 0.0 } else { 0.7 };
        let smoothing = if objective.has_targets() { 0.1 } else { 0.0 };
        let config = Config {
            batch_size: n,
            objective,
            lecam,
            label_smoothing: smoothing,
            ..Config::DEFAULT
        };
        let mut anchors = LecamAnchors { real: 0.3, fake: -0.4 };
        let [of_g, of_d] = run(&gpu(), |to| {
            let (logits, of_g, of_d) = (array(to, &logits), nan(to, n), nan(to, 2 * n));
            let uniform = objective::uniform(&config, anchors, LecamAnchors::rest(20));
            to.push(&shader::OBJECTIVE, &uniform, &[&logits, &of_g, &of_d], [1, 1, 1]);
            Ok([of_g, of_d])
        });
        let logits = Logits { real: real.view(), fake: fake.view() };
        let (mut dreal, mut dfake) = (real.clone(), fake.clone());
        objective.generator(logits, dfake.view_mut());
        assert_near(name, &of_g, &doubles(dfake.as_slice().unwrap()), 1e-5);
        objective.discriminator(logits, smoothing as f32, dreal.view_mut(), dfake.view_mut());
        anchors.update(20, logits);
        anchors.add_grad(lecam, logits, dreal.view_mut(), dfake.view_mut());
        assert_near(name, &of_d[..n], &doubles(dfake.as_slice().unwrap()), 1e-5);
        assert_near(name, &of_d[n..], &doubles(dreal.as_slice().unwrap()), 1e-5);
    }
}

/// Logits far from 0 have slopes, not NaN.
#[test]
fn slopes_of_large_logits_are_finite() {
    let config = Config { batch_size: 2, ..Config::DEFAULT };
    let [of_g, of_d] = run(&gpu(), |to| {
        let logits = array(to, &[-1e4, 1e4, -1e4, 1e4]);
        let (of_g, of_d) = (nan(to, 2), nan(to, 4));
        let uniform = objective::uniform(&config, LecamAnchors::default(), 0.0);
        to.push(&shader::OBJECTIVE, &uniform, &[&logits, &of_g, &of_d], [1, 1, 1]);
        Ok([of_g, of_d])
    });
    assert_eq!((of_g, of_d), (vec![-0.5, 0.0], vec![0.0, 0.5, -0.5, 0.0]));
}

#[test]
fn augmentations_and_their_adjoints_are_those_of_the_cpu() {
    for (channels, augment) in [
        (3, Augment::ALL),
        (1, Augment::ALL),
        (4, Augment { colour: true, ..Augment::NONE }),
        (3, Augment { translation: true, ..Augment::NONE }),
        (3, Augment { cutout: true, ..Augment::NONE }),
    ] {
        let (n, side) = (5, 16);
        let len = n * side * side * channels;
        let mut random = stream(3, Purpose::Augment, 0);
        let drawn: Vec<Augmentation> =
            (0..2 * n).map(|_| Augmentation::draw(augment, side, &mut random)).collect();
        let images = Array4::from_shape_vec((n, side, side, channels), noise(0, len)).unwrap();
        let [seen, gradient] = run(&gpu(), |to| {
            let all: Vec<_> = drawn.iter().map(|drawn| factors(drawn, side, channels)).collect();
            let all = array(to, all.as_flattened());
            let x = array(to, images.as_slice().unwrap());
            let (seen, gradient) = (nan(to, 2 * len), nan(to, len));
            let sizes = Images { n, side, channels, first: 0 };
            sizes.apply(to, &all, &x, &seen);
            Images { first: n, ..sizes }.apply(to, &all, &x, &seen);
            sizes.adjoint(to, &all, &x, &gradient);
            Ok([seen, gradient])
        });
        let each = |drawn: &[Augmentation],
                    change: fn(&Augmentation, ndarray::ArrayViewMut3<f32>)| {
            let mut images = images.clone();
            let pairs = images.axis_iter_mut(Axis(0)).zip(drawn);
            pairs.for_each(|(image, drawn)| change(drawn, image));
            doubles(images.as_slice().unwrap())
        };
        let what = format!("{augment}, {channels} channels");
        assert_near(&what, &seen[..len], &each(&drawn[..n], Augmentation::apply), 1e-5);
        assert_near(&what, &seen[len..], &each(&drawn[n..], Augmentation::apply), 1e-5);
        assert_near(&what, &gradient, &each(&drawn[..n], Augmentation::adjoint), 1e-5);
    }
}

/// Power iteration finds the largest singular value, and the gradient is that of the quotient W/(vᵀ·W·u).
#[test]
fn spectral_norm_divides_by_the_largest_singular_value() {
    for (rows, columns) in [(48, 8), (300, 20), (70, 1)] {
        let matrix = Matrix { rows, columns, weight: 2, u: 1, bias_len: 3 };
        let len = 2 + rows * columns + 3;
        let (theta, gradient, start) = (noise(0, len), noise(1, len), noise(2, 1 + columns));
        let [normalised, u, vectors, pulled] = run(&gpu(), |to| {
            let (theta, buffers) = (array(to, &theta), array(to, &start));
            let (vectors, normalised) = (nan(to, matrix.vectors_len()), nan(to, len));
            let gradient = array(to, &gradient);
            for _ in 0..2 {
                matrix.normalise(to, [&theta, &buffers, &vectors], &normalised);
            }
            matrix.pull_back(to, [&normalised, &buffers, &vectors], &gradient);
            Ok([normalised, buffers, vectors, gradient])
        });
        let w = |i: usize, j: usize| f64::from(theta[2 + i * columns + j]);
        let unit = |x: Vec<f64>| -> (Vec<f64>, f64) {
            let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
            (x.into_iter().map(|x| x / length).collect(), length)
        };
        let mut known = (doubles(&start[1..]), Vec::new(), 0.0);
        for _ in 0..2 {
            let row = |i| (0..columns).map(|j| w(i, j) * known.0[j]).sum();
            let (v, _) = unit((0..rows).map(row).collect());
            let column = |j| (0..rows).map(|i| w(i, j) * v[i]).sum();
            let (u, sigma) = unit((0..columns).map(column).collect());
            known = (u, v, sigma);
        }
        let (want_u, want_v, sigma) = known;
        assert_near("u", &u[1..], &want_u, 1e-5);
        assert_near("v", &vectors[..rows], &want_v, 1e-5);
        let (weight, bias) = normalised[2..].split_at(rows * columns);
        let want: Vec<f64> =
            doubles(&theta[2..][..rows * columns]).iter().map(|w| w / sigma).collect();
        assert_near("W/σ", weight, &want, 1e-5);
        assert_eq!((bias, u[0]), (&theta[2 + rows * columns..], start[0]));
        let dw = doubles(&gradient[2..][..rows * columns]);
        let along: f64 = dw.iter().zip(&want).map(|(d, w)| d * w).sum();
        let back = |i: usize| (dw[i] - along * want_v[i / columns] * want_u[i % columns]) / sigma;
        let back: Vec<f64> = (0..rows * columns).map(back).collect();
        assert_near("dW", &pulled[2..][..rows * columns], &back, 1e-4);
    }
}
