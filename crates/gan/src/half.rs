//! IEEE half precision, in which weights may be stored.

/// The exponent of a half that is infinite.
pub(crate) const INFINITE: u16 = 0x7c00;

/// The nearest half of a finite float, ties to even; infinite beyond its range.
pub fn to_f16(x: f32) -> u16 {
    /// 2⁻¹⁴, the smallest normal half, and its exponent in a float.
    const SMALLEST_NORMAL: f32 = 1.0 / 16384.0;
    const REBIAS: u32 = (127 - 15) << 10;

    let magnitude = x.abs();
    let half = if magnitude < SMALLEST_NORMAL {
        // In units of the smallest half; the product is exact.
        (magnitude * (1 << 24) as f32).round_ties_even() as u32
    } else {
        let bits = magnitude.to_bits();
        // Thirteen bits are cut off; a carry goes into the exponent.
        let to_even = bits >> 13 & 1;
        (((bits + 0xfff + to_even) >> 13) - REBIAS).min(INFINITE.into())
    };
    half as u16 | u16::from(x.is_sign_negative()) << 15
}

/// An IEEE half: a sign, five bits of exponent with bias 15, ten bits of fraction.
pub(crate) fn from_f16(bits: u16) -> f32 {
    let (exponent, fraction) = (bits >> 10 & 0x1f, f32::from(bits & 0x3ff) / 1024.0);
    let magnitude = match exponent {
        0 => fraction * 2f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        normal => (1.0 + fraction) * 2f32.powi(i32::from(normal) - 15),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_nearest_with_ties_to_even() {
        for (x, half) in [
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (0.333_333_34, 0x3555),
            (65504.0, 0x7bff),
            (65519.996, 0x7bff),
            (65520.0, 0x7c00),
            (f32::MAX, 0x7c00),
            // Half way between two: to the even one.
            (1.0 + 1.0 / 2048.0, 0x3c00),
            (1.0 + 3.0 / 2048.0, 0x3c02),
            (1.0 + 1.001 / 2048.0, 0x3c01),
            // From the largest subnormal half to the smallest normal one, and below the smallest.
            (6.097_555e-5, 0x03ff),
            (6.103_3e-5, 0x0400),
            (6.103_515_6e-5, 0x0400),
            (2.980_232_2e-8, 0x0000),
            (2.980_233e-8, 0x0001),
            (8.940_697e-8, 0x0002),
            (f32::MIN_POSITIVE / 8.0, 0x0000),
        ] {
            assert_eq!(to_f16(x), half, "{x:e}");
        }
    }

    /// Against known values, and order and spacing over all halves.
    #[test]
    fn halves_are_ieee_s() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3c00, 1.0),
            (0x3555, 0.333_251_95),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(from_f16(bits), value, "{bits:#06x}");
        }
        assert!(from_f16(0x7e00).is_nan());
        assert!((0..0x7bff).all(|bits| from_f16(bits) < from_f16(bits + 1)));
        assert!(from_f16(0x8000).is_sign_negative());
    }
}
