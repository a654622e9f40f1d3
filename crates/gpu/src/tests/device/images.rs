//! What is done to each image on its own.

use dcgan_gan::{Augment, Augmentation};
use dcgan_random::{Purpose, stream};
use dcgan_tensor::Activation;
use ndarray::{Array4, Axis};

use super::support::{array, assert_near, doubles, gpu, nan, noise, run};
use crate::kernels::activation;
use crate::kernels::augment::{Images, factors};
use crate::kernels::images::{Accum, bias_gradient, scale};

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
