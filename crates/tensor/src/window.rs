/// The square window that a convolution slides over an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Side of the kernel, in pixels; at least 1.
    pub kernel: usize,
    /// Pixels from one window to the next; at least 1.
    pub stride: usize,
    /// Zeros assumed on each side of the image; less than `kernel`.
    pub pad: usize,
}

impl Window {
    /// The output size of a convolution along a side of `n` pixels:
    /// ⌊(n + 2·pad − kernel) / stride⌋ + 1.
    ///
    /// # Panics
    /// If not even one window fits.
    #[track_caller]
    pub fn conv_size(self, n: usize) -> usize {
        let padded = n + 2 * self.pad;
        assert!(padded >= self.kernel, "{self:?} does not fit into {n} pixels");
        (padded - self.kernel) / self.stride + 1
    }

    /// The output size of a transposed convolution along a side of `n` pixels:
    /// (n − 1)·stride + kernel − 2·pad.
    ///
    /// `conv_size(conv_transpose_size(n)) == n` always; `conv_transpose_size(conv_size(n))` is at most
    /// `n`, since a convolution may leave pixels at the far edge unread.
    ///
    /// # Panics
    /// If nothing is left after the padding is removed.
    #[track_caller]
    pub fn conv_transpose_size(self, n: usize) -> usize {
        let spanned = (n.max(1) - 1) * self.stride + self.kernel;
        assert!(n > 0 && spanned > 2 * self.pad, "{n} windows of {self:?} leave no pixel");
        spanned - 2 * self.pad
    }

    /// Taps of the kernel: kernel².
    pub fn taps(self) -> usize {
        self.kernel * self.kernel
    }
}
