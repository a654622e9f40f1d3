//! The laws of [`Layer`](crate::Layer): derivatives by differences, and torch's numbers.

mod golden;
mod gradient;
mod network;

use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Context, Dims};
use ndarray::Array4;

use crate::{Grads, Layer, Point};

/// N(0, 1) in every place; another `index`, other draws.
fn normals(len: usize, index: u64) -> Vec<f32> {
    let mut out = vec![f32::NAN; len];
    fill_normal(&mut stream(11, Purpose::Noise, index), &mut out);
    out
}

/// The same as activations.
fn normal(dims: Dims, index: u64) -> Array4<f32> {
    let len = dims.0 * dims.1 * dims.2 * dims.3;
    Array4::from_shape_vec(dims, normals(len, index)).unwrap()
}

/// NaN in every place.
fn poison(dims: Dims) -> Array4<f32> {
    Array4::from_elem(dims, f32::NAN)
}

/// dL/dx, wherever the layer leaves it.
fn back(
    layer: &dyn Layer,
    theta: &[f32],
    at: Point,
    dy: &Array4<f32>,
    dtheta: Option<&mut [f32]>,
) -> Array4<f32> {
    let (mut dy, mut dx) = (dy.clone(), poison(at.x.dim()));
    let in_place = layer.goes_back_in_place();
    let to = Grads { theta: dtheta, x: Some(dx.view_mut()).filter(|_| !in_place) };
    layer.backward(theta, at, dy.view_mut(), to, &mut Context::default());
    if in_place { dy } else { dx }
}

fn dot<'a>(a: impl IntoIterator<Item = &'a f32>, b: impl IntoIterator<Item = &'a f32>) -> f64 {
    a.into_iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}
