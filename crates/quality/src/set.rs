/// Pixels a side of the smallest pyramid level, and so of the smallest image.
pub(crate) const MIN_SIDE: usize = 16;

/// Square images of one shape, as bytes (n, h, w, c). Never empty.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::len_without_is_empty, reason = "a set without images cannot be made")]
pub struct Set<'a> {
    bytes: &'a [u8],
    side: usize,
    channels: usize,
}

impl<'a> Set<'a> {
    /// From the concatenated bytes of all images.
    ///
    /// # Panics
    /// If there are no images, `bytes` is not a whole number of them, or their side is below 16 pixels
    /// or not a power of two.
    pub fn new(bytes: &'a [u8], side: usize, channels: usize) -> Self {
        assert!(side >= MIN_SIDE && side.is_power_of_two(), "{side} pixels a side");
        let len = side * side * channels;
        assert!(len > 0 && !bytes.is_empty() && bytes.len().is_multiple_of(len), "no images");
        Self { bytes, side, channels }
    }

    /// The number of images.
    pub fn len(self) -> usize {
        self.bytes.len() / (self.side * self.side * self.channels)
    }

    /// Pixels a side.
    pub fn side(self) -> usize {
        self.side
    }

    /// Bytes of a pixel.
    pub fn channels(self) -> usize {
        self.channels
    }

    /// The bytes of all images.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes of the i-th image.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn image(self, i: usize) -> &'a [u8] {
        let len = self.side * self.side * self.channels;
        &self.bytes[i * len..(i + 1) * len]
    }

    /// Channels of which patches are compared. Grey images count as RGB, as in the paper's measurements of grey
    /// sets.
    pub(crate) fn depth(self) -> usize {
        self.channels.max(3)
    }

    /// The sides of the pyramid levels, from the full size down.
    pub(crate) fn level_sides(self) -> impl Iterator<Item = usize> {
        let sides = std::iter::successors(Some(self.side), |side| Some(side / 2));
        sides.take_while(|&side| side >= MIN_SIDE)
    }

    /// The i-th image as floats (h, w, depth), 0 to 255.
    pub(crate) fn floats(self, i: usize) -> Vec<f32> {
        let repeats = self.depth() / self.channels;
        self.image(i)
            .iter()
            .flat_map(|&byte| std::iter::repeat_n(f32::from(byte), repeats))
            .collect()
    }
}
