use dcgan_random::{Stream, below};
use rayon::prelude::*;

use crate::Set;

/// Pixels a side of the window in which two images are compared.
const WINDOW: usize = 11;

/// The standard deviation of that Gaussian window.
const SIGMA: f64 = 1.5;

/// (K₁ L)² and (K₂ L)², which keep a division of small numbers stable.
const STABLE: [f64; 2] = [(0.01 * 255.0) * (0.01 * 255.0), (0.03 * 255.0) * (0.03 * 255.0)];

/// The exponents of the scales, the finest first.
const WEIGHTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/// The multi-scale structural similarity of two images (Wang, Simoncelli & Bovik 2003): 1 if they are equal, near 0 if
/// they have nothing in common.
///
/// Five scales need images of 176 pixels. Smaller ones are compared at as many scales as the window fits in: three at
/// 64 pixels, two at 32, one at 16; the exponents of those scales are enlarged so that they add up to 1. It is
/// the mean over the channels. A structure with a negative correlation counts as 0.
///
/// # Panics
/// If an image is not one of the set.
#[must_use]
pub fn ms_ssim(set: Set, i: usize, j: usize) -> f64 {
    let channels = set.channels();
    let of_channel = |c| plane(set, i, c).likeness(plane(set, j, c));
    (0..channels).map(of_channel).sum::<f64>() / channels as f64
}

/// The mean similarity of `pairs` random pairs of different images: do they all look alike? That of real images shows
/// how much alike they should look.
///
/// # Panics
/// If there are fewer than two images, or no pairs.
#[must_use]
pub fn mean_likeness(set: Set, pairs: usize, draws: &mut Stream) -> f64 {
    let n = set.len() as u64;
    assert!(n >= 2 && pairs > 0, "{pairs} pairs of {n} images");
    let mut pair = || {
        let i = below(draws, n);
        let j = (i + 1 + below(draws, n - 1)) % n;
        (i as usize, j as usize)
    };
    let drawn: Vec<(usize, usize)> = (0..pairs).map(|_| pair()).collect();
    let likeness: Vec<f64> = drawn.par_iter().map(|&(i, j)| ms_ssim(set, i, j)).collect();
    likeness.iter().sum::<f64>() / pairs as f64
}

/// One channel of an image, or a map of local values.
#[derive(Clone)]
struct Plane {
    side: usize,
    values: Vec<f64>,
}

fn plane(set: Set, i: usize, channel: usize) -> Plane {
    let levels = set.image(i).iter().skip(channel).step_by(set.channels());
    Plane { side: set.side(), values: levels.map(|&level| f64::from(level)).collect() }
}

impl Plane {
    fn likeness(self, other: Self) -> f64 {
        let sides = std::iter::successors(Some(self.side), |side| Some(side / 2));
        let scales = sides.take_while(|&side| side >= WINDOW).take(WEIGHTS.len()).count();
        let total: f64 = WEIGHTS[..scales].iter().sum();
        let (mut a, mut b, mut product) = (self, other, 1.0);
        for (scale, weight) in WEIGHTS[..scales].iter().enumerate() {
            let (whole, structure) = compared(&a, &b);
            let factor = if scale + 1 == scales { whole } else { structure };
            product *= factor.max(0.0).powf(weight / total);
            (a, b) = (a.halved(), b.halved());
        }
        product
    }

    /// Each value is the mean of four.
    fn halved(&self) -> Self {
        let side = self.side / 2;
        let at = |y: usize, x: usize| self.values[y * self.side + x];
        let mean = |i: usize| {
            let (y, x) = (i / side * 2, i % side * 2);
            (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)) / 4.0
        };
        Self { side, values: (0..side * side).map(mean).collect() }
    }

    /// The weighted means in every window that lies within the image.
    fn windowed(&self) -> Vec<f64> {
        let taps = taps();
        let inner = self.side + 1 - WINDOW;
        let across: Vec<f64> = self
            .values
            .chunks_exact(self.side)
            .flat_map(|row| {
                row.windows(WINDOW).map(|w| w.iter().zip(&taps).map(|(v, t)| v * t).sum::<f64>())
            })
            .collect();
        let down = |i: usize| {
            taps.iter().enumerate().map(|(k, tap)| tap * across[i + k * inner]).sum::<f64>()
        };
        (0..inner * inner).map(down).collect()
    }
}

/// The window along one axis, with sum 1.
fn taps() -> [f64; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let taps: [f64; WINDOW] =
        std::array::from_fn(|i| (-(i as f64 - middle).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = taps.iter().sum();
    taps.map(|tap| tap / sum)
}

/// The mean similarity of two planes, and that of their structure alone, without their brightness.
fn compared(a: &Plane, b: &Plane) -> (f64, f64) {
    let products = |x: &Plane, y: &Plane| {
        let values = x.values.iter().zip(&y.values).map(|(x, y)| x * y).collect();
        Plane { side: x.side, values }.windowed()
    };
    let (mean_a, mean_b) = (a.windowed(), b.windowed());
    let (aa, bb, ab) = (products(a, a), products(b, b), products(a, b));
    let [c1, c2] = STABLE;
    let (mut whole, mut structure) = (0.0, 0.0);
    for i in 0..mean_a.len() {
        let (ma, mb) = (mean_a[i], mean_b[i]);
        let (va, vb, covariance) = (aa[i] - ma * ma, bb[i] - mb * mb, ab[i] - ma * mb);
        let s = (2.0 * covariance + c2) / (va + vb + c2);
        structure += s;
        whole += s * (2.0 * ma * mb + c1) / (ma * ma + mb * mb + c1);
    }
    let n = mean_a.len() as f64;
    (whole / n, structure / n)
}
