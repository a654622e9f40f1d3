//! How far one set of images is from another: the sliced Wasserstein distance between patches of
//! their Laplacian pyramids (Karras et al. 2018, arXiv:1710.10196, section 5).
//!
//! Both sets are looked at in several sizes. In each, small patches are cut out of what that size adds
//! to the next smaller one, and the two clouds of patches are compared along many random directions.
//! The largest size tells about edges and grain, the smallest about large shapes.
//!
//! This crate knows bytes of images. It must never know networks, files, the clock or the console.
//!
//! What the distance cannot see: since each set is standardised on its own, as in the paper, a set
//! that is brighter or of more contrast as a whole is as good as one that is not. And it depends on
//! the number of images; a value means something beside that of real images against other real
//! ones, the floor.
//!
//! ```
//! use dcgan_data::{Shape, Source, load};
//! use dcgan_quality::{Measure, Set};
//!
//! let cats = |seed| load(&Source::Synthetic { count: 16, seed }, Shape { side: 32, channels: 3 }, &|_, _| ());
//! let (some, others) = (cats(1)?.0, cats(2)?.0);
//! let (some, others) = (Set::new(some.as_bytes(), 32, 3), Set::new(others.as_bytes(), 32, 3));
//!
//! let measure = Measure { patches: 16, directions: 32 };
//! assert_eq!(measure.distance(some, some).mean(), 0.0);
//! assert!(measure.distance(some, others).mean() > 0.0);
//! # Ok::<(), dcgan_data::DataError>(())
//! ```

mod distance;
mod patches;
mod pyramid;
mod set;
mod sliced;

pub use distance::Distance;
pub use set::Set;
pub use sliced::Measure;

#[cfg(test)]
mod tests;
