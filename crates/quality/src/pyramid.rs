//! The Laplacian pyramid (Burt & Adelson 1983): g₀ = x, gᵢ₊₁ = down(gᵢ), and level i is
//! lᵢ = gᵢ − up(gᵢ₊₁), the detail in gᵢ that the next smaller size lacks. The last level is g itself.

/// The binomial filter 1, 4, 6, 4, 1 over 16, along rows and then along columns.
const TAPS: [f32; 5] = [1.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0, 4.0 / 16.0, 1.0 / 16.0];

/// An image as floats (side, side, depth).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Image {
    pub(crate) side: usize,
    pub(crate) depth: usize,
    pub(crate) floats: Vec<f32>,
}

impl Image {
    fn zeros(side: usize, depth: usize) -> Self {
        Self { side, depth, floats: vec![0.0; side * side * depth] }
    }

    /// The `side`-pixel level of the pyramid of this image, whose smallest level has `smallest` pixels.
    ///
    /// # Panics
    /// If there is no such level.
    pub(crate) fn level(self, side: usize, smallest: usize) -> Self {
        assert!(side <= self.side && side >= smallest, "no level of {side}");
        let mut gaussian = self;
        while gaussian.side > side {
            gaussian = gaussian.down();
        }
        if side / 2 < smallest {
            return gaussian;
        }
        let up = gaussian.down().up();
        gaussian.floats.iter_mut().zip(up.floats).for_each(|(g, up)| *g -= up);
        gaussian
    }

    /// Filtered and subsampled by two.
    pub(crate) fn down(&self) -> Self {
        let filtered = self.filtered(1.0);
        let mut half = Self::zeros(self.side / 2, self.depth);
        let (side, depth) = (half.side, self.depth);
        for (i, pixel) in half.floats.chunks_exact_mut(depth).enumerate() {
            let (y, x) = (i / side, i % side);
            let at = (2 * y * self.side + 2 * x) * depth;
            pixel.copy_from_slice(&filtered.floats[at..at + depth]);
        }
        half
    }

    /// Upsampled by two: a zero is inserted after each pixel, then all is filtered with a gain of two
    /// along each axis, which makes up for the zeros.
    pub(crate) fn up(&self) -> Self {
        let mut sparse = Self::zeros(2 * self.side, self.depth);
        let depth = self.depth;
        for (i, pixel) in self.floats.chunks_exact(depth).enumerate() {
            let (y, x) = (i / self.side, i % self.side);
            let at = (2 * y * sparse.side + 2 * x) * depth;
            sparse.floats[at..at + depth].copy_from_slice(pixel);
        }
        sparse.filtered(2.0)
    }

    /// Filtered by the taps, times `gain`, along each axis, with reflection at the border.
    fn filtered(&self, gain: f32) -> Self {
        let taps = TAPS.map(|tap| gain * tap);
        let (side, depth) = (self.side, self.depth);
        self.along(&taps, |y, x| (y * side + x) * depth).along(&taps, |x, y| (y * side + x) * depth)
    }

    /// Filtered along the axis of the second index of `at`.
    fn along(&self, taps: &[f32; 5], at: impl Fn(usize, usize) -> usize) -> Self {
        let mut out = Self::zeros(self.side, self.depth);
        let depth = self.depth;
        for a in 0..self.side {
            for b in 0..self.side {
                let to = at(a, b);
                for (k, tap) in taps.iter().enumerate() {
                    let from = at(a, reflected(b + k, self.side));
                    let pixel = &self.floats[from..from + depth];
                    let out = &mut out.floats[to..to + depth];
                    out.iter_mut().zip(pixel).for_each(|(out, pixel)| *out += tap * pixel);
                }
            }
        }
        out
    }
}

/// The index `shifted` − 2 reflected into a line of `side` pixels: −1 becomes 1, and `side` becomes
/// `side` − 2.
fn reflected(shifted: usize, side: usize) -> usize {
    let at = shifted.abs_diff(2);
    if at < side { at } else { 2 * (side - 1) - at }
}
