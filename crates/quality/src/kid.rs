use dcgan_random::{Stream, below};
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use crate::Features;
use crate::product::{ROWS, with_transposed};

/// How a kernel distance is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subsets {
    /// How many times.
    pub count: usize,
    /// Images of each set, each time.
    pub size: usize,
}

impl Default for Subsets {
    /// As is usual.
    fn default() -> Self {
        Self { count: 100, size: 1000 }
    }
}

/// The kernel distance (Bińkowski et al. 2018, arXiv:1801.01401): the unbiased estimate of the squared maximum mean
/// discrepancy with the kernel (x·y / dim + 1)³. It does not depend on the number of images, and may be negative for
/// sets that do not differ. It is called KID with the features of a certain network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelDistance {
    /// The mean over the subsets.
    pub mean: f64,
    /// The standard deviation over them.
    pub std: f64,
}

impl KernelDistance {
    /// Between two sets, by subsets that are drawn with `draws`.
    ///
    /// # Panics
    /// If there are no subsets, they have fewer than two images or more than a set, or the numbers of features differ.
    #[must_use]
    pub fn between(a: &Features, b: &Features, subsets: Subsets, draws: &mut Stream) -> Self {
        let Subsets { count, size } = subsets;
        assert!(count > 0 && size >= 2, "{count} subsets of {size} images");
        let mut draw = |n| (0..count).map(|_| subset(n, size, draws)).collect::<Vec<_>>();
        let (from_a, from_b) = (draw(a.len()), draw(b.len()));
        Self::of_subsets(a, b, &from_a, &from_b)
    }

    /// Between these images of the two sets.
    pub(crate) fn of_subsets(
        a: &Features,
        b: &Features,
        from_a: &[Vec<usize>],
        from_b: &[Vec<usize>],
    ) -> Self {
        assert_eq!(a.dim(), b.dim(), "features of different networks");
        let (a, b) = (a.wide(), b.wide());
        let within = |set: &Array2<f64>, subsets| sums(set, subsets, set, subsets, true);
        let (own, others) = (within(&a, from_a), within(&b, from_b));
        let between = sums(&a, from_a, &b, from_b, false);
        let each: Vec<f64> = (0..from_a.len())
            .map(|s| {
                let size = from_a[s].len() as f64;
                (own[s] + others[s]) / (size * (size - 1.0)) - 2.0 * between[s] / (size * size)
            })
            .collect();
        let mean = each.iter().sum::<f64>() / each.len() as f64;
        let variance = each.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / each.len() as f64;
        Self { mean, std: variance.sqrt() }
    }
}

/// `size` different indices below `n`.
pub(crate) fn subset(n: usize, size: usize, draws: &mut Stream) -> Vec<usize> {
    assert!(size <= n, "{size} of {n} images");
    let mut all: Vec<usize> = (0..n).collect();
    for i in 0..size {
        all.swap(i, i + below(draws, (n - i) as u64) as usize);
    }
    all.truncate(size);
    all
}

/// For each subset the sum of the kernel over all pairs of images from it, without pairs of an image and itself if
/// `apart`. Only a few rows of the kernel exist at a time.
fn sums(
    a: &Array2<f64>,
    from_a: &[Vec<usize>],
    b: &Array2<f64>,
    from_b: &[Vec<usize>],
    apart: bool,
) -> Vec<f64> {
    let dim = a.ncols() as f64;
    let mut subsets_of = vec![Vec::new(); a.nrows()];
    for (s, images) in from_a.iter().enumerate() {
        images.iter().for_each(|&i| subsets_of[i].push(s));
    }
    let blocks = a.axis_chunks_iter(Axis(0), ROWS).into_par_iter().enumerate();
    let of_block = |(block, rows): (usize, ndarray::ArrayView2<f64>)| {
        let mut sums = vec![0.0; from_a.len()];
        let kernel =
            with_transposed(rows, b.view()).mapv_into(|product| (product / dim + 1.0).powi(3));
        for (row, i) in kernel.outer_iter().zip(block * ROWS..) {
            for &s in &subsets_of[i] {
                let others = from_b[s].iter().filter(|&&j| !apart || j != i);
                sums[s] += others.map(|&j| row[j]).sum::<f64>();
            }
        }
        sums
    };
    let of_blocks: Vec<Vec<f64>> = blocks.map(of_block).collect();
    (0..from_a.len()).map(|s| of_blocks.iter().map(|sums| sums[s]).sum()).collect()
}
