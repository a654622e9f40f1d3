//! 4 × 4 convolutions of stride 2 and padding 1 with fewer multiplications: Winograd's minimal filtering
//! F(4×4, 2×2) (Lavin & Gray 2015, arXiv:1509.09308) on the four phases of the image.
//!
//! Along one side, window i reads the pixels 2i−1 … 2i+2. Let X₀[m] = x[2m−1] and X₁[m] = x[2m]: then
//! y[i] = Σ_π w[π]·X_π[i] + w[2+π]·X_π[i+1], two plain filters of two taps. Four neighbouring outputs of
//! such a filter take 5 products instead of 8, at 5 *interpolation points*: y = Aᵀ·(G·g ⊙ Bᵀ·d) with the
//! matrices of [`tiling`].
//!
//! In two dimensions a *tile* of 4 × 4 outputs takes 25 products of each channel in each phase, where the
//! direct form takes 64. The points are independent of each other, and the phases add up: so each point is
//! a matrix product over all tiles, whose depth is phases × channels.
//!
//! | pass | product at each point | before | after |
//! |---|---|---|---|
//! | forward | M (tiles×O) = V (tiles×4C) · U (4C×O) | V from x | y from M |
//! | input gradient | V (tiles×4C) = M (tiles×O) · Uᵀ (O×4C) | M from dy | dx from V |
//! | weight gradient | U (4C×O) = Vᵀ (4C×tiles) · M (tiles×O) | V from x, M from dy | dw from U |
//!
//! The three are adjoint to each other, as the passes are, and so are their transforms.

mod backward_input;
mod backward_weight;
mod blocking;
mod execution;
mod forward;
mod grid;
mod input_transform;
mod output_transform;
mod products;
mod tiling;
mod transformed_tiles;
mod weight_gradient;
mod weight_transform;
mod weights;

use self::tiling::TILE;
use super::passes::Passes;
use super::problem::{Operands, Problem};
use crate::simd::Simd;
use crate::{Accum, Output, Scratch, View, Window};

/// Floats between the matrices of two points. Sizes are powers of two, and without a gap all points of a
/// tile would compete for the same few cache sets.
const GAP: usize = 16;

/// Whether the window is the one above, and tiles divide the image.
pub(super) fn fits(conv: &Problem) -> bool {
    conv.win == Window { kernel: 4, stride: 2, pad: 1 }
        && conv.x.1.is_multiple_of(2 * TILE)
        && conv.x.2.is_multiple_of(2 * TILE)
}

/// Minimal filtering.
pub(crate) struct Winograd;

impl Passes for Winograd {
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
        backward_weight::backward_weight(conv, x, dy, accum, dw, scratch);
    }
}

/// Floats from the matrix of one point, of `len` floats, to that of the next.
fn pitch(len: usize) -> usize {
    len + GAP
}

/// Row `i` of the matrix with these columns.
///
/// A loop, as in all code here that handles vectors: the body of a closure is compiled without the
/// instructions of the vector unit.
#[inline(always)]
fn row_of<S: Simd, const ROWS: usize, const COLS: usize>(
    simd: S,
    columns: &[[S::V; ROWS]; COLS],
    i: usize,
) -> [S::V; COLS] {
    let mut row = [simd.splat(0.0); COLS];
    for (v, column) in row.iter_mut().zip(columns) {
        *v = column[i];
    }
    row
}

/// Visits channels 0..c, one vector at a time, and one channel at a time for the rest.
macro_rules! for_channels {
    ($simd:ident, $c:expr, $f:ident($($arg:expr),*)) => {
        let mut channel = 0;
        while channel + S::LANES <= $c {
            $f::<S>($simd, channel, $($arg),*);
            channel += S::LANES;
        }
        while channel < $c {
            $f::<Single>(Single, channel, $($arg),*);
            channel += 1;
        }
    };
}
use for_channels;
