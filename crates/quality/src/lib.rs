//! How far generated images are from real ones.
//!
//! No single figure says it, so there are several. Each is compared with its floor, the same figure between two sets
//! of real images of the same size:
//!
//! | figure | compares | answers |
//! |---|---|---|
//! | [`Measure`] | patches at several sizes | are edges, grain and shapes right? |
//! | [`Frechet`], [`KernelDistance`] | features | is the distribution right? |
//! | [`Overlap`] | features | are they like real ones, and is every kind generated? |
//! | [`nearest`], [`nearest_others`] | features | are real images learnt by heart? |
//! | [`mean_likeness`] | pairs of generated images | do all look alike? |
//! | [`colour_error`], [`contrast_ratio`] | levels | are colours and contrast right? |
//!
//! [`Features`] are numbers that describe an image, mostly the output of a trained network. Without a network they are
//! the [`PrincipalComponents`] of the pixels, which see large shapes and colours only.
//!
//! This crate knows bytes of images and numbers. It must never know networks, files, the clock or the console.
//!
//! # The sliced Wasserstein distance
//!
//! [`Measure`] is the sliced Wasserstein distance between patches of Laplacian pyramids (Karras et al. 2018,
//! arXiv:1710.10196, section 5). Both sets are compared at several sizes. At each size, small patches are sampled from
//! the detail that this size adds to the next smaller one, and the two clouds of patches are compared along many
//! random directions. The largest size measures edges and grain, the smallest one large shapes.
//!
//! It has two limitations. Each set is standardised on its own, as in the paper, so a set that is brighter or has more
//! contrast as a whole scores no worse. And it depends on the number of images.
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

mod colour;
mod distance;
mod features;
mod frechet;
mod gaussian;
mod kid;
mod ms_ssim;
mod neighbours;
mod overlap;
mod patches;
mod principal;
mod product;
mod pyramid;
mod set;
mod sliced;

pub use colour::{colour_error, contrast_ratio};
pub use distance::Distance;
pub use features::{Features, FeaturesError};
pub use frechet::Frechet;
pub use kid::{KernelDistance, Subsets};
pub use ms_ssim::{mean_likeness, ms_ssim};
pub use neighbours::{Neighbour, nearest, nearest_others};
pub use overlap::Overlap;
pub use principal::{PrincipalComponents, coarse_pixels};
pub use set::Set;
pub use sliced::Measure;

#[cfg(test)]
mod tests;
