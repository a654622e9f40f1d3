//! Which numbers a state may hold. Everything that brings numbers in or writes them asks here: imported weights,
//! checkpoints of every format, latents.

use std::fmt;
use std::ops::RangeInclusive;

use dcgan_layers::Params;

/// The numbers that an array or a value may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Everything but NaN and infinity.
    Finite,
    /// Of these, zero and what is greater: variances and sums of squares.
    NonNegative,
}

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// NaN or infinity.
    NonFinite,
    /// Less than zero where that is impossible.
    Negative,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::NonFinite => "not finite (NaN or infinity)",
            Self::Negative => "negative",
        })
    }
}

impl Allowed {
    /// What the array of this name may hold.
    pub fn in_array(name: &str) -> Self {
        if name.ends_with("running_var") { Self::NonNegative } else { Self::Finite }
    }

    fn range(self) -> RangeInclusive<f64> {
        match self {
            Self::Finite => f64::MIN..=f64::MAX,
            Self::NonNegative => 0.0..=f64::MAX,
        }
    }

    /// The place of the first number that is not allowed, and what is wrong with it.
    pub fn first_fault<T: Copy + Into<f64>>(self, numbers: &[T]) -> Option<(usize, Fault)> {
        let range = self.range();
        // In chunks, each without a branch.
        let valid =
            |chunk: &[T]| chunk.iter().fold(true, |all, &v| all & range.contains(&v.into()));
        let (chunk, numbers) = numbers.chunks(CHUNK).enumerate().find(|(_, c)| !valid(c))?;
        let at = numbers.iter().position(|&v| !range.contains(&v.into()))?;
        let finite = numbers[at].into().is_finite();
        let fault = if finite { Fault::Negative } else { Fault::NonFinite };
        Some((chunk * CHUNK + at, fault))
    }
}

const CHUNK: usize = 1024;

/// The first array of `params` with a number that is not allowed.
pub(crate) fn first_fault(params: &Params) -> Option<(&str, Fault)> {
    params.iter().find_map(|(entry, floats)| {
        let (_, fault) = Allowed::in_array(&entry.name).first_fault(floats)?;
        Some((entry.name.as_str(), fault))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_that_is_not_allowed_is_found_at_any_place() {
        for at in [0, 1, 1023, 1024, 2500] {
            for (value, finite, non_negative) in [
                (f32::NAN, Some(Fault::NonFinite), Some(Fault::NonFinite)),
                (f32::INFINITY, Some(Fault::NonFinite), Some(Fault::NonFinite)),
                (f32::NEG_INFINITY, Some(Fault::NonFinite), Some(Fault::NonFinite)),
                (-f32::MIN_POSITIVE, None, Some(Fault::Negative)),
                (-0.0, None, None),
                (f32::MAX, None, None),
            ] {
                let mut floats = vec![1.0; 2501];
                floats[at] = value;
                let place = |fault: Option<Fault>| fault.map(|fault| (at, fault));
                assert_eq!(Allowed::Finite.first_fault(&floats), place(finite), "{value}");
                let found = Allowed::NonNegative.first_fault(&floats);
                assert_eq!(found, place(non_negative), "{value}");
            }
        }
        assert_eq!(Allowed::Finite.first_fault(&[0.0, f64::MAX, -1e300]), None);
        assert_eq!(Allowed::Finite.first_fault::<f32>(&[]), None);
    }
}
