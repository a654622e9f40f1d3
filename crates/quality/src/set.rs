/// Images of one shape, as bytes (n, h, w, c), square.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    bytes: &'a [u8],
    side: usize,
    channels: usize,
}

impl<'a> Set<'a> {
    /// The images that lie one behind the other in `bytes`.
    ///
    /// # Panics
    /// If there is none, `bytes` is not a whole number of them, or they have fewer than 16 pixels a
    /// side or a side that is no power of two.
    pub fn new(bytes: &'a [u8], side: usize, channels: usize) -> Self {
        assert!(side >= crate::sliced::SMALLEST && side.is_power_of_two(), "{side} pixels a side");
        let len = side * side * channels;
        assert!(len > 0 && !bytes.is_empty() && bytes.len().is_multiple_of(len), "no images");
        Self { bytes, side, channels }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.bytes.len() / (self.side * self.side * self.channels)
    }

    /// Never: a set without images cannot be made.
    pub fn is_empty(self) -> bool {
        false
    }

    /// Pixels a side.
    pub fn side(self) -> usize {
        self.side
    }

    /// Channels that are compared: grey images count as coloured ones, as in the paper's measurements
    /// of grey sets.
    pub(crate) fn depth(self) -> usize {
        self.channels.max(3)
    }

    /// The i-th as floats (h, w, depth).
    pub(crate) fn floats(self, i: usize) -> Vec<f32> {
        let len = self.side * self.side * self.channels;
        let image = &self.bytes[i * len..(i + 1) * len];
        let times = self.depth() / self.channels;
        image.iter().flat_map(|&byte| std::iter::repeat_n(f32::from(byte), times)).collect()
    }
}
