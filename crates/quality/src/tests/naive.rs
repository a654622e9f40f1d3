//! The definition, computed one number at a time in double precision.

use dcgan_random::{Purpose, below, fill_normal, stream};

use crate::{Measure, Set};

type Plane = Vec<Vec<f64>>;

const TAPS: [f64; 5] = [1.0, 4.0, 6.0, 4.0, 1.0];

fn mirror(at: isize, n: isize) -> usize {
    (if at < 0 {
        -at
    } else if at >= n {
        2 * n - 2 - at
    } else {
        at
    }) as usize
}

/// The 5 × 5 filter at (y, x).
fn filter(plane: &Plane, y: usize, x: usize) -> f64 {
    let n = plane.len() as isize;
    let mut sum = 0.0;
    for (i, a) in TAPS.iter().enumerate() {
        for (j, b) in TAPS.iter().enumerate() {
            let (y, x) = (y as isize + i as isize - 2, x as isize + j as isize - 2);
            sum += a * b / 256.0 * plane[mirror(y, n)][mirror(x, n)];
        }
    }
    sum
}

fn down(plane: &Plane) -> Plane {
    let half = plane.len() / 2;
    (0..half).map(|y| (0..half).map(|x| filter(plane, 2 * y, 2 * x)).collect()).collect()
}

fn up(plane: &Plane) -> Plane {
    let n = 2 * plane.len();
    let sparse = |y: usize, x: usize| if y % 2 + x % 2 == 0 { plane[y / 2][x / 2] } else { 0.0 };
    let sparse: Plane = (0..n).map(|y| (0..n).map(|x| sparse(y, x)).collect()).collect();
    (0..n).map(|y| (0..n).map(|x| 4.0 * filter(&sparse, y, x)).collect()).collect()
}

fn level(mut plane: Plane, side: usize) -> Plane {
    while plane.len() > side {
        plane = down(&plane);
    }
    if side > 16 {
        let up = up(&down(&plane));
        for (row, up) in plane.iter_mut().zip(up) {
            row.iter_mut().zip(up).for_each(|(v, up)| *v -= up);
        }
    }
    plane
}

/// Patches (count, y, x, channel), standardised.
fn patches(set: Set, side: usize, count: usize) -> Vec<Vec<f64>> {
    let depth = set.depth();
    let mut all = Vec::new();
    for i in 0..set.len() {
        let floats = set.floats(i);
        let n = set.side();
        let planes: Vec<Plane> = (0..depth)
            .map(|c| {
                let at = |y: usize, x: usize| f64::from(floats[(y * n + x) * depth + c]);
                level((0..n).map(|y| (0..n).map(|x| at(y, x)).collect()).collect(), side)
            })
            .collect();
        let mut draws = stream(0, Purpose::Patch, (side as u64) << 32 | i as u64);
        for _ in 0..count {
            let y = 3 + below(&mut draws, side as u64 - 6) as usize;
            let x = 3 + below(&mut draws, side as u64 - 6) as usize;
            let mut patch = Vec::new();
            for (dy, dx) in (0..7).flat_map(|dy| (0..7).map(move |dx| (dy, dx))) {
                patch.extend(planes.iter().map(|plane| plane[y + dy - 3][x + dx - 3]));
            }
            all.push(patch);
        }
    }
    for c in 0..depth {
        let values: Vec<f64> =
            all.iter().flat_map(|p| p.iter().skip(c).step_by(depth).copied()).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
        for patch in &mut all {
            patch.iter_mut().skip(c).step_by(depth).for_each(|v| *v = (*v - mean) / deviation);
        }
    }
    all
}

pub(super) fn distance(measure: Measure, a: Set, b: Set) -> Vec<(usize, f64)> {
    let mut levels = Vec::new();
    let mut side = a.side();
    while side >= 16 {
        let (a, b) = (patches(a, side, measure.patches), patches(b, side, measure.patches));
        let mut sum = 0.0;
        for i in 0..measure.directions {
            let mut u = vec![0.0; a[0].len()];
            fill_normal(&mut stream(0, Purpose::Direction, (side as u64) << 32 | i as u64), &mut u);
            let norm = u.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
            let along = |patches: &[Vec<f64>]| {
                let dot =
                    |p: &Vec<f64>| p.iter().zip(&u).map(|(p, &u)| p * f64::from(u) / norm).sum();
                let mut along: Vec<f64> = patches.iter().map(dot).collect();
                along.sort_by(f64::total_cmp);
                along
            };
            let (a, b) = (along(&a), along(&b));
            sum += a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len() as f64;
        }
        levels.push((side, 1e3 * sum / measure.directions as f64));
        side /= 2;
    }
    levels
}
