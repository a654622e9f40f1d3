use super::bias;
use super::problem::{Operands, Problem};
use super::saved::{Differentiand, Grads, Role};
use crate::{Accum, Activation, Output, Scratch, View, ViewMut, activation};

/// The passes of a convolution as one kernel computes them. Shapes have been checked by the caller.
///
/// The contracts are those of [`crate::conv::forward`], [`crate::conv::backward_input`],
/// [`crate::conv::backward_weight`] and [`crate::conv::backward`].
pub(crate) trait Passes {
    /// y ← f(conv(x)).
    fn forward(&self, conv: &Problem, operands: Operands, y: Output, scratch: &mut Scratch);

    /// dx ← f(convᵀ(dy)).
    fn backward_input(&self, conv: &Problem, operands: Operands, dx: Output, scratch: &mut Scratch);

    /// dw ← the sum over windows, or dw ← dw + that.
    fn backward_weight(
        &self,
        conv: &Problem,
        x: View,
        dy: View,
        accum: Accum,
        dw: &mut [f32],
        scratch: &mut Scratch,
    );

    /// All requested gradients, one after the other. `dy` is left with arbitrary contents.
    fn backward(
        &self,
        conv: &Problem,
        Differentiand { role, saved, w }: Differentiand,
        mut dy: ViewMut,
        grads: Grads,
        scratch: &mut Scratch,
    ) {
        activation::backward(conv.isa, saved.activation, saved.y, dy.view_mut());
        let dy = dy.view();
        if let Some(db) = grads.bias {
            bias::backward(conv.isa, dy, grads.accum, db, scratch);
        }
        if let Some(dw) = grads.w {
            let (input, output) = role.order(saved.x, dy);
            self.backward_weight(conv, input, output, grads.accum, dw, scratch);
        }
        if let Some(dx) = grads.x {
            let operands = Operands { from: dy, w, epilogue: Activation::Identity.into() };
            match role {
                Role::Convolution => self.backward_input(conv, operands, dx.into(), scratch),
                Role::Transpose => self.forward(conv, operands, dx.into(), scratch),
            }
        }
    }
}
