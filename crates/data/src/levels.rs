//! The one rule by which stored numbers become bytes, for every format that may hold floats.
//!
//! Unsigned bytes stay as they are. Floats are taken by the range that all of them span:
//!
//! | range | taken as |
//! |---|---|
//! | within 0 … 1 | black … white |
//! | within −1 … 1 | black … white, as a generator's output |
//! | within 0 … 255, and some number above [`MIN_BYTE_MAX`] | bytes |
//! | any other | refused |

/// How far a float may exceed its range, which rounding errors and resampling can cause.
const SLACK: f64 = 1e-3;

/// Floats that end between 1 and this value are refused: they may as well be high dynamic range as
/// nearly black bytes.
const MIN_BYTE_MAX: f64 = 16.0;

/// A linear map from stored numbers to 0 … 255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levels {
    scale: f64,
    offset: f64,
}

impl Levels {
    /// The numbers are bytes already.
    pub(crate) const BYTES: Self = Self { scale: 1.0, offset: 0.0 };

    /// For floats that span `range`.
    ///
    /// # Errors
    /// If it is none of the ranges in which images are stored. The message completes a sentence that
    /// starts with the file's name.
    pub(crate) fn of_floats(range: Range) -> Result<Self, String> {
        let Range { low, high } = range;
        let fits = |bottom: f64, top: f64| low >= bottom - SLACK * top && high <= top + SLACK * top;
        if fits(0.0, 1.0) {
            Ok(Self { scale: 255.0, offset: 0.0 })
        } else if fits(-1.0, 1.0) {
            Ok(Self { scale: 127.5, offset: 127.5 })
        } else if fits(0.0, 255.0) && high > MIN_BYTE_MAX {
            Ok(Self::BYTES)
        } else {
            Err(format!(
                "holds floats from {low} to {high}; they must be in [0, 1], [-1, 1] or [0, 255]"
            ))
        }
    }

    /// A number as a byte, rounded and clamped.
    pub(crate) fn byte(self, value: f64) -> u8 {
        (value * self.scale + self.offset).round() as u8
    }
}

/// The smallest and the largest of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    low: f64,
    high: f64,
}

impl Range {
    /// Of no number.
    pub(crate) const EMPTY: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// Extends the range to `value`.
    ///
    /// # Errors
    /// If it is not finite. The message completes a sentence that starts with what holds it.
    pub(crate) fn add(&mut self, value: f64) -> Result<(), String> {
        if !value.is_finite() {
            return Err(format!("holds {value}, which is not a pixel value"));
        }
        *self = Self { low: self.low.min(value), high: self.high.max(value) };
        Ok(())
    }
}
