//! The one rule by which a pixel becomes a float and back: bytes 0 … 255 are evenly spaced over
//! [−1, 1], the range of the generator's tanh.

/// The float of a byte: b / 127.5 − 1.
///
/// ```
/// use dcgan_tensor::pixel::from_byte;
///
/// assert_eq!([0, 51, 255].map(from_byte), [-1.0, -0.6, 1.0]);
/// ```
#[inline]
pub fn from_byte(byte: u8) -> f32 {
    f32::from(byte) / 127.5 - 1.0
}

/// The byte nearest to a float: (x + 1) · 127.5, rounded half away from zero. Values outside [−1, 1]
/// saturate, and NaN becomes 0.
///
/// No contrast is stretched, so that two images remain comparable.
///
/// ```
/// use dcgan_tensor::pixel::{from_byte, to_byte};
///
/// assert!((0..=255).all(|byte| to_byte(from_byte(byte)) == byte));
/// assert_eq!([-7.0, 0.0, 7.0, f32::NAN].map(to_byte), [0, 128, 255, 0]);
/// ```
#[inline]
pub fn to_byte(x: f32) -> u8 {
    // The cast saturates.
    ((x + 1.0) * 127.5).round() as u8
}
