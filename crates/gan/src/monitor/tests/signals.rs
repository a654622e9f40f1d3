use ndarray::Array4;

use crate::monitor::report::Sums;
use crate::monitor::sample_grid::SampleGrid;
use crate::monitor::signals::{Look, Signals, channel_means, variance};

#[test]
fn the_variance_is_half_the_mean_squared_distance_of_neighbours() {
    // Images k · (−1)ᵏ: neighbours k and k + 1 lie 2k + 1 apart, in every pixel.
    let images =
        Array4::from_shape_fn(
            (12, 9, 7, 3),
            |(k, ..)| {
                if k % 2 == 0 { k as f32 } else { -(k as f32) }
            },
        );
    let expected = (0..8).map(|k| f64::from(2 * k + 1).powi(2)).sum::<f64>() / 8.0 / 2.0;
    let found = variance(images.view()).unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} for {expected}");

    let alone = images.slice(ndarray::s![..1, .., .., ..]);
    assert_eq!(variance(alone), None);
    let pair = images.slice(ndarray::s![..2, .., .., ..]);
    assert_eq!(variance(pair), Some(0.5));
}

#[test]
fn the_mean_of_each_channel_covers_all_images() {
    // One row in four is looked at, and the rows are alike.
    let pixel = |(k, _, x, c): (usize, usize, usize, usize)| (k * 100 + x * 10 + c) as f32;
    for (channels, expected) in [(1, [230.0, 0.0, 0.0, 0.0]), (3, [230.0, 231.0, 232.0, 0.0])] {
        let images = Array4::from_shape_fn((5, 9, 7, channels), pixel);
        let means = channel_means(images.view());
        assert!(means.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{means:?}");
    }
}

#[test]
fn the_mean_shift_is_that_of_the_channel_where_it_is_largest() {
    let look = |real: [f64; 4], fake: [f64; 4]| Signals {
        look: Some(Look { variances: [0.1, 0.1], means: [real, fake] }),
        ..Signals::default()
    };
    let mut sums = Sums::default();
    // Red differs up and down, green always up.
    sums.add(look([0.0, 0.5, 0.0, 0.0], [0.9, 0.25, 0.0, 0.0]));
    sums.add(look([0.0, 0.5, 0.0, 0.0], [-0.9, 0.0, 0.0, 0.0]));
    sums.add(Signals::default());
    let none = SampleGrid::default();
    let shift = sums.report(0.1, &none, &none).mean_shift.unwrap();
    assert!((shift - 0.375).abs() < 1e-12, "{shift}");
    // Of two halves of a window it is that of the whole.
    let both = sums.clone().plus(&sums).report(0.1, &none, &none);
    assert_eq!(both, sums.report(0.1, &none, &none));
    assert_eq!(Sums::default().report(0.1, &none, &none).mean_shift, None);
}

#[test]
fn a_sample_grid_measures_its_change_and_its_spread() {
    let grid = |shift: f32| {
        // Tile k is k in its left half and −k in its right.
        let image = |(k, _, x, _): (usize, usize, usize, usize)| {
            shift + if x < 8 { k as f32 } else { -(k as f32) }
        };
        SampleGrid::from_images(Array4::from_shape_fn((16, 16, 16, 3), image).view())
    };
    assert_eq!(grid(0.0).change_since(&SampleGrid::default()), None);
    assert_eq!(grid(0.25).change_since(&grid(0.0)), Some(0.25));
    // The variance of 0, …, 15.
    let spread = (f64::from(16 * 16 - 1) / 12.0).sqrt();
    assert!((grid(0.5).spread() - spread).abs() < 1e-9, "{}", grid(0.5).spread());
}
