/// The square window that a convolution slides over a picture: how large, how far apart, and how
/// many zeros are imagined around the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Side of the kernel, in pixels; at least 1.
    pub kernel: usize,
    /// Pixels from one window to the next; at least 1.
    pub stride: usize,
    /// Zeros imagined on each side of the picture; less than `kernel`.
    pub pad: usize,
}

impl Window {
    /// How many windows fit along a side of `n` pixels: ⌊(n + 2·pad − kernel) / stride⌋ + 1, the
    /// output size of a convolution.
    ///
    /// # Panics
    /// If not even one window fits.
    #[track_caller]
    pub fn down(self, n: usize) -> usize {
        let padded = n + 2 * self.pad;
        assert!(padded >= self.kernel, "{self:?} does not fit into {n} pixels");
        (padded - self.kernel) / self.stride + 1
    }

    /// How many pixels `n` windows span: (n − 1)·stride + kernel − 2·pad, the output size of a
    /// transposed convolution.
    ///
    /// `down(up(n)) == n` always; `up(down(n))` is `n` or less, since a convolution may leave
    /// pixels at the far edge unread.
    ///
    /// # Panics
    /// If nothing is left after the padding is taken off.
    #[track_caller]
    pub fn up(self, n: usize) -> usize {
        let spanned = (n.max(1) - 1) * self.stride + self.kernel;
        assert!(n > 0 && spanned > 2 * self.pad, "{n} windows of {self:?} leave no pixel");
        spanned - 2 * self.pad
    }

    /// Taps of the kernel: kernel².
    pub fn taps(self) -> usize {
        self.kernel * self.kernel
    }
}
