//! All gradients of a layer in one call, against the oracles one by one.

use ndarray::{Array4, Axis, Zip};

use super::super::{assert_close, normal, poison};
use super::case::{Case, HALVE, POINT, backward_input, by_every_method, forward};
use crate::conv::{self, Grads, Point, Role};
use crate::{Act, naive};

/// Layers of every way to a convolution, with batches of more groups than a sum has parts.
const LAYERS: [(usize, usize, usize, usize); 6] =
    [(2, 16, 3, 20), (37, 8, 3, 17), (2, 14, 3, 16), (5, 16, 16, 24), (3, 9, 5, 7), (9, 4, 6, 5)];

const ACTS: [Act; 4] = [Act::Identity, Act::Relu, Act::LeakyRelu(0.2), Act::Tanh];

/// Which of the gradients are asked for: w, bias, x.
const ASKED: [[bool; 3]; 4] =
    [[true, true, true], [true, false, false], [false, true, false], [false, false, true]];

/// The gradients that a call leaves: of w, of the bias and of x.
struct Left {
    w: Array4<f32>,
    bias: Array4<f32>,
    x: Array4<f32>,
}

impl Left {
    fn before(weights: &Array4<f32>, channels: usize, x: &Array4<f32>) -> Self {
        Self { w: poison(weights.dim()), bias: poison((1, 1, 1, channels)), x: poison(x.dim()) }
    }

    fn ask(&mut self, [w, bias, x]: [bool; 3]) -> Grads<'_> {
        Grads {
            w: self.w.as_slice_mut().filter(|_| w),
            bias: self.bias.as_slice_mut().filter(|_| bias),
            x: x.then(|| self.x.view_mut()),
        }
    }
}

/// dy ⊙ f′, from y = f(x).
fn pulled(act: Act, y: &Array4<f32>, dy: &Array4<f32>) -> Array4<f32> {
    Zip::from(y).and(dy).map_collect(|&y, &dy| {
        dy * match act {
            Act::Identity => 1.0,
            Act::Relu => f32::from(y > 0.0),
            Act::LeakyRelu(slope) => {
                if y > 0.0 {
                    1.0
                } else {
                    slope
                }
            }
            Act::Tanh => 1.0 - y * y,
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
    the_gradients_are_those_of_the_passes(Role::Transposed);
}

fn the_gradients_are_those_of_the_passes(role: Role) {
    for ((n, side, c_in, c_out), method) in by_every_method(LAYERS) {
        let win = if side == 4 { POINT } else { HALVE };
        let case = Case::new((n, side, side, c_in), c_out, win, method);
        // What goes into a transposed one is what the convolution gives.
        let (of_x, of_y) = role.order(case.x, case.y);
        let (x, dy, w) = (normal(of_x, 0), normal(of_y, 1), normal(case.weights(), 2));
        for (act, asked) in ACTS.into_iter().flat_map(|act| ASKED.map(|asked| (act, asked))) {
            let y = match role {
                Role::Convolution => forward(&x, &w, &case, act),
                Role::Transposed => backward_input(&x, &w, &case, act),
            };
            let mut left = Left::before(&w, of_y.3, &x);
            let mut given = dy.clone();
            let at = Point { x: x.view(), y: y.view(), act };
            let (taps, scratch) = (w.as_slice().unwrap(), &mut case.scratch());
            let (dy_left, to) = (given.view_mut(), left.ask(asked));
            match role {
                Role::Convolution => conv::backward(at, taps, win, dy_left, to, scratch),
                Role::Transposed => conv::backward_transposed(at, taps, win, dy_left, to, scratch),
            }

            let dy = pulled(act, &y, &dy);
            let [of_forward, of_input, of_w] = case.tolerances();
            let (input, output) = role.order(&x, &dy);
            let dw = naive::backward_weight(input, output, win).into_iter().collect();
            let db = bias_gradient(&dy).collect();
            let (dx, of_x, of_bias) = match role {
                Role::Convolution => (naive::backward_input(&dy, &w, win, case.x), of_input, of_w),
                // A bias has as many terms as there are pixels, four for each sum in a weight.
                Role::Transposed => (naive::forward(&dy, &w, win), of_forward, 2.0 * of_w),
            };
            let dx = dx.into_iter().collect();
            check(&left.w, asked[0], dw, of_w);
            check(&left.bias, asked[1], db, of_bias);
            check(&left.x, asked[2], dx, of_x);
        }
    }
}

/// What was asked for is as it should be, and what was not asked for as it was.
fn check(left: &Array4<f32>, asked: bool, want: Vec<f64>, tolerance: f64) {
    if asked {
        assert_close(left, want, tolerance);
    } else {
        assert!(left.iter().all(|float| float.is_nan()), "a gradient that was not asked for");
    }
}
