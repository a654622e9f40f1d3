//! Values of flags that are numbers in a range, or names.

use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A number that can be a count.
pub(crate) trait Integer:
    Copy + PartialOrd + Display + FromStr + Send + Sync + 'static
{
    /// The largest one.
    const MAX: Self;
}

impl Integer for u16 {
    const MAX: Self = Self::MAX;
}

impl Integer for u64 {
    const MAX: Self = Self::MAX;
}

impl Integer for usize {
    const MAX: Self = Self::MAX;
}

/// Reads a whole number from `first` to `last`.
pub(crate) fn integer<T: Integer>(
    first: T,
    last: T,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.trim().parse().ok().filter(|n| (first..=last).contains(n));
        number.ok_or_else(|| match last < T::MAX {
            true => format!("it must be a whole number from {first} to {last}"),
            false => format!("it must be a whole number of at least {first}"),
        })
    }
}

/// Reads a whole number of at least 1.
pub(crate) fn at_least_one(text: &str) -> Result<u64, String> {
    integer(1, u64::MAX)(text)
}

/// Reads any whole number, whose range is checked with the other settings.
pub(crate) fn any(text: &str) -> Result<usize, String> {
    integer(0, usize::MAX)(text)
}

/// Reads any number, whose range is checked with the other settings.
pub(crate) fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse();
    number.map_err(|_| "it must be a number, such as 0.0002 or 2e-4".to_owned())
}

/// Reads one of these names.
pub(crate) fn one_of<T, const N: usize>(
    names: [&'static str; N],
) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
}
