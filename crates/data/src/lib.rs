//! From a path to batches of images in [−1, 1].
//!
//! This crate knows image files, archives of them, NumPy arrays, IDX files, the built-in synthetic cats, and the order
//! in which images are trained on. It must never know networks, training, the console or the clock.
//!
//! [`Source::at`] identifies the data set at a path, [`survey`] returns the number and size of its
//! images, [`load`] brings all of them into one shape, and [`Batches`] shuffles them, step by step.
//! [`open_or_read`] does what [`load`] does for a set that may exceed the memory: it continues in a
//! cache file once a limit is reached. [`examine`] reports problems of a set.
//!
//! ```
//! use dcgan_data::{Batches, Shape, Source, load};
//! use ndarray::Array4;
//!
//! let cats = Source::Synthetic { count: 10, seed: 42 };
//! let (images, report) = load(&cats, Shape { side: 32, channels: 3 }, &|_done, _total| ())?;
//! assert_eq!((images.len(), report.skipped.len()), (10, 0));
//!
//! let mut batches = Batches::new(images.len(), 4, 42);
//! let mut x = Array4::zeros((4, 32, 32, 3));
//! batches.fill_batch(0, &images, x.view_mut());    // step 0 uses four of the ten
//! assert!(x.iter().all(|v| (-1.0..=1.0).contains(v)));
//! # Ok::<(), dcgan_data::DataError>(())
//! ```

mod batches;
mod classes;
mod crop_resize;
mod error;
mod examine;
mod excluded;
mod few_images;
mod formats;
mod image_cache;
mod images;
mod levels;
mod mapped;
pub mod npy;
pub mod own_files;
mod report;
mod sample;
mod shown;
mod source;
mod source_hash;
mod store;

pub use batches::Batches;
pub use classes::Classes;
pub use error::DataError;
pub use examine::{Duplicate, Examination, Findings, Histogram, Misnamed, Paged, Small, examine};
pub use excluded::{Excluded, Exclusion};
pub use few_images::few_images;
pub use formats::archives::Archives;
pub use formats::synthetic::cat;
pub use formats::unsupported::how_to_convert;
pub use image_cache::{CacheError, CacheWriter, open_cache};
pub use images::{Images, Shape, sample_indices};
pub use report::{ImageFile, Report, Skipped, Survey};
pub use sample::{Sample, sample};
pub use shown::{Shown, is_unprintable, shown};
pub use source::{Progress, Receiver, Sink, Source, load, read, subset, survey};
pub use source_hash::{SourceHash, source_hash};
pub use store::{CacheFile, Location, Opened, Spill, Store, open_or_read};

#[cfg(test)]
mod tests;
