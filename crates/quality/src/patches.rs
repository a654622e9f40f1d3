use dcgan_random::{Purpose, below, stream};
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use crate::Set;
use crate::pyramid::Image;
use crate::set::MIN_SIDE;

/// Pixels a side of a patch.
const SIDE: usize = 7;

/// `count` patches of the `side`-pixel level of each image, as rows (n · count, 7 · 7 · depth) in the
/// order (y, x, channel), each channel with mean 0 and standard deviation 1 over the whole set.
///
/// Their positions are random, determined by (level, image), and the same for every set.
pub(crate) fn patches(set: Set, side: usize, count: usize) -> Array2<f32> {
    let depth = set.depth();
    let len = SIDE * SIDE * depth;
    let mut rows = Array2::zeros((set.len() * count, len));
    let floats = rows.as_slice_mut().expect("fresh arrays are contiguous");
    floats.par_chunks_exact_mut(count * len).enumerate().for_each(|(i, rows)| {
        let whole = Image { side: set.side(), depth, floats: set.floats(i) };
        let level = whole.level(side, MIN_SIDE);
        // Unique, because no set has 2³² images.
        let mut draws = stream(0, Purpose::Patch, (side as u64) << 32 | i as u64);
        for row in rows.chunks_exact_mut(len) {
            // Centres from 3 to side − 4.
            let [y, x] = [0; 2].map(|_: u8| below(&mut draws, (side - SIDE + 1) as u64) as usize);
            copy_patch(&level, y, x, row);
        }
    });
    standardise(&mut rows, depth);
    rows
}

/// The patch whose first pixel is (y, x).
fn copy_patch(level: &Image, y: usize, x: usize, row: &mut [f32]) {
    let line = SIDE * level.depth;
    for (dy, out) in row.chunks_exact_mut(line).enumerate() {
        let at = ((y + dy) * level.side + x) * level.depth;
        out.copy_from_slice(&level.floats[at..at + line]);
    }
}

/// Normalises each channel to mean 0 and standard deviation 1; a constant channel becomes 0.
fn standardise(rows: &mut Array2<f32>, depth: usize) {
    let n = (rows.len() / depth) as f64;
    let mean = sums(rows, depth, |_, v| v).map(|sum| sum / n);
    let variance = sums(rows, depth, |c, v| (v - mean[c]).powi(2)).map(|sum| sum / n);
    let scale = variance.map(|variance| if variance > 0.0 { variance.sqrt().recip() } else { 0.0 });
    rows.axis_iter_mut(Axis(0)).into_par_iter().for_each(|mut row| {
        for (i, v) in row.iter_mut().enumerate() {
            *v = ((f64::from(*v) - mean[i % depth]) * scale[i % depth]) as f32;
        }
    });
}

/// Σ f(channel, value) for each channel, first within each row and then over the rows in order, so that
/// the result does not depend on the number of threads.
fn sums(rows: &Array2<f32>, depth: usize, f: impl Fn(usize, f64) -> f64 + Sync) -> [f64; 4] {
    let of_rows: Vec<[f64; 4]> = rows
        .axis_iter(Axis(0))
        .into_par_iter()
        .map(|row| {
            let mut sums = [0.0; 4];
            let each = row.iter().enumerate().map(|(i, &v)| (i % depth, f64::from(v)));
            each.for_each(|(c, v)| sums[c] += f(c, v));
            sums
        })
        .collect();
    let add = |mut all: [f64; 4], row: [f64; 4]| {
        all.iter_mut().zip(row).for_each(|(all, row)| *all += row);
        all
    };
    of_rows.into_iter().fold([0.0; 4], add)
}
