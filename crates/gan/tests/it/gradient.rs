//! Both whole networks' backward against central differences of their forward.

use dcgan_gan::{Config, discriminator, generator};
use dcgan_layers::{GradBuffers, Network, Params};
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Accum, Context, View};
use ndarray::Array4;

const CONFIG: Config = Config {
    image_size: 16,
    channels: 3,
    nz: 6,
    ngf: 4,
    ndf: 4,
    batch_size: 6,
    lr: 2e-4,
    beta1: 0.5,
    seed: 1,
    ..Config::DEFAULT
};

/// Half the step of a central difference.
const H: f32 = 1e-4;

/// Relative to the gradient's norm: rounding at H, and units that cross the kink of their activation.
const TOLERANCE: f64 = 3e-2;

fn normals(len: usize, index: u64) -> Vec<f32> {
    let mut out = vec![0.0; len];
    fill_normal(&mut stream(21, Purpose::Noise, index), &mut out);
    out
}

fn dot<'a>(a: impl IntoIterator<Item = &'a f32>, b: impl IntoIterator<Item = &'a f32>) -> f64 {
    a.into_iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

fn forward(network: &Network, theta: &Params, x: View) -> Array4<f32> {
    let mut activations = network.activations(x.dim().0);
    activations.input_mut().assign(&x);
    let buffers = &mut network.init_buffers();
    network.forward(theta, buffers, &mut activations, &mut Context::default());
    activations.output().to_owned()
}

fn check(network: &Network) {
    let dims = network.input(CONFIG.batch_size);
    let len = dims.0 * dims.1 * dims.2 * dims.3;
    let x = Array4::from_shape_vec(dims, normals(len, 0)).unwrap();
    // Weights of size 1 / √fan, so that no layer is nearly flat.
    let mut draws = normals(100_000, 1).into_iter();
    let mut theta = network.init(&mut || draws.next().unwrap());
    theta.as_mut_slice().iter_mut().filter(|w| w.abs() < 0.5).for_each(|w| *w *= 8.0);

    let ctx = &mut Context::default();
    let mut activations = network.activations(dims.0);
    activations.input_mut().assign(&x);
    network.forward(&theta, &mut network.init_buffers(), &mut activations, ctx);
    let output = activations.output();
    let dy = Array4::from_shape_vec(output.dim(), normals(output.len(), 2)).unwrap();
    let mut dtheta = theta.zeros_like();
    let mut grads = GradBuffers::new([&activations]);
    let mut doutput = grads.output_grad(dy.dim());
    doutput.view_mut().assign(&dy);
    let to = (Accum::Overwrite, &mut dtheta);
    network.backward_params(&theta, &activations, doutput, to, ctx);
    let mut doutput = grads.output_grad(dy.dim());
    doutput.view_mut().assign(&dy);
    let dx = network.backward_input(&theta, &activations, 0, doutput, ctx).view().to_owned();

    let slope = |low: f64, high: f64| (high - low) / (2.0 * f64::from(H));
    for i in 10..16 {
        let u = normals(theta.len(), i);
        let loss = |h: f32| {
            let mut moved = theta.clone();
            moved.as_mut_slice().iter_mut().zip(&u).for_each(|(w, u)| *w += h * u);
            dot(&forward(network, &moved, x.view()), &dy)
        };
        assert_slope(slope(loss(-H), loss(H)), dot(dtheta.as_slice(), &u), dtheta.as_slice());

        let u = Array4::from_shape_vec(dims, normals(len, 100 + i)).unwrap();
        let loss = |h: f32| dot(&forward(network, &theta, (&x + &(&u * h)).view()), &dy);
        assert_slope(slope(loss(-H), loss(H)), dot(&dx, &u), &dx);
    }
}

#[track_caller]
fn assert_slope<'a>(slope: f64, got: f64, gradient: impl IntoIterator<Item = &'a f32> + Copy) {
    let norm = dot(gradient, gradient).sqrt();
    assert!((slope - got).abs() <= TOLERANCE * norm, "{got} for a slope of {slope}, norm {norm}");
}

#[test]
fn the_generator_s_gradient_is_its_slope() {
    check(&generator(&CONFIG));
}

#[test]
fn the_discriminator_s_gradient_is_its_slope() {
    check(&discriminator(&CONFIG));
}
