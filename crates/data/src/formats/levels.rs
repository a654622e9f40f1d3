//! The rule for floats in every format.

/// How far a float may exceed its range, which rounding errors can cause.
const SLACK: f64 = 1e-3;

/// From floats to bytes, by the range that the floats span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levels {
    scale: f64,
    offset: f64,
}

impl Levels {
    /// Of floats that span [0, 1] or [−1, 1]; otherwise the reason why they are no pixels, which
    /// completes a sentence that starts with the file's name.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Result<Self, String> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            if !value.is_finite() {
                return Err(format!("holds {value}, which is not a pixel value"));
            }
            (low, high) = (low.min(value), high.max(value));
        }
        Self::of_range(low, high)
    }

    /// The same, of the smallest and the largest of them.
    pub(crate) fn of_range(low: f64, high: f64) -> Result<Self, String> {
        if low >= -SLACK && high <= 1.0 + SLACK {
            Ok(Self { scale: 255.0, offset: 0.0 })
        } else if low >= -1.0 - SLACK && high <= 1.0 + SLACK {
            Ok(Self { scale: 127.5, offset: 127.5 })
        } else {
            Err(format!(
                "holds floats from {low} to {high}; they must be in [0, 1] or [-1, 1], or saved as uint8 from 0 to 255"
            ))
        }
    }

    pub(crate) fn to_byte(self, value: f64) -> u8 {
        (value * self.scale + self.offset).round() as u8
    }
}
