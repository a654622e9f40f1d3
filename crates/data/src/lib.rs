//! From a path to batches of pictures in [−1, 1].
//!
//! This crate knows picture files, NumPy arrays, IDX files, the cats that the program draws
//! itself, and in which order pictures are shown. It must never know networks, training, the
//! console or the clock.
//!
//! [`Source::at`] tells what lies at a path, [`survey`] how many and how large the pictures are,
//! [`load`] brings all of them into one shape, and [`Batches`] shows them shuffled, step by step.
//! [`read`] hands them on block by block instead, to a set too large for memory: [`CacheWriter`] puts
//! them into a file, and [`cached`] maps that into memory. [`examine`] tells what is odd about them.
//!
//! ```
//! use dcgan_data::{Batches, Shape, Source, load};
//! use ndarray::Array4;
//!
//! let cats = Source::Drawn { count: 10, seed: 42 };
//! let (pictures, report) = load(&cats, Shape { side: 32, channels: 3 }, &|_done, _total| ())?;
//! assert_eq!((pictures.len(), report.skipped.len()), (10, 0));
//!
//! let mut batches = Batches::new(pictures.len(), 4, 42);
//! let mut x = Array4::zeros((4, 32, 32, 3));
//! batches.fill(0, &pictures, x.view_mut());       // step 0 shows four of the ten
//! assert!(x.iter().all(|v| (-1.0..=1.0).contains(v)));
//! # Ok::<(), dcgan_data::DataError>(())
//! ```

mod animation;
mod batches;
mod cache;
mod chosen;
mod drawn;
mod error;
mod examine;
mod findings;
mod fit;
mod folder;
mod format;
mod histogram;
mod idx;
mod jpeg;
mod mapped;
mod npy;
mod pictures;
mod raster;
mod report;
mod source;
mod version;

pub use batches::Batches;
pub use cache::{CacheError, CacheWriter, cached};
pub use chosen::chosen;
pub use drawn::cat;
pub use error::DataError;
pub use examine::{Examination, examine};
pub use findings::{Duplicate, Findings, Misnamed, Small};
pub use histogram::Histogram;
pub use pictures::{Pictures, Shape};
pub use report::{PictureFile, Report, Skipped, Survey};
pub use source::{Progress, Sink, Source, load, read, survey};
pub use version::{Version, version};

#[cfg(test)]
mod tests;
