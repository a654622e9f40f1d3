use dcgan_random::{Purpose, fill_normal, stream};

use crate::{
    Features, FeaturesError, Frechet, KernelDistance, Overlap, PrincipalComponents, Subsets,
    nearest, nearest_others,
};

/// `n` points of `dim` normal numbers.
fn cloud(seed: u64, n: usize, dim: usize) -> Features {
    let mut floats = vec![0.0; n * dim];
    fill_normal(&mut stream(seed, Purpose::Noise, 0), &mut floats);
    Features::new(floats, dim).unwrap()
}

/// The same points, scaled and moved.
fn moved(features: &Features, scale: f32, by: f32) -> Features {
    let floats = features.wide().iter().map(|&v| v as f32 * scale + by).collect();
    Features::new(floats, features.dim()).unwrap()
}

fn distance(a: &Features, i: usize, b: &Features, j: usize) -> f64 {
    let (a, b) = (a.wide(), b.wide());
    let squares = a.row(i).iter().zip(b.row(j)).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    squares.sqrt()
}

#[test]
fn only_whole_rows_of_numbers_are_features() {
    let new = |floats: &[f32], dim| Features::new(floats.to_vec(), dim).map(|f| (f.len(), f.dim()));
    assert_eq!(new(&[1.0; 6], 3), Ok((2, 3)));
    assert_eq!(new(&[1.0; 5], 3), Err(FeaturesError::Ragged { floats: 5, dim: 3 }));
    assert_eq!(new(&[1.0; 5], 0), Err(FeaturesError::Ragged { floats: 5, dim: 0 }));
    assert_eq!(new(&[1.0; 3], 3), Err(FeaturesError::Few(1)));
    assert_eq!(new(&[], 3), Err(FeaturesError::Few(0)));
    let fault = Err(FeaturesError::NotFinite { row: 1, column: 0 });
    assert_eq!(new(&[1.0, 1.0, f32::NAN, 1.0], 2), fault);
    assert_eq!(new(&[1.0, 1.0, f32::INFINITY, 1.0], 2), fault);
}

/// Where it is known in closed form: Gaussians that differ by a shift and a scale, ‖μ − μ'‖² + Σ (σ − σ')².
#[test]
fn the_frechet_distance_is_that_of_its_closed_form() {
    let a = cloud(1, 400, 6);
    let frechet = Frechet::new(&a);
    assert!(frechet.distance(&a) < 1e-9);
    let shifted = frechet.distance(&moved(&a, 1.0, 2.0));
    assert!((shifted - 6.0 * 4.0).abs() < 1e-4, "{shifted}");
    let variance: f64 = crate::gaussian::Gaussian::fit(&a.wide()).covariance.diag().sum();
    let mean = crate::gaussian::Gaussian::fit(&a.wide()).mean;
    let scaled = frechet.distance(&moved(&a, 3.0, 0.0));
    let expected = 4.0 * (variance + mean.dot(&mean));
    assert!((scaled - expected).abs() < 1e-4 * expected, "{scaled} {expected}");
}

/// Features that never differ, as of a network's dead units, and fewer images than features.
#[test]
fn the_frechet_distance_of_singular_covariances_is_finite() {
    let flat = Features::new([1.0, 5.0, 2.0, 5.0, 4.0, 5.0].to_vec(), 2).unwrap();
    let other = Features::new([1.0, 5.0, 2.0, 6.0, 4.0, 5.5].to_vec(), 2).unwrap();
    for (a, b) in [(&flat, &other), (&other, &flat), (&cloud(1, 5, 20), &cloud(2, 5, 20))] {
        let found = Frechet::new(a).distance(b);
        assert!(found.is_finite() && found > 0.0, "{found}");
    }
}

/// Rows in several blocks, and some of them equal.
#[test]
fn the_nearest_image_is_that_of_a_search_through_all() {
    let (a, b) = (cloud(3, 300, 5), cloud(4, 150, 5));
    let b = b.select(&(0..150).chain([7, 8]).collect::<Vec<_>>());
    for (i, found) in nearest(&a, &b).into_iter().enumerate() {
        let all = (0..b.len()).map(|j| (distance(&a, i, &b, j), j));
        let (least, index) = all.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        assert_eq!(found.index, index);
        assert!((found.distance - least).abs() < 1e-12);
    }
    let others = nearest_others(&b);
    for (i, found) in others.iter().enumerate() {
        let least = (0..b.len()).filter(|&j| j != i).map(|j| distance(&b, i, &b, j));
        assert!((found.distance - least.fold(f64::MAX, f64::min)).abs() < 1e-12);
    }
    let twins = [7, 8, 150, 151].map(|i| (others[i].index, others[i].distance));
    assert_eq!(twins, [(150, 0.0), (151, 0.0), (7, 0.0), (8, 0.0)]);
}

/// A matrix with one column is in C order and in Fortran order.
#[test]
fn a_single_feature_is_enough() {
    let (a, b) = (cloud(15, 140, 1), cloud(16, 130, 1));
    for (i, found) in nearest(&a, &b).into_iter().enumerate() {
        let least = (0..b.len()).map(|j| distance(&a, i, &b, j)).fold(f64::MAX, f64::min);
        assert!((found.distance - least).abs() < 1e-12);
    }
    let mut draws = stream(1, Purpose::Draw, 0);
    let subsets = Subsets { count: 3, size: 60 };
    assert!(KernelDistance::between(&a, &b, subsets, &mut draws).mean.is_finite());
    assert!(Frechet::new(&a).distance(&b) > 0.0 && Overlap::of(&a, &b, 5).precision > 0.5);
}

/// Far from the origin, products of large numbers have few digits left for the distance.
#[test]
fn near_points_that_are_far_from_the_origin_are_told_apart() {
    let mut floats = vec![0.0; 20 * 4];
    fill_normal(&mut stream(5, Purpose::Noise, 0), &mut floats);
    floats.iter_mut().for_each(|v| *v /= 1024.0);
    floats.iter_mut().step_by(4).for_each(|v| *v = 4096.37);
    let a = Features::new(floats, 4).unwrap();
    for (i, found) in nearest_others(&a).into_iter().enumerate() {
        let least = (0..20).filter(|&j| j != i).map(|j| distance(&a, i, &a, j));
        assert!((found.distance - least.fold(f64::MAX, f64::min)).abs() < 1e-12);
    }
}

/// The definition by loops, in several blocks.
#[test]
fn the_overlap_is_that_of_the_definition() {
    let (a, b) = (cloud(6, 270, 3), moved(&cloud(7, 140, 3), 0.5, 0.4));
    let k = 3;
    let radius = |set: &Features, i: usize| {
        let mut all: Vec<f64> = (0..set.len()).map(|j| distance(set, i, set, j)).collect();
        all.sort_by(f64::total_cmp);
        all[k]
    };
    let own: Vec<f64> = (0..a.len()).map(|i| radius(&a, i)).collect();
    let others: Vec<f64> = (0..b.len()).map(|j| radius(&b, j)).collect();
    let inside = |i: usize, j: usize| distance(&a, i, &b, j) < own[i];
    let share = |hits: usize, n: usize| hits as f64 / n as f64;
    let (n, m) = (a.len(), b.len());
    let precise = (0..m).filter(|&j| (0..n).any(|i| inside(i, j))).count();
    let recalled = (0..n).filter(|&i| (0..m).any(|j| distance(&a, i, &b, j) < others[j])).count();
    let dense = (0..n).map(|i| (0..m).filter(|&j| inside(i, j)).count()).sum();
    let covered = (0..n).filter(|&i| (0..m).any(|j| inside(i, j))).count();
    let expected = Overlap {
        precision: share(precise, m),
        recall: share(recalled, n),
        density: share(dense, m * k),
        coverage: share(covered, n),
    };
    assert_eq!(Overlap::of(&a, &b, k), expected);
}

/// What the four figures are for: images that are all alike, and images that are like none.
#[test]
fn a_collapsed_set_lacks_recall_and_a_strange_one_precision() {
    let (a, b) = (cloud(8, 200, 4), cloud(9, 200, 4));
    let good = Overlap::of(&a, &b, 5);
    assert!(good.precision > 0.8 && good.recall > 0.8 && good.coverage > 0.8, "{good:?}");
    let collapsed = Overlap::of(&a, &moved(&b, 0.05, 0.0), 5);
    assert!(collapsed.precision == 1.0 && collapsed.recall < 0.1 && collapsed.coverage < 0.7);
    let strange = Overlap::of(&a, &moved(&b, 1.0, 9.0), 5);
    let Overlap { precision, density, coverage, .. } = strange;
    assert_eq!([precision, density, coverage], [0.0; 3]);
}

/// With all images in each subset, the kernel distance is that of the whole sets, and none is drawn twice.
#[test]
fn subsets_are_drawn_without_repetition_and_from_the_stream() {
    let (a, b) = (cloud(10, 140, 3), moved(&cloud(11, 140, 3), 1.2, 0.3));
    let draw = |count, size, seed| {
        let mut draws = stream(seed, Purpose::Draw, 0);
        KernelDistance::between(&a, &b, Subsets { count, size }, &mut draws)
    };
    let all: Vec<usize> = (0..140).collect();
    let whole =
        KernelDistance::of_subsets(&a, &b, std::slice::from_ref(&all), std::slice::from_ref(&all));
    let drawn = draw(4, 140, 1);
    assert!((drawn.mean - whole.mean).abs() < 1e-9 && drawn.std < 1e-9, "{drawn:?} {whole:?}");
    assert_eq!(draw(20, 30, 1), draw(20, 30, 1));
    assert_ne!(draw(20, 30, 1), draw(20, 30, 2));
    let many = draw(400, 30, 1);
    assert!((many.mean - whole.mean).abs() < 4.0 * many.std / 20.0, "{many:?} {whole:?}");
}

/// No image is more likely than another, wherever it is in its set.
#[test]
fn subsets_are_uniform() {
    let mut draws = stream(17, Purpose::Draw, 0);
    let mut times = [0_i32; 6];
    for _ in 0..20_000 {
        let subset = crate::kid::subset(6, 3, &mut draws);
        assert!(subset[0] != subset[1] && subset[1] != subset[2] && subset[0] != subset[2]);
        subset.into_iter().for_each(|i| times[i] += 1);
    }
    // 10,000 each, within four standard deviations.
    let deviation = (20_000.0_f64 / 4.0).sqrt();
    assert!(times.iter().all(|&n| f64::from(n - 10_000).abs() < 4.0 * deviation), "{times:?}");
}

#[test]
fn principal_components_are_in_units_of_the_variance() {
    let mut floats = vec![0.0; 500 * 3];
    fill_normal(&mut stream(12, Purpose::Noise, 0), &mut floats);
    floats.chunks_exact_mut(3).for_each(|row| {
        row[0] = 90.0 * row[0] + 7.0;
        row[2] = row[0] / 2.0;
    });
    let pixels = Features::new(floats, 3).unwrap();
    let components = PrincipalComponents::fit(&pixels, 2);
    let found = crate::gaussian::Gaussian::fit(&components.project(&pixels).wide());
    assert!(found.mean.iter().all(|v| v.abs() < 1e-4), "{:?}", found.mean);
    assert!((found.covariance.diag().sum() - 2.0).abs() < 1e-4);
    assert!(found.covariance[(0, 0)] > 1.9 && found.covariance[(0, 1)].abs() < 1e-4);
    // No more than images can have, and something where none differs.
    assert_eq!(PrincipalComponents::fit(&cloud(1, 4, 9), 64).count(), 3);
    let constant = Features::new(vec![3.0; 12], 4).unwrap();
    let none = PrincipalComponents::fit(&constant, 64);
    assert!(none.project(&constant).wide().iter().all(|v| *v == 0.0));
}

#[test]
fn all_are_the_same_bits_on_any_number_of_threads() {
    let (a, b) = (cloud(13, 300, 20), cloud(14, 280, 20));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let subsets = Subsets { count: 5, size: 100 };
            let mut draws = stream(1, Purpose::Draw, 0);
            (
                Frechet::new(&a).distance(&b),
                KernelDistance::between(&a, &b, subsets, &mut draws),
                Overlap::of(&a, &b, 5),
                nearest(&b, &a),
            )
        })
    };
    let one = on(1);
    assert!([2, 3, 8].iter().all(|&threads| on(threads) == one));
}
