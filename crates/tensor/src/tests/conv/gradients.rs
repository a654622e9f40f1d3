//! All gradients of a layer in one call, against the oracles one by one.

use ndarray::{Array4, Axis, Zip};

use super::super::{assert_close, normal, poison};
use super::case::{Case, FULL, HALVE, backward_input, by_every_kernel, forward};
use crate::conv::{self, ConvKernel, Grads, Role, Saved};
use crate::{Accum, Activation, naive};

/// Layers for every kernel, with batches of more groups than a sum has parts.
const LAYERS: [(usize, usize, usize, usize); 7] = [
    (2, 16, 3, 20),
    (37, 8, 3, 17),
    (2, 14, 3, 16),
    (5, 16, 16, 24),
    (3, 9, 5, 7),
    (9, 4, 6, 5),
    (0, 8, 3, 17),
];

const ACTIVATIONS: [Activation; 4] =
    [Activation::Identity, Activation::Relu, Activation::LeakyRelu(0.2), Activation::Tanh];

/// Which of the gradients are requested: w, bias, x.
const REQUESTED: [[bool; 3]; 4] =
    [[true, true, true], [true, false, false], [false, true, false], [false, false, true]];

/// The gradients of w, of the bias and of x.
#[derive(Clone)]
struct Gradients {
    w: Array4<f32>,
    bias: Array4<f32>,
    x: Array4<f32>,
}

impl Gradients {
    /// As before a call: NaN where they are overwritten, numbers where they are added to.
    fn before(accum: Accum, weights: &Array4<f32>, channels: usize, x: &Array4<f32>) -> Self {
        let fill = |dims, index| match accum {
            Accum::Overwrite => poison(dims),
            Accum::Add => normal(dims, index),
        };
        let bias = fill((1, 1, 1, channels), 4);
        Self { w: fill(weights.dim(), 3), bias, x: poison(x.dim()) }
    }

    fn request(&mut self, [w, bias, x]: [bool; 3], accum: Accum) -> Grads<'_> {
        Grads {
            w: self.w.as_slice_mut().filter(|_| w),
            bias: self.bias.as_slice_mut().filter(|_| bias),
            x: x.then(|| self.x.view_mut()),
            accum,
        }
    }
}

/// dy ⊙ f′, from y = f(x).
fn before_activation(activation: Activation, y: &Array4<f32>, dy: &Array4<f32>) -> Array4<f32> {
    Zip::from(y).and(dy).map_collect(|&y, &dy| {
        dy * match activation {
            Activation::Identity => 1.0,
            Activation::Relu => f32::from(y > 0.0),
            Activation::LeakyRelu(slope) => {
                if y > 0.0 {
                    1.0
                } else {
                    slope
                }
            }
            Activation::Tanh => 1.0 - y * y,
        }
    })
}

fn bias_gradient(dy: &Array4<f32>) -> impl Iterator<Item = f64> {
    let sums = dy.lanes(Axis(3)).into_iter().fold(vec![0.0; dy.dim().3], |mut sums, pixel| {
        sums.iter_mut().zip(pixel).for_each(|(sum, &dy)| *sum += f64::from(dy));
        sums
    });
    sums.into_iter()
}

#[test]
fn the_gradients_of_a_layer_are_those_of_its_three_passes() {
    the_gradients_are_those_of_the_passes(Role::Convolution);
}

#[test]
fn the_gradients_of_a_transposed_layer_are_those_of_its_three_passes() {
    the_gradients_are_those_of_the_passes(Role::Transpose);
}

fn the_gradients_are_those_of_the_passes(role: Role) {
    let mut kernels = Vec::new();
    for (n, side, c_in, c_out) in LAYERS {
        let win = if side == 4 { FULL } else { HALVE };
        for case in by_every_kernel((n, side, side, c_in), c_out, win) {
            kernels.push(case.kernel());
            for activation in ACTIVATIONS {
                check_layer(role, &case, activation);
            }
        }
    }
    for kernel in
        [ConvKernel::Im2col, ConvKernel::Winograd, ConvKernel::Direct, ConvKernel::FullWindow]
    {
        assert!(kernels.contains(&kernel), "{kernel:?} was not tested");
    }
}

/// Each selection of gradients, overwritten and added to.
fn check_layer(role: Role, case: &Case, activation: Activation) {
    // The input of a transposed convolution is the output of the convolution.
    let (x_dims, y_dims) = role.order(case.x, case.y);
    let (x, dy, w) = (normal(x_dims, 0), normal(y_dims, 1), normal(case.weights(), 2));
    let y = match role {
        Role::Convolution => forward(&x, &w, case, activation),
        Role::Transpose => backward_input(&x, &w, case, activation),
    };
    let want = oracle(role, case, &x, &before_activation(activation, &y, &dy), &w);
    let [y_tolerance, x_tolerance, w_tolerance] = case.tolerances();
    let (x_tolerance, bias_tolerance) = match role {
        Role::Convolution => (x_tolerance, w_tolerance),
        // A bias has as many terms as there are pixels, four for each sum in a weight.
        Role::Transpose => (y_tolerance, 2.0 * w_tolerance),
    };
    for (requested, accum) in REQUESTED
        .into_iter()
        .flat_map(|requested| [Accum::Overwrite, Accum::Add].map(|a| (requested, a)))
    {
        let before = Gradients::before(accum, &w, y_dims.3, &x);
        let mut after = before.clone();
        let mut dy = dy.clone();
        let saved = Saved { x: x.view(), y: y.view(), activation };
        let (taps, ctx) = (w.as_slice().unwrap(), &mut case.context());
        let (dy, grads) = (dy.view_mut(), after.request(requested, accum));
        match role {
            Role::Convolution => conv::backward(saved, taps, case.win, dy, grads, ctx),
            Role::Transpose => conv::backward_transpose(saved, taps, case.win, dy, grads, ctx),
        }
        let [dw, db, dx] = &want;
        check(requested[0], (&before.w, &after.w), accum, dw, w_tolerance);
        check(requested[1], (&before.bias, &after.bias), accum, db, bias_tolerance);
        check(requested[2], (&before.x, &after.x), Accum::Overwrite, dx, x_tolerance);
    }
}

/// dw, db and dx from the gradient before the activation.
fn oracle(
    role: Role,
    case: &Case,
    x: &Array4<f32>,
    dy: &Array4<f32>,
    w: &Array4<f32>,
) -> [Vec<f64>; 3] {
    let (input, output) = role.order(x, dy);
    let dw = naive::backward_weight(input, output, case.win);
    let dx = match role {
        Role::Convolution => naive::backward_input(dy, w, case.win, case.x),
        Role::Transpose => naive::forward(dy, w, case.win),
    };
    [dw.into_iter().collect(), bias_gradient(dy).collect(), dx.into_iter().collect()]
}

/// A requested gradient is what is wanted, plus what was there before if it is added to; one that was not
/// requested is unchanged.
fn check(
    requested: bool,
    (before, after): (&Array4<f32>, &Array4<f32>),
    accum: Accum,
    want: &[f64],
    tolerance: f64,
) {
    if !requested {
        let bits = |a: &Array4<f32>| a.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(before), bits(after), "a gradient that was not requested");
        return;
    }
    let want = want.iter().zip(before).map(|(want, &before)| match accum {
        Accum::Overwrite => *want,
        Accum::Add => want + f64::from(before),
    });
    assert_close(after, want, tolerance);
}
