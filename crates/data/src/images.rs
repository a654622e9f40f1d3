use crate::mapped::Mapped;

/// Bytes of images processed at a time.
const BLOCK: usize = 16 << 20;

/// The shape to which every image is cropped and resized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Width and height, in pixels.
    pub side: usize,
    /// 1 grey, 3 RGB, 4 RGB and alpha.
    pub channels: usize,
}

impl Shape {
    /// Bytes of one image.
    pub fn len(self) -> usize {
        self.side * self.side * self.channels
    }

    /// Whether an image has no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Images processed at a time.
    pub(crate) fn images_per_block(self) -> usize {
        (BLOCK / self.len().max(1)).max(1)
    }
}

/// Images of one shape, as bytes (n, h, w, c), in memory or in a memory-mapped file.
#[derive(Debug)]
pub struct Images {
    shape: Shape,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    InMemory(Vec<u8>),
    Mapped(Mapped),
}

impl Images {
    /// From the concatenated bytes of all images.
    ///
    /// # Panics
    /// If `bytes` is not a whole number of images.
    pub fn new(shape: Shape, bytes: Vec<u8>) -> Self {
        Self::checked(shape, Bytes::InMemory(bytes))
    }

    /// The same, in a file.
    pub(crate) fn from_mapped(shape: Shape, bytes: Mapped) -> Self {
        Self::checked(shape, Bytes::Mapped(bytes))
    }

    fn checked(shape: Shape, bytes: Bytes) -> Self {
        let images = Self { shape, bytes };
        let (len, bytes) = (shape.len(), images.as_bytes().len());
        assert!(len > 0 && bytes.is_multiple_of(len), "{bytes} bytes for images of {len}");
        images
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.as_bytes().len() / self.shape.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// Their common shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The i-th image, (h, w, c).
    ///
    /// # Panics
    /// If `i` is out of range.
    pub fn get(&self, i: usize) -> &[u8] {
        let len = self.shape.len();
        &self.as_bytes()[i * len..(i + 1) * len]
    }

    /// Releases the memory of the i-th image if it lies in a file; the next access reads it again.
    /// Otherwise the whole file would be resident after one epoch.
    pub fn release(&self, i: usize) {
        if let Bytes::Mapped(mapped) = &self.bytes {
            let len = self.shape.len();
            mapped.release(i * len..(i + 1) * len);
        }
    }

    /// The bytes of all images.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::InMemory(bytes) => bytes,
            Bytes::Mapped(mapped) => mapped.as_bytes(),
        }
    }

    /// CRC-32 of the bytes of all images.
    pub fn crc32(&self) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        for i in 0..self.len() {
            hasher.update(self.get(i));
            self.release(i);
        }
        hasher.finalize()
    }

    /// The indices of at most `count` images spread evenly over the set: what stands for all of them.
    pub fn sample_indices(&self, count: usize) -> impl Iterator<Item = usize> + use<> {
        sample_indices(self.len(), count)
    }
}

/// The indices of at most `count` of `total` images, spread evenly and in ascending order.
pub fn sample_indices(total: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(total);
    (0..count).map(move |i| i * total / count)
}

impl PartialEq for Images {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.as_bytes() == other.as_bytes()
    }
}
