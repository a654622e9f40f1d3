//! The distance between two sets of images: the sliced Wasserstein distance between patches of their
//! Laplacian pyramids (Karras et al. 2018, arXiv:1710.10196, section 5).
//!
//! Both sets are compared at several sizes. At each size, small patches are sampled from the detail
//! that this size adds to the next smaller one, and the two clouds of patches are compared along many
//! random directions. The largest size measures edges and grain, the smallest one large shapes.
//!
//! This crate knows bytes of images. It must never know networks, files, the clock or the console.
//!
//! The distance has two limitations. Each set is standardised on its own, as in the paper, so a set
//! that is brighter or has more contrast as a whole scores no worse. And it depends on the number of
//! images: a value is meaningful only compared with the floor, the distance between two sets of real
//! images.
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
