//! Features of images by a trained network in an ONNX file, for distances between sets of images.
//!
//! The network is an image classifier, or one without its last layer. Its input is a batch of square RGB
//! images, (n, 3, size, size); its first output, (n, dim) or (n, dim, h, w), gives the features. A file
//! for it is made by `benches/quality/make_extractor.py`.
//!
//! The runtime is compiled with the feature `onnx` only. Without it, [`Extractor::open`] says so.
//!
//! # From bytes to features
//!
//! 1. Grey is repeated to RGB. RGBA is laid over white.
//! 2. If the side differs from the network's, the image is resized with the bilinear filter, where the
//!    centre of pixel i is at i + ½, and the result is not rounded to bytes. A reduced image is
//!    antialiased: the filter is stretched by the scale.
//! 3. Each channel is normalised: (value / 255 − mean) / std. The file's metadata gives mean and std as
//!    `dcgan.mean` and `dcgan.std`, three numbers each; without them they are those of ImageNet,
//!    [`IMAGENET_MEAN`] and [`IMAGENET_STD`].
//! 4. The network runs on batches. An output (n, dim, h, w) is averaged over h and w.
//!
//! The size of the network's input is that of its file. If the file leaves it open, its metadata must
//! give it as `dcgan.size`.
//!
//! The same in PyTorch, of `images`, a uint8 array (n, h, w, 3):
//!
//! ```python
//! x = torch.from_numpy(images).permute(0, 3, 1, 2).float()
//! x = F.interpolate(x, (size, size), mode="bilinear", align_corners=False, antialias=True)
//! x = (x / 255 - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1)
//! y = network(x)
//! features = y.mean((2, 3)) if y.ndim == 4 else y
//! ```
//!
//! `antialias=True` makes no difference to an image that is enlarged.
//!
//! This crate must never know how images were made, the clock, or the console.

mod error;
mod extractor;
mod preprocess;
mod resize;

#[cfg(not(feature = "onnx"))]
#[path = "no_runtime.rs"]
mod network;
#[cfg(feature = "onnx")]
mod network;

pub use error::ExtractorError;
pub use extractor::{Extractor, Features};
pub use preprocess::{IMAGENET_MEAN, IMAGENET_STD};

#[cfg(test)]
mod tests;
