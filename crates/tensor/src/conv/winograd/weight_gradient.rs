//! The weight gradient, from the transform domain to taps.

use std::array;
use std::iter::zip;

use super::tiling::{self, POINTS};
use crate::simd::{Kernel, Simd};

/// dw += the four taps of a phase, one after the other, from the sums over tiles at all points.
pub(super) struct Taps<'a> {
    pub(super) u: &'a [f32],
    pub(super) dw: &'a mut [f32],
}

impl Kernel for Taps<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let len = self.dw.len() / 4;
        let (up, down) = self.dw.split_at_mut(2 * len);
        let ((a, b), (c, d)) = (up.split_at_mut(len), down.split_at_mut(len));
        let (b, c, d) = (&mut b[..len], &mut c[..len], &mut d[..len]);
        for (i, row) in self.u.chunks_exact(POINTS * len).enumerate() {
            let points: [&[f32]; POINTS] = array::from_fn(|j| &row[j * len..][..len]);
            let [high, low] = tiling::TAPS[i];
            for e in 0..len {
                let (mut left, mut right) = (0.0, 0.0);
                for (point, taps) in zip(points, tiling::TAPS) {
                    left += taps[0] * point[e];
                    right += taps[1] * point[e];
                }
                a[e] += high * left;
                b[e] += high * right;
                c[e] += low * left;
                d[e] += low * right;
            }
        }
    }
}
