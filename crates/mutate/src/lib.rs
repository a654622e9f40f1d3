//! For tests of file readers: reproducible damage to valid files, and the peak memory of a call. Only
//! tests depend on this crate; it knows no format.
//!
//! A program linked to it counts its allocations. [`most_of`] is meaningful only while nothing else
//! allocates, so a test that calls it must be alone in its process.
//!
//! ```
//! use dcgan_mutate::{Draws, most_of, mutated};
//!
//! let damaged = mutated(b"DCGAN 1234", &mut Draws::new(1, 7));
//! assert_eq!(damaged, mutated(b"DCGAN 1234", &mut Draws::new(1, 7)));
//! let (read, most) = most_of(|| String::from_utf8_lossy(&damaged).len());
//! assert!(read < 1000 && most < 1000);
//! ```

mod allocated;
mod mutate;
mod planted;

pub use allocated::most_of;
pub use mutate::{Draws, mutated};
pub use planted::planted;
