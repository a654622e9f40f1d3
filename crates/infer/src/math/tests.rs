//! Against the standard library.

use super::*;

/// Evenly spaced, both ends included.
fn points(from: f64, to: f64) -> impl Iterator<Item = f64> {
    (0..=100_000).map(move |i| from + (to - from) * f64::from(i) / 100_000.0)
}

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} instead of {expected}");
}

#[test]
fn roots_and_logarithms_have_double_precision() {
    for x in points(1e-3, 80.0).chain([1e-16, 1.0, 2.0, f64::MIN_POSITIVE]) {
        assert_close(sqrt(x), x.sqrt(), x.sqrt() * 4e-16);
        assert_close(ln(x), x.ln(), x.ln().abs() * 8e-16);
    }
    for u in points(0.0, 1.0 - 1.0 / (1u64 << 53) as f64) {
        assert_close(ln(1.0 - u), (1.0 - u).ln(), (1.0 - u).ln().abs() * 8e-16);
    }
    assert_eq!([0.0, -1.0, f64::NAN].map(sqrt), [0.0; 3]);
}

#[test]
fn angles_have_double_precision() {
    for x in points(0.0, 2.0 * PI) {
        let ((sin, cos), expected) = (sin_cos(x), x.sin_cos());
        // Next to a zero the angle itself is not known better.
        assert_close(sin, expected.0, expected.0.abs() * 4e-16 + 1e-25);
        assert_close(cos, expected.1, expected.1.abs() * 4e-16 + 1e-25);
    }
    for x in points(-1.0, 1.0) {
        assert_close(acos(x), x.acos(), 2e-15);
    }
    assert_eq!((acos(1.0), acos(-1.0)), (0.0, PI));
}

#[test]
fn tanh_is_right_to_two_units_in_the_last_place() {
    // Every 97th of all floats between 0 and infinity, and both sides of the places where the formula changes.
    let magnitudes = (0..f32::INFINITY.to_bits()).step_by(97).map(f32::from_bits);
    let edges = [0.624_999_9, 0.625, 9.1, 9.099_999, f32::INFINITY];
    let mut worst = 0;
    for x in magnitudes.chain(edges) {
        let expected = f64::from(x).tanh() as f32;
        worst = worst.max(tanh(x).to_bits().abs_diff(expected.to_bits()));
        assert_eq!(tanh(-x), -tanh(x));
    }
    assert!(worst <= 2, "{worst} units");
    assert!(tanh(f32::NAN).is_nan());
}
