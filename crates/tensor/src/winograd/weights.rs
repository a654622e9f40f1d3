//! Weights to points and back: along each side g₀, g₀ + g₁, g₁ of the two taps of a phase.

use std::iter::zip;

use rayon::prelude::*;

use crate::panels::PANEL;

/// Which of a phase's two taps a point sums, along one side.
const TAPS: [&[usize]; 3] = [&[0], &[0, 1], &[1]];

/// Which points a tap is in: the adjoint.
const POINTS_OF: [[usize; 2]; 2] = [[0, 1], [1, 2]];

/// Floats on a side of the blocks in which weights are transposed.
const BLOCK: usize = 16;

/// The kernel's taps (0..16) that a point (0..9) sums in a phase (0..4).
fn taps(point: usize, phase: usize) -> impl Iterator<Item = usize> {
    let (py, px) = (phase / 2, phase % 2);
    let (down, across) = (TAPS[point / 3], TAPS[point % 3]);
    let tap = move |a: usize, b: usize| (2 * a + py) * 4 + 2 * b + px;
    down.iter().flat_map(move |&a| across.iter().map(move |&b| tap(a, b)))
}

/// out ← the sum of `parts`, all of one length.
fn sum<'a>(out: &mut [f32], mut parts: impl Iterator<Item = &'a [f32]>) {
    if let Some(first) = parts.next() {
        out.copy_from_slice(first);
    }
    for part in parts {
        zip(&mut *out, part).for_each(|(out, part)| *out += part);
    }
}

/// u ← U: for each point a (4·c_in × c_out) matrix in panels, its rows phases by channels.
pub(super) fn transform(w: &[f32], c_in: usize, c_out: usize, u: &mut [f32]) {
    let depth = 4 * c_in;
    u.par_chunks_mut(depth * c_out).enumerate().for_each(|(point, u)| {
        u.par_chunks_mut(depth * PANEL).enumerate().for_each(|(panel, u)| {
            let width = u.len() / depth;
            for (row, u) in u.chunks_exact_mut(width).enumerate() {
                let (phase, c) = (row / c_in, row % c_in);
                let run = |tap| &w[(tap * c_in + c) * c_out + panel * PANEL..][..width];
                sum(u, taps(point, phase).map(run));
            }
        });
    });
}

/// u ← Uᵀ: for each point a (c_out × 4·c_in) matrix in panels. `transposed` is working memory of w's
/// size.
pub(super) fn transform_transposed(
    w: &[f32],
    c_in: usize,
    c_out: usize,
    transposed: &mut [f32],
    u: &mut [f32],
) {
    let taps_of_w = w.par_chunks(c_in * c_out);
    transposed
        .par_chunks_mut(c_in * c_out)
        .zip(taps_of_w)
        .for_each(|(t, w)| transpose(w, c_out, t));
    let transposed = &*transposed;

    let cols = 4 * c_in;
    u.par_chunks_mut(c_out * cols).enumerate().for_each(|(point, u)| {
        u.par_chunks_mut(c_out * PANEL).enumerate().for_each(|(panel, u)| {
            let width = u.len() / c_out;
            for (o, u) in u.chunks_exact_mut(width).enumerate() {
                let mut col = panel * PANEL;
                let mut rest = u;
                // A panel may begin in one phase and end in another.
                while !rest.is_empty() {
                    let (phase, c) = (col / c_in, col % c_in);
                    let len = rest.len().min(c_in - c);
                    let (here, behind) = rest.split_at_mut(len);
                    let run = |tap| &transposed[(tap * c_out + o) * c_in + c..][..len];
                    sum(here, taps(point, phase).map(run));
                    (col, rest) = (col + len, behind);
                }
            }
        });
    });
}

/// t ← wᵀ, block by block, so that both sides stay in the cache. w has `cols` columns.
fn transpose(w: &[f32], cols: usize, t: &mut [f32]) {
    let rows = w.len() / cols;
    for row in (0..rows).step_by(BLOCK) {
        for col in (0..cols).step_by(BLOCK) {
            for j in col..cols.min(col + BLOCK) {
                for i in row..rows.min(row + BLOCK) {
                    t[j * rows + i] = w[i * cols + j];
                }
            }
        }
    }
}

/// dw += what the sums over tiles, rows phases by channels at each point, are to the taps.
pub(super) fn add_gradient(u: &[f32], c_in: usize, c_out: usize, dw: &mut [f32]) {
    let len = c_in * c_out;
    dw.par_chunks_mut(len).enumerate().for_each(|(tap, dw)| {
        let (a, b) = (tap / 4, tap % 4);
        let phase = a % 2 * 2 + b % 2;
        let part = |y, x| &u[((3 * y + x) * 4 + phase) * len..][..len];
        let ([y0, y1], [x0, x1]) = (POINTS_OF[a / 2], POINTS_OF[b / 2]);
        let parts = zip(zip(part(y0, x0), part(y0, x1)), zip(part(y1, x0), part(y1, x1)));
        for (dw, ((p, q), (r, s))) in zip(dw, parts) {
            *dw += (p + q) + (r + s);
        }
    });
}
