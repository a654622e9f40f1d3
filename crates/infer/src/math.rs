//! Elementary functions, which `core` lacks. Those for latents have double precision: rounded to single precision,
//! they agree with the standard library's.

use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI, FRAC_PI_2, LN_2, PI};

/// √x by Newton's method; 0 for what is not positive.
pub(crate) fn sqrt(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return 0.0;
    }
    // Half the exponent: off by 6 % at most. Each step doubles the number of correct digits.
    let half_exponent = f64::from_bits((x.to_bits() >> 1) + (1023 << 51));
    (0..5).fold(half_exponent, |root, _| 0.5 * (root + x / root))
}

/// ln x of a positive normal number.
///
/// x = 2ⁿ·m with m in [√½, √2); ln m = 2·artanh((m − 1)/(m + 1)) as a series.
pub(crate) fn ln(x: f64) -> f64 {
    let n = (x.to_bits() as i64 - FRAC_1_SQRT_2.to_bits() as i64) >> 52;
    let m = f64::from_bits((x.to_bits() as i64 - (n << 52)) as u64);
    n as f64 * LN_2 + 2.0 * odd_series((m - 1.0) / (m + 1.0), 1.0)
}

/// s ± s³/3 + s⁵/5 ± s⁷/7 + … for |s| ≤ 0.2, to double precision.
fn odd_series(s: f64, sign: f64) -> f64 {
    let z = sign * s * s;
    s * (0..13).rev().fold(0.0, |sum, i| sum * z + 1.0 / f64::from(2 * i + 1))
}

/// (sin x, cos x) for x in [0, 2π].
pub(crate) fn sin_cos(x: f64) -> (f64, f64) {
    /// π/2 in two parts; the first has few enough bits that its multiples are exact.
    const QUARTER: (f64, f64) = (1.570_796_326_734_125_6, 6.077_100_506_506_192e-11);

    let quarter = (x * FRAC_2_PI + 0.5) as u32;
    let r = (x - f64::from(quarter) * QUARTER.0) - f64::from(quarter) * QUARTER.1;
    // Taylor in r, from the innermost term outwards.
    let taylor = |first: i32| {
        let term =
            |sum: f64, i: i32| 1.0 - sum * r * r / f64::from((2 * i + first) * (2 * i + first + 1));
        (0..10).rev().fold(1.0, term)
    };
    let (sin, cos) = (r * taylor(2), taylor(1));
    match quarter % 4 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// The angle in [0, π] with this cosine in [−1, 1].
pub(crate) fn acos(cos: f64) -> f64 {
    // tan(ω/2) is infinite for ω = π.
    if cos <= -1.0 { PI } else { 2.0 * atan(sqrt((1.0 - cos) / (1.0 + cos))) }
}

/// arctan y of a number that is not negative.
fn atan(y: f64) -> f64 {
    if y > 1.0 {
        return FRAC_PI_2 - atan(1.0 / y);
    }
    let halved = |y: f64| y / (1.0 + sqrt(1.0 + y * y));
    4.0 * odd_series(halved(halved(y)), -1.0)
}

/// tanh x to within 2 units in the last place. NaN gives NaN.
///
/// Near zero an odd polynomial, elsewhere 1 − 2/(e^(2|x|) + 1); the coefficients are those of the Cephes library.
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = f32::from_bits(x.to_bits() & 0x7fff_ffff);
    if magnitude < 0.625 {
        let z = x * x;
        let tail = 2.063_908_8e-2 + z * -5.704_988_7e-3;
        return x + x * z * (-0.333_332_8 + z * (0.133_314_42 + z * (-5.373_971_6e-2 + z * tail)));
    }
    // From there on it is 1 in single precision. A comparison with NaN is false, so that NaN goes on.
    let tanh = if magnitude > 9.1 { 1.0 } else { 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0) };
    if x < 0.0 { -tanh } else { tanh }
}

/// e^x for x in [0, 20].
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2: a polynomial in r, and 2ⁿ assembled from its bits.
fn exp(x: f32) -> f32 {
    /// ln 2 in two parts; the first has few enough bits that n times it is exact.
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);

    let n = (x * core::f32::consts::LOG2_E + 0.5) as u32;
    let r = (x - n as f32 * LN_2.0) - n as f32 * LN_2.1;
    let tail = 8.333_452e-3 + r * (1.398_2e-3 + r * 1.987_569_2e-4);
    let series = 0.5 + r * (0.166_666_65 + r * (4.166_579_6e-2 + r * tail));
    (1.0 + r + r * r * series) * f32::from_bits((n + 127) << 23)
}

#[cfg(test)]
mod tests;
