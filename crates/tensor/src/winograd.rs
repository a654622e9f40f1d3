//! 4×4 convolutions of stride 2 and padding 1 with fewer multiplications: Winograd's minimal
//! filtering F(M×M, 2×2) (Lavin & Gray 2015, arXiv:1509.09308) on the four phases of the picture.
//!
//! Along one side, the window i reads the pixels 2i−1 … 2i+2. Call X₀[m] = x[2m−1] and
//! X₁[m] = x[2m]: then y[i] = Σ_π w[π]·X_π[i] + w[2+π]·X_π[i+1], two plain filters of two taps. M
//! neighbouring outputs of such a filter take P = M + 1 products instead of 2M, at P *points*:
//! y = Aᵀ·(G·g ⊙ Bᵀ·d) with the matrices of [`tiling`].
//!
//! In two dimensions a *tile* of M × M outputs takes P² products of each channel in each phase: 9
//! where the direct form takes 16, or 25 where it takes 64. The points are independent of each other,
//! the phases add up: so a point is a matrix product over all tiles, whose depth is phases × channels.
//!
//! | pass | product at each point | before | after |
//! |---|---|---|---|
//! | [`forward`] | M (tiles×O) = V (tiles×4C) · U (4C×O) | V from x | y from M |
//! | [`backward_input`] | V (tiles×4C) = M (tiles×O) · Uᵀ (O×4C) | M from dy | dx from V |
//! | [`backward_weight`] | U (4C×O) = Vᵀ (4C×tiles) · M (tiles×O) | V from x, M from dy | dw from U |
//!
//! The three are adjoint to each other as the passes are, and so are their transforms.

mod backward_input;
mod backward_weight;
mod cut;
mod forward;
mod grid;
mod lanes;
mod making;
mod order;
mod outputs;
mod pixels;
mod products;
mod taps;
mod tiling;
mod weights;

pub(crate) use self::backward_input::backward_input;
pub(crate) use self::backward_weight::backward_weight;
pub(crate) use self::forward::forward;
use self::tiling::TILE;
use crate::simd::Simd;
use crate::{Dims, Window};

/// Floats between one point's matrix and the next. Sizes are powers of two, and without a gap all
/// points of a tile would compete for the same few places in the cache.
const GAP: usize = 16;

/// Whether a convolution from x to y is one that this can do.
pub(crate) fn fits(x: Dims, win: Window) -> bool {
    win == Window { kernel: 4, stride: 2, pad: 1 }
        && x.1.is_multiple_of(2 * TILE)
        && x.2.is_multiple_of(2 * TILE)
}

/// Tiles of a group in a pass whose right operand are the weights.
const TILES: usize = 32;

/// Floats from one point's matrix of so many floats to the next.
fn pitch(len: usize) -> usize {
    len + GAP
}

/// Row `i` of the matrix that these are the columns of.
///
/// A loop, as everything that handles vectors here: what a closure does is compiled without the
/// instructions of the unit.
#[inline(always)]
fn across<S: Simd, const ROWS: usize, const COLS: usize>(
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

/// Visits channels 0..c, as many at a time as there are lanes, and one at a time at the end.
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
