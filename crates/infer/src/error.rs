use core::fmt;

/// Why bytes are not a generator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// They begin with something else.
    Foreign,
    /// A later program wrote them.
    Newer {
        /// The version in the header.
        found: u32,
    },
    /// There are fewer or more than the header announces.
    Length {
        /// Bytes that the header announces.
        expected: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// The checksum does not match.
    Damaged,
    /// The checksum matches, but the content makes no sense.
    Inconsistent(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str(
                "not a generator in .gen format; `dcgan export MODEL --out g.gen` writes one",
            ),
            Self::Newer { found } => write!(
                f,
                "a generator in version {found} of the .gen format, but this program reads version {}; use a newer one",
                crate::file::VERSION
            ),
            Self::Length { expected, found } => {
                write!(f, "truncated or extended: it has {found} bytes instead of {expected}")
            }
            Self::Damaged => f.write_str("damaged: its bytes do not match its checksum"),
            Self::Inconsistent(why) => write!(f, "not a generator: {why}"),
        }
    }
}

impl core::error::Error for Error {}
