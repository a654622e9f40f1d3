//! Minimal filtering F(4, 2), as four linear maps along one side of a tile: y = Aᵀ·(G·g ⊙ Bᵀ·d), with 4
//! outputs y, 5 pixels d and two taps g.
//!
//! M outputs of a filter of two taps are the coefficients of a product of polynomials in reverse order
//! (Toom 1963, Cook 1966; for filters Winograd 1980), so P = M + 1 products are enough, one for each of P
//! interpolation points. The choice of points decides how simple the maps are and how much they round.
//!
//! F(4, 2), at the points ±a, ±b and ∞: 25/64 of the multiplications.
//!
//! With a = 1/2 and b = 5/4. Pairs of points share the even and the odd part of what is evaluated; and
//! of all pairs of simple numbers these nearly minimise the rounding error: it is a third of that of the
//! usual 0, ±1, 2, ∞ in two dimensions. With k = a² − b²:
//!
//! ```text
//!      ⎡−ab² −b²   a   1   0⎤        ⎡ 1/2ak   1/2k⎤
//!      ⎢ ab² −b²  −a   1   0⎥        ⎢−1/2ak   1/2k⎥         ⎡1   1   1   1  0⎤
//! Bᵀ = ⎢−a²b −a²   b   1   0⎥    G = ⎢−1/2bk  −1/2k⎥    Aᵀ = ⎢a  −a   b  −b  0⎥
//!      ⎢ a²b −a²  −b   1   0⎥        ⎢ 1/2bk  −1/2k⎥         ⎢a²  a²  b²  b² 0⎥
//!      ⎣a²b²  0 −a²−b² 0   1⎦        ⎣   0      1  ⎦         ⎣a³ −a³  b³ −b³ 1⎦
//! ```

use crate::simd::Simd;

/// Outputs along a side of a tile.
pub(super) const TILE: usize = 4;

/// Interpolation points along a side of a tile.
pub(super) const POINTS: usize = TILE + 1;

const A: f32 = 0.5;
const B: f32 = 1.25;
const K: f32 = A * A - B * B;

/// G: the weights of the two taps at each point.
pub(super) const TAPS: [[f32; 2]; POINTS] = [
    [0.5 / (A * K), 0.5 / K],
    [-0.5 / (A * K), 0.5 / K],
    [-0.5 / (B * K), -0.5 / K],
    [0.5 / (B * K), -0.5 / K],
    [0.0, 1.0],
];

/// Bᵀ: from pixels to points.
#[inline(always)]
pub(super) fn input_transform<S: Simd>(
    simd: S,
    [d0, d1, d2, d3, d4]: [S::V; POINTS],
) -> [S::V; POINTS] {
    let (minus_a, minus_b) = (simd.splat(-A * A), simd.splat(-B * B));
    let [v0, v1] = pair(simd, A, simd.mul_add(minus_b, d1, d3), simd.mul_add(minus_b, d0, d2));
    let [v2, v3] = pair(simd, B, simd.mul_add(minus_a, d1, d3), simd.mul_add(minus_a, d0, d2));
    let last = simd.mul_add(simd.splat(-(A * A + B * B)), d2, d4);
    [v0, v1, v2, v3, simd.mul_add(simd.splat(A * A * B * B), d0, last)]
}

/// B, its adjoint.
#[inline(always)]
pub(super) fn input_transform_adjoint<S: Simd>(
    simd: S,
    [v0, v1, v2, v3, v4]: [S::V; POINTS],
) -> [S::V; POINTS] {
    let (odd_a, even_a) = (simd.add(v0, v1), simd.mul(simd.splat(A), simd.sub(v0, v1)));
    let (odd_b, even_b) = (simd.add(v2, v3), simd.mul(simd.splat(B), simd.sub(v2, v3)));
    let (minus_a, minus_b) = (simd.splat(-A * A), simd.splat(-B * B));
    let even = simd.mul_add(minus_b, even_a, simd.mul(minus_a, even_b));
    [
        simd.mul_add(simd.splat(A * A * B * B), v4, even),
        simd.mul_add(minus_b, odd_a, simd.mul(minus_a, odd_b)),
        simd.mul_add(simd.splat(-(A * A + B * B)), v4, simd.add(even_a, even_b)),
        simd.add(odd_a, odd_b),
        v4,
    ]
}

/// Aᵀ: from points to outputs.
#[inline(always)]
pub(super) fn output_transform<S: Simd>(
    simd: S,
    [m0, m1, m2, m3, m4]: [S::V; POINTS],
) -> [S::V; TILE] {
    let (even_a, odd_a) = (simd.add(m0, m1), simd.sub(m0, m1));
    let (even_b, odd_b) = (simd.add(m2, m3), simd.sub(m2, m3));
    let cubes = simd.mul_add(simd.splat(A * A * A), odd_a, m4);
    [
        simd.add(even_a, even_b),
        simd.mul_add(simd.splat(A), odd_a, simd.mul(simd.splat(B), odd_b)),
        simd.mul_add(simd.splat(A * A), even_a, simd.mul(simd.splat(B * B), even_b)),
        simd.mul_add(simd.splat(B * B * B), odd_b, cubes),
    ]
}

/// A, its adjoint.
#[inline(always)]
pub(super) fn output_transform_adjoint<S: Simd>(
    simd: S,
    [y0, y1, y2, y3]: [S::V; TILE],
) -> [S::V; POINTS] {
    let (a, b) = (simd.splat(A * A), simd.splat(B * B));
    let [p0, p1] = pair(simd, A, simd.mul_add(a, y2, y0), simd.mul_add(a, y3, y1));
    let [p2, p3] = pair(simd, B, simd.mul_add(b, y2, y0), simd.mul_add(b, y3, y1));
    [p0, p1, p2, p3, y3]
}

/// x + point·y and x − point·y: the values at ±point of a function with even part x and odd part point·y.
#[inline(always)]
fn pair<S: Simd>(simd: S, point: f32, x: S::V, y: S::V) -> [S::V; 2] {
    [simd.mul_add(simd.splat(point), y, x), simd.mul_add(simd.splat(-point), y, x)]
}
