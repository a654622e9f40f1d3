//! What the products sum over tiles, from points to the taps of the weights' gradient.

use std::array;
use std::iter::zip;
use std::marker::PhantomData;

use super::tiling::Tiling;
use crate::simd::{Kernel, Simd};

/// What the sums over tiles at all points, each of as many floats, are to the four taps of a phase:
/// dw += that, one tap behind the other.
pub(super) struct Taps<'a, T, const M: usize, const P: usize> {
    pub(super) tiling: PhantomData<T>,
    pub(super) u: &'a [f32],
    pub(super) dw: &'a mut [f32],
}

impl<T: Tiling<M, P>, const M: usize, const P: usize> Kernel for Taps<'_, T, M, P> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let len = self.dw.len() / 4;
        let (up, down) = self.dw.split_at_mut(2 * len);
        let ((a, b), (c, d)) = (up.split_at_mut(len), down.split_at_mut(len));
        let (b, c, d) = (&mut b[..len], &mut c[..len], &mut d[..len]);
        for (i, row) in self.u.chunks_exact(P * len).enumerate() {
            let points: [&[f32]; P] = array::from_fn(|j| &row[j * len..][..len]);
            let [high, low] = T::TAPS[i];
            for e in 0..len {
                let (mut left, mut right) = (0.0, 0.0);
                for (point, taps) in zip(points, T::TAPS) {
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
