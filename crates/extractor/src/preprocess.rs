use rayon::prelude::*;

use crate::ExtractorError;
use crate::resize::Resize;

/// The mean of ImageNet's images by channel, of values in 0 … 1; what most classifiers were trained with.
pub const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];

/// The standard deviation that goes with [`IMAGENET_MEAN`].
pub const IMAGENET_STD: [f32; 3] = [0.229, 0.224, 0.225];

/// Square images as bytes (n, side, side, channels).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Images<'a> {
    bytes: &'a [u8],
    side: usize,
    channels: usize,
}

impl<'a> Images<'a> {
    pub(crate) fn new(
        bytes: &'a [u8],
        side: usize,
        channels: usize,
    ) -> Result<Self, ExtractorError> {
        let images = |why| Err(ExtractorError::Images { why });
        if ![1, 3, 4].contains(&channels) {
            return images(format!("{channels} channels: must be 1 (grey), 3 (RGB) or 4 (RGBA)"));
        }
        let len = side.checked_mul(side).and_then(|area| area.checked_mul(channels)).unwrap_or(0);
        if len == 0 || !bytes.len().is_multiple_of(len) {
            return images(format!(
                "{} bytes are not a whole number of images of {side} × {side} pixels with {channels} channels; \
                 check the shape of the array",
                bytes.len()
            ));
        }
        Ok(Self { bytes, side, channels })
    }

    fn bytes_per_image(self) -> usize {
        self.side * self.side * self.channels
    }

    pub(crate) fn len(self) -> usize {
        self.bytes.len() / self.bytes_per_image()
    }

    /// At most `count` of the images, from number `first` on.
    pub(crate) fn slice(self, first: usize, count: usize) -> Self {
        let end = self.len().min(first + count);
        let len = self.bytes_per_image();
        Self { bytes: &self.bytes[first * len..end * len], ..self }
    }
}

/// What a network wants of its input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Preprocess {
    /// Pixels a side.
    pub(crate) size: usize,
    pub(crate) mean: [f32; 3],
    pub(crate) std: [f32; 3],
}

impl Preprocess {
    /// The images as a network's input, (n, 3, size, size).
    pub(crate) fn batch(&self, images: Images) -> Vec<f32> {
        let resize = Resize::new(images.side, self.size);
        let area = self.size * self.size;
        let mut batch = vec![0.0; images.len() * 3 * area];
        let each =
            images.bytes.par_chunks(images.bytes_per_image()).zip(batch.par_chunks_mut(3 * area));
        each.for_each(|(image, out)| {
            // Grey is resized once.
            let planes = (0..images.channels.min(3))
                .map(|c| resize.apply(&plane(image, images.channels, c)));
            let planes: Vec<_> = planes.collect();
            for (c, out) in out.chunks_mut(area).enumerate() {
                let plane = &planes[c % planes.len()];
                for (out, value) in out.iter_mut().zip(plane) {
                    *out = (value / 255.0 - self.mean[c]) / self.std[c];
                }
            }
        });
        batch
    }
}

/// One channel of an image (h, w, c), 0 to 255.
fn plane(image: &[u8], channels: usize, c: usize) -> Vec<f32> {
    let value = |pixel: &[u8]| match (f32::from(pixel[c]), pixel.get(3)) {
        (value, None) => value,
        (value, Some(&alpha)) => 255.0 + (value - 255.0) * f32::from(alpha) / 255.0,
    };
    image.chunks_exact(channels).map(value).collect()
}
