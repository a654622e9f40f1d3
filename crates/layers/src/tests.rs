//! The laws of [`Layer`](crate::Layer): derivatives by finite differences, and PyTorch's numbers.

mod golden;
mod gradient;
mod network;

use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Accum, Context, Dims};
use ndarray::Array4;

use crate::{Grads, Layer, ParamSpec, Saved};

/// Draws from N(0, 1), different for each `index`.
fn normals(len: usize, index: u64) -> Vec<f32> {
    let mut out = vec![f32::NAN; len];
    fill_normal(&mut stream(11, Purpose::Noise, index), &mut out);
    out
}

/// The same, shaped as activations.
fn normal(dims: Dims, index: u64) -> Array4<f32> {
    let len = dims.0 * dims.1 * dims.2 * dims.3;
    Array4::from_shape_vec(dims, normals(len, index)).unwrap()
}

/// NaN everywhere.
fn poison(dims: Dims) -> Array4<f32> {
    Array4::from_elem(dims, f32::NAN)
}

/// The layer's buffers before the first step.
fn init_buffers(layer: &dyn Layer) -> Vec<f32> {
    let initial = |spec: ParamSpec| match spec.init {
        crate::Init::Constant(value) => vec![value; spec.len()],
        crate::Init::Normal { .. } => panic!("buffers start as constants"),
    };
    layer.buffers().into_iter().flat_map(initial).collect()
}

/// dL/dx, wherever the layer leaves it.
fn backward(
    layer: &dyn Layer,
    theta: &[f32],
    saved: Saved,
    dy: &Array4<f32>,
    dtheta: Option<&mut [f32]>,
) -> Array4<f32> {
    let (mut dy, mut dx) = (dy.clone(), poison(saved.x.dim()));
    let in_place = layer.backward_in_place();
    let x = Some(dx.view_mut()).filter(|_| !in_place);
    let to = Grads { theta: dtheta, accum: Accum::Overwrite, x };
    layer.backward(theta, saved, dy.view_mut(), to, &mut Context::default());
    if in_place { dy } else { dx }
}

fn dot<'a>(a: impl IntoIterator<Item = &'a f32>, b: impl IntoIterator<Item = &'a f32>) -> f64 {
    a.into_iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}
