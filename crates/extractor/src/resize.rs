/// Bilinear resizing of a square plane, antialiased where it reduces: `interpolate` of PyTorch with
/// `mode="bilinear", align_corners=False, antialias=True`.
#[derive(Debug)]
pub(crate) struct Resize {
    from: usize,
    /// For each pixel of a line of the result.
    taps: Vec<Taps>,
}

/// The pixels that one pixel of the result is made of: the first, and the weights of it and the next ones.
#[derive(Debug)]
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Taps {
    fn apply(&self, value: impl Fn(usize) -> f32) -> f32 {
        self.weights.iter().enumerate().map(|(i, weight)| weight * value(self.first + i)).sum()
    }
}

impl Resize {
    pub(crate) fn new(from: usize, to: usize) -> Self {
        let scale = from as f64 / to as f64;
        // Half the width of the triangle: a pixel of the larger of the two images.
        let support = scale.max(1.0);
        let taps = |i: usize| {
            let center = scale * (i as f64 + 0.5);
            let first = (center - support + 0.5).max(0.0) as usize;
            let end = from.min((center + support + 0.5) as usize);
            let triangle = |j: usize| (1.0 - (j as f64 + 0.5 - center).abs() / support).max(0.0);
            let total: f64 = (first..end).map(triangle).sum();
            Taps { first, weights: (first..end).map(|j| (triangle(j) / total) as f32).collect() }
        };
        Self { from, taps: (0..to).map(taps).collect() }
    }

    /// The plane, row by row, in the new size.
    pub(crate) fn apply(&self, plane: &[f32]) -> Vec<f32> {
        if self.from == self.taps.len() {
            return plane.to_vec();
        }
        let rows = plane.chunks_exact(self.from);
        let wide: Vec<f32> =
            rows.flat_map(|row| self.taps.iter().map(|taps| taps.apply(|x| row[x]))).collect();
        let width = self.taps.len();
        let columns = |taps: &Taps, x: usize| taps.apply(|y| wide[y * width + x]);
        self.taps.iter().flat_map(|taps| (0..width).map(move |x| columns(taps, x))).collect()
    }
}
