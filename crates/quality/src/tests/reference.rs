//! The figures of the reference programs, which `golden/make.py` computes.

use std::io::Cursor;

use ndarray::Array2;
use ndarray_npy::ReadNpyExt;

use crate::{Features, Frechet, KernelDistance, Overlap, Set, ms_ssim};

const FIGURES: &str = include_str!("golden/figures.txt");

/// The real and the generated features.
fn sets() -> (Features, Features) {
    let files = [&include_bytes!("golden/reals.npy")[..], include_bytes!("golden/generated.npy")];
    let [reals, generated] = files.map(|bytes| {
        let array = Array2::<f32>::read_npy(Cursor::new(bytes)).unwrap();
        let dim = array.ncols();
        Features::new(array.into_iter().collect(), dim).unwrap()
    });
    (reals, generated)
}

#[track_caller]
fn assert_golden(name: &str, ours: f64) {
    let line = FIGURES.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let golden: f64 = line.unwrap().parse().unwrap();
    assert!((ours - golden).abs() <= 1e-9 * golden.abs(), "{name}: {ours}, not {golden}");
}

#[test]
fn the_frechet_distance_is_that_of_torch_fidelity() {
    let (reals, generated) = sets();
    let frechet = Frechet::new(&reals);
    assert_golden("frechet", frechet.distance(&generated));
    assert_golden("frechet_along_4", frechet.distance_along(4, &generated));
}

#[test]
fn the_kernel_distance_is_that_of_torch_fidelity() {
    let (reals, generated) = sets();
    let subset = |n: usize, start: usize, step: usize| {
        (0..20).map(|i| (start + i * step) % n).collect::<Vec<_>>()
    };
    let (n, m) = (reals.len(), generated.len());
    let from_reals = [subset(n, 1, 3), subset(n, 4, 7), subset(n, 0, 9)];
    let from_generated = [subset(m, 2, 5), subset(m, 0, 1), subset(m, 9, 2)];
    let found = KernelDistance::of_subsets(&reals, &generated, &from_reals, &from_generated);
    assert_golden("kernel_mean", found.mean);
    assert_golden("kernel_std", found.std);
}

#[test]
fn the_overlap_is_that_of_prdc() {
    let (reals, generated) = sets();
    for k in [1, 3, 5] {
        let Overlap { precision, recall, density, coverage } = Overlap::of(&reals, &generated, k);
        assert_golden(&format!("precision_{k}"), precision);
        assert_golden(&format!("recall_{k}"), recall);
        assert_golden(&format!("density_{k}"), density);
        assert_golden(&format!("coverage_{k}"), coverage);
    }
}

#[test]
fn the_similarity_is_that_of_the_paper() {
    for side in [16, 32, 64, 256] {
        let image = |seed: usize| {
            let level = move |at: usize| {
                let (y, x, c) = (at / 3 / side, at / 3 % side, at % 3);
                (((seed + c) * y * y / 7 + 3 * x * y / 5 + (5 + seed) * x) % 256) as u8
            };
            (0..side * side * 3).map(level).collect::<Vec<_>>()
        };
        let (a, other) = (image(1), image(4));
        let blend = |(&a, &b): (&u8, &u8)| ((3 * u16::from(a) + u16::from(b)) / 4) as u8;
        let b: Vec<u8> = a.iter().zip(&other).map(blend).collect();
        let both = [a, b].concat();
        let set = Set::new(&both, side, 3);
        assert_golden(&format!("ms_ssim_{side}"), ms_ssim(set, 0, 1));
        assert!((ms_ssim(set, 1, 1) - 1.0).abs() < 1e-12);
    }
}
