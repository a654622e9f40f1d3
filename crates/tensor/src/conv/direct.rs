//! Direct convolution between few channels, straight from the images.
//!
//! Where a side has three channels, copying windows into a matrix costs as much as multiplying them. But
//! the windows of one row of outputs are a matrix as they lie in memory: window i starts stride·c floats
//! after window i − 1, and consists of `kernel` runs of kernel·c floats, an image row apart. All it takes
//! is a border of zeros around the image, so that every window lies inside.
//!
//! | pass | product, for each image |
//! |---|---|
//! | forward | y = windows · W, one row of outputs at a time |
//! | input gradient | gradient of the windows = dy · Wᵀ, added where the windows lie |
//! | all gradients | dW += windowsᵀ · dy, one kernel row at a time, and the gradient of x, while dy is in the cache; also for a transposed convolution |

mod backward;
mod backward_input;
mod bordered;
mod forward;
mod sizes;

use super::passes::Passes;
use super::problem::{Operands, Problem};
use super::saved::{Differentiand, Grads, Role, Saved};
use crate::gemm::panels::NR;
use crate::{Accum, Activation, Output, Scratch, View, ViewMut};

/// Whether a window and a pixel of y are at most one panel each.
pub(super) fn fits(conv: &Problem) -> bool {
    conv.depth() <= NR && conv.c_out() <= NR
}

/// Products straight from the images.
pub(crate) struct Direct;

impl Passes for Direct {
    fn forward(&self, conv: &Problem, operands: Operands, y: Output, scratch: &mut Scratch) {
        forward::forward(conv, operands, y, scratch);
    }

    fn backward_input(
        &self,
        conv: &Problem,
        operands: Operands,
        dx: Output,
        scratch: &mut Scratch,
    ) {
        backward_input::backward_input(conv, operands, dx, scratch);
    }

    fn backward_weight(
        &self,
        conv: &Problem,
        x: View,
        dy: View,
        accum: Accum,
        dw: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let saved = Saved { x, y: dy, activation: Activation::Identity };
        let layer = Differentiand { role: Role::Convolution, saved, w: &[] };
        let grads = Grads { w: Some(dw), bias: None, x: None, accum };
        backward::backward(conv, layer, dy, grads, scratch);
    }

    fn backward(
        &self,
        conv: &Problem,
        layer: Differentiand,
        dy: ViewMut,
        grads: Grads,
        scratch: &mut Scratch,
    ) {
        backward::backward(conv, layer, dy.view(), grads, scratch);
    }
}
