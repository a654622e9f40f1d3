//! The two sizes of a tile, each as four linear maps along one side.
//!
//! M outputs of a filter of two taps are the coefficients of a product of polynomials read backwards
//! (Toom 1963, Cook 1966; for filters Winograd 1980): so P = M + 1 products are enough, one at each
//! of P points. Which points are taken decides how simple the maps are, and how much they round.

use crate::simd::Simd;

/// Minimal filtering F(M, 2): y = Aᵀ·(G·g ⊙ Bᵀ·d), with M outputs y, P pixels d and two taps g.
pub(super) trait Tiling<const M: usize, const P: usize>: Copy + Send + Sync {
    /// G: what each point takes of the two taps.
    const TAPS: [[f32; 2]; P];

    /// Bᵀ: pixels to points.
    fn points_of_pixels<S: Simd>(simd: S, d: [S::V; P]) -> [S::V; P];

    /// B, its adjoint.
    fn pixels_of_points<S: Simd>(simd: S, v: [S::V; P]) -> [S::V; P];

    /// Aᵀ: points to outputs.
    fn outputs_of_points<S: Simd>(simd: S, m: [S::V; P]) -> [S::V; M];

    /// A, its adjoint.
    fn points_of_outputs<S: Simd>(simd: S, y: [S::V; M]) -> [S::V; P];
}

/// F(2, 2), at the points 0, 1 and ∞: 9/16 of the multiplications, and nothing but additions.
///
/// ```text
///      ⎡1 −1  0⎤        ⎡1 0⎤
/// Bᵀ = ⎢0  1  0⎥    G = ⎢1 1⎥    Aᵀ = ⎡1 1  0⎤
///      ⎣0  1 −1⎦        ⎣0 1⎦         ⎣0 1 −1⎦
/// ```
#[derive(Clone, Copy)]
pub(super) struct Two;

impl Tiling<2, 3> for Two {
    const TAPS: [[f32; 2]; 3] = [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

    #[inline(always)]
    fn points_of_pixels<S: Simd>(simd: S, [d0, d1, d2]: [S::V; 3]) -> [S::V; 3] {
        [simd.sub(d0, d1), d1, simd.sub(d1, d2)]
    }

    #[inline(always)]
    fn pixels_of_points<S: Simd>(simd: S, [v0, v1, v2]: [S::V; 3]) -> [S::V; 3] {
        [v0, simd.sub(simd.add(v1, v2), v0), simd.sub(simd.splat(0.0), v2)]
    }

    #[inline(always)]
    fn outputs_of_points<S: Simd>(simd: S, [m0, m1, m2]: [S::V; 3]) -> [S::V; 2] {
        [simd.add(m0, m1), simd.sub(m1, m2)]
    }

    #[inline(always)]
    fn points_of_outputs<S: Simd>(simd: S, [y0, y1]: [S::V; 2]) -> [S::V; 3] {
        [y0, simd.add(y0, y1), simd.sub(simd.splat(0.0), y1)]
    }
}

/// F(4, 2), at the points 0, 1, −1, 2 and ∞: 25/64 of the multiplications.
///
/// ```text
///      ⎡2 −1 −2  1 0⎤        ⎡ 1/2    0 ⎤
///      ⎢0 −2 −1  1 0⎥        ⎢−1/2  −1/2⎥         ⎡1 1  1 1 0⎤
/// Bᵀ = ⎢0  2 −3  1 0⎥    G = ⎢−1/6   1/6⎥    Aᵀ = ⎢0 1 −1 2 0⎥
///      ⎢0 −1  0  1 0⎥        ⎢ 1/6   1/3⎥         ⎢0 1  1 4 0⎥
///      ⎣0  2 −1 −2 1⎦        ⎣  0     1 ⎦         ⎣0 1 −1 8 1⎦
/// ```
#[derive(Clone, Copy)]
pub(super) struct Four;

impl Tiling<4, 5> for Four {
    const TAPS: [[f32; 2]; 5] =
        [[0.5, 0.0], [-0.5, -0.5], [-1.0 / 6.0, 1.0 / 6.0], [1.0 / 6.0, 1.0 / 3.0], [0.0, 1.0]];

    #[inline(always)]
    fn points_of_pixels<S: Simd>(simd: S, [d0, d1, d2, d3, d4]: [S::V; 5]) -> [S::V; 5] {
        let (two, three, minus_two) = (simd.splat(2.0), simd.splat(3.0), simd.splat(-2.0));
        let odd = simd.sub(d3, d1);
        [
            simd.mul_add(two, simd.sub(d0, d2), odd),
            simd.sub(odd, simd.add(d1, d2)),
            simd.mul_add(three, simd.sub(d1, d2), odd),
            odd,
            simd.mul_add(minus_two, odd, simd.sub(d4, d2)),
        ]
    }

    #[inline(always)]
    fn pixels_of_points<S: Simd>(simd: S, [v0, v1, v2, v3, v4]: [S::V; 5]) -> [S::V; 5] {
        let (zero, two, three) = (simd.splat(0.0), simd.splat(2.0), simd.splat(3.0));
        let (minus_two, minus_three) = (simd.splat(-2.0), simd.splat(-3.0));
        let odd = simd.mul_add(minus_two, v4, simd.add(simd.add(v0, v1), simd.add(v2, v3)));
        let even = simd.mul_add(three, v2, simd.add(v1, v4));
        [
            simd.add(v0, v0),
            simd.sub(zero, simd.mul_add(minus_three, v2, simd.add(v1, odd))),
            simd.sub(zero, simd.mul_add(two, v0, even)),
            odd,
            v4,
        ]
    }

    #[inline(always)]
    fn outputs_of_points<S: Simd>(simd: S, [m0, m1, m2, m3, m4]: [S::V; 5]) -> [S::V; 4] {
        let (sum, difference) = (simd.add(m1, m2), simd.sub(m1, m2));
        [
            simd.add(simd.add(m0, sum), m3),
            simd.mul_add(simd.splat(2.0), m3, difference),
            simd.mul_add(simd.splat(4.0), m3, sum),
            simd.mul_add(simd.splat(8.0), m3, simd.add(difference, m4)),
        ]
    }

    #[inline(always)]
    fn points_of_outputs<S: Simd>(simd: S, [y0, y1, y2, y3]: [S::V; 4]) -> [S::V; 5] {
        let (even, odd) = (simd.add(y0, y2), simd.add(y1, y3));
        let four = simd.splat(4.0);
        let (high, low) = (simd.mul_add(four, y3, y1), simd.mul_add(four, y2, y0));
        [y0, simd.add(even, odd), simd.sub(even, odd), simd.mul_add(simd.splat(2.0), high, low), y3]
    }
}
