//! Weights to points and back: U = G·g·Gᵀ of the 2 × 2 taps of each phase, and the adjoint of that.

use std::iter::zip;

use rayon::prelude::*;

use super::pitch;
use super::tiling::Tiling;
use crate::panels::PANEL;
use crate::transpose::transpose;

/// The taps (0..16) of the kernel that a point has in a phase, each with what it weighs there.
fn taps<T: Tiling<M, P>, const M: usize, const P: usize>(
    point: usize,
    phase: usize,
) -> impl Iterator<Item = (usize, f32)> {
    let (down, across) = (T::TAPS[point / P], T::TAPS[point % P]);
    (0..4).filter_map(move |tap| {
        let (a, b) = (tap / 2, tap % 2);
        let weight = down[a] * across[b];
        (weight != 0.0).then_some(((2 * a + phase / 2) * 4 + 2 * b + phase % 2, weight))
    })
}

/// out ← the weighted sum of `parts`, all of one length.
fn sum<'a>(out: &mut [f32], mut parts: impl Iterator<Item = (&'a [f32], f32)>) {
    if let Some((first, weight)) = parts.next() {
        zip(&mut *out, first).for_each(|(out, part)| *out = weight * part);
    }
    for (part, weight) in parts {
        zip(&mut *out, part).for_each(|(out, part)| *out += weight * part);
    }
}

/// u ← U: for each point a (4·c_in × c_out) matrix in panels, its rows phases by channels.
pub(super) fn transform<T: Tiling<M, P>, const M: usize, const P: usize>(
    w: &[f32],
    c_in: usize,
    c_out: usize,
    u: &mut [f32],
) {
    let depth = 4 * c_in;
    u.par_chunks_mut(pitch(depth * c_out)).enumerate().for_each(|(point, u)| {
        u[..depth * c_out].par_chunks_mut(depth * PANEL).enumerate().for_each(|(panel, u)| {
            let width = u.len() / depth;
            for (row, u) in u.chunks_exact_mut(width).enumerate() {
                let (phase, c) = (row / c_in, row % c_in);
                let run = |(tap, weight)| {
                    (&w[(tap * c_in + c) * c_out + panel * PANEL..][..width], weight)
                };
                sum(u, taps::<T, M, P>(point, phase).map(run));
            }
        });
    });
}

/// u ← Uᵀ: for each point a (c_out × 4·c_in) matrix in panels. `transposed` is working memory of w's
/// size.
pub(super) fn transform_transposed<T: Tiling<M, P>, const M: usize, const P: usize>(
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
    u.par_chunks_mut(pitch(c_out * cols)).enumerate().for_each(|(point, u)| {
        u[..c_out * cols].par_chunks_mut(c_out * PANEL).enumerate().for_each(|(panel, u)| {
            let width = u.len() / c_out;
            for (o, u) in u.chunks_exact_mut(width).enumerate() {
                let mut col = panel * PANEL;
                let mut rest = u;
                // A panel may begin in one phase and end in another.
                while !rest.is_empty() {
                    let (phase, c) = (col / c_in, col % c_in);
                    let len = rest.len().min(c_in - c);
                    let (here, behind) = rest.split_at_mut(len);
                    let run = |(tap, weight)| {
                        (&transposed[(tap * c_out + o) * c_in + c..][..len], weight)
                    };
                    sum(here, taps::<T, M, P>(point, phase).map(run));
                    (col, rest) = (col + len, behind);
                }
            }
        });
    });
}

/// dw += what the sums over tiles, rows phases by channels at each point, are to the taps.
pub(super) fn add_gradient<T: Tiling<M, P>, const M: usize, const P: usize>(
    u: &[f32],
    c_in: usize,
    c_out: usize,
    dw: &mut [f32],
) {
    let len = c_in * c_out;
    dw.par_chunks_mut(len).enumerate().for_each(|(tap, dw)| {
        let (a, b) = (tap / 4, tap % 4);
        let phase = a % 2 * 2 + b % 2;
        for point in 0..P * P {
            let weight = T::TAPS[point / P][a / 2] * T::TAPS[point % P][b / 2];
            if weight != 0.0 {
                let part = &u[(point * 4 + phase) * len..][..len];
                zip(&mut *dw, part).for_each(|(dw, part)| *dw += weight * part);
            }
        }
    });
}
