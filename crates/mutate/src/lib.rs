//! For tests of readers: whole files turned into damaged ones, always the same, and the most memory
//! that a call has at a time. Only tests depend on this crate; it knows no format.
//!
//! A program that is linked to it counts what it allocates. [`most_of`] means something only while
//! nothing else allocates: a test that calls it is alone in its process.
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
