use std::path::Path;

use dcgan_gan::Losses;
use image::RgbImage;

use super::curve::{Point, smoothed, thinned};
use super::losses::{loss_curves, loss_range, losses};
use super::panel::apart;
use super::{LOWER, SIDES, SIZE, UPPER, VERMILION, legend, ticks};
use crate::journal::Record;

fn record(step: u64) -> Record {
    let losses = Losses { generator: 1.5, real: 0.5, fake: 0.25, d_real: 0.7, d_fake: 0.2 };
    Record::new(step, step as f64 / 47.0, &losses, 100.0, 64)
}

fn records(n: u64) -> Vec<Record> {
    (1..=n).map(|i| record(10 * i)).collect()
}

fn steps(n: u64) -> Vec<u64> {
    records(n).iter().map(|record| record.step).collect()
}

fn drawn(records: &[Record]) -> RgbImage {
    let plot = losses(Path::new("runs/cats-001"), records).unwrap();
    let (width, height) = (plot.width as u32, plot.height as u32);
    let plot = RgbImage::from_raw(width, height, plot.pixels).unwrap();
    assert_eq!(plot.dimensions(), SIZE);
    plot
}

/// Pixels of this colour in rows from `top` to `bottom`, within the frame of a panel.
fn count(plot: &RgbImage, [top, bottom]: [i32; 2], of: impl Fn([u8; 3]) -> bool) -> usize {
    let [left, right] = SIDES;
    let inside =
        |x: u32, y: u32| (left..right).contains(&(x as i32)) && (top..bottom).contains(&(y as i32));
    plot.enumerate_pixels().filter(|(x, y, pixel)| inside(*x, *y) && of(pixel.0)).count()
}

fn range_of(records: &[Record]) -> [f64; 2] {
    loss_range(&loss_curves(records))
}

fn is_vermilion(pixel: [u8; 3]) -> bool {
    pixel == [VERMILION.0, VERMILION.1, VERMILION.2]
}

#[test]
fn any_number_of_records_can_be_plotted() {
    for n in [0, 1, 2, 19, 20, 5000] {
        let plot = drawn(&records(n));
        let curves = [UPPER, LOWER]
            .map(|panel| count(&plot, panel, |[r, g, b]| r.abs_diff(g) > 60 || g.abs_diff(b) > 60));
        assert_eq!(curves.map(|pixels| pixels > 0), [n > 0; 2], "{n} records: {curves:?}");
    }
}

#[test]
fn values_that_are_not_finite_are_left_out() {
    for value in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 0.0] {
        for n in [1, 30] {
            let mut all = records(n);
            all[0] = Record { loss_g: value, loss_d_real: value, d_x: value, ..all[0] };
            drawn(&all);
        }
    }
}

/// What changes in the losses shows above, and what changes in D's outputs below.
#[test]
fn each_panel_shows_its_own_values() {
    let all = records(200);
    let with = |change: fn(&mut Record)| {
        let mut all = all.clone();
        all.iter_mut().for_each(change);
        drawn(&all)
    };
    let same = drawn(&all);
    let differs = |plot: &RgbImage, [top, bottom]: [i32; 2]| {
        let rows = (top as u32..bottom as u32).flat_map(|y| (0..SIZE.0).map(move |x| (x, y)));
        rows.into_iter().any(|(x, y)| plot.get_pixel(x, y) != same.get_pixel(x, y))
    };
    type Change = fn(&mut Record);
    let changes: [(Change, [bool; 2]); 5] = [
        (|record| record.loss_g = 2.5, [true, false]),
        (|record| record.loss_d_real = 0.6, [true, false]),
        (|record| record.loss_d_fake = 0.6, [true, false]),
        (|record| record.d_x = 0.9, [false, true]),
        (|record| record.d_g_z = 0.1, [false, true]),
    ];
    for (i, (change, expected)) in changes.into_iter().enumerate() {
        let plot = with(change);
        assert_eq!([UPPER, LOWER].map(|panel| differs(&plot, panel)), expected, "change {i}");
    }
}

#[test]
fn a_spike_does_not_flatten_the_rest_and_is_marked() {
    let mut spiky = records(500);
    let range = range_of(&spiky);
    for i in [100, 300] {
        spiky[i].loss_g = 5000.0;
    }
    let cut = range_of(&spiky);
    assert!(cut[1] < 2.0 * range[1], "{cut:?} without spikes {range:?}");
    // A mark is the only solid area at the top of the frame.
    let top = [UPPER[0], UPPER[0] + 10];
    let marks = [records(500), spiky].map(|all| count(&drawn(&all), top, is_vermilion));
    assert!(marks[0] == 0 && marks[1] > 60, "{marks:?}");
}

#[test]
fn the_scale_holds_the_smoothed_curves_and_the_loss_of_a_d_that_cannot_tell() {
    let [low, high] = range_of(&[]);
    assert!(low < 0.5 && high > 1.0, "{low} to {high}");
    // The last hundredth is far below the rest, and remains so.
    let mut all = records(1000);
    all[960..].iter_mut().for_each(|record| record.loss_d_fake = 1e-3);
    assert!(range_of(&all)[0] < 1e-2);
    // Losses of 0 have no logarithm.
    all.iter_mut().for_each(|record| record.loss_d_fake = 0.0);
    let [low, _] = range_of(&all);
    assert!((1e-5..1e-4).contains(&low), "{low}");
}

#[test]
fn smoothing_is_centred_and_keeps_what_is_smooth() {
    let points = |of: fn(usize) -> f64| -> Vec<Point> {
        (0..=400).map(|i| (10.0 * i as f64, of(i))).collect()
    };
    let peak = smoothed(&points(|i| if i == 200 { 100.0 } else { 0.0 }));
    let highest = peak.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(highest.0, 2000.0, "it is where it was");
    assert!(highest.1 < 10.0, "and lower: {highest:?}");
    for i in 0..150 {
        let [before, after] = [200 - i, 200 + i].map(|i| peak[i].1);
        assert!((before - after).abs() < 0.01, "{before} and {after} {i} points from the peak");
    }
    let area: f64 = peak.iter().map(|point| point.1).sum();
    assert!((area - 100.0).abs() < 0.1, "{area}");
    for (a, b) in smoothed(&points(|_| 3.0)).iter().zip(points(|_| 3.0)) {
        assert!(a.0 == b.0 && (a.1 - 3.0).abs() < 1e-12, "{a:?}");
    }
    assert_eq!(smoothed(&[(5.0, 2.0)]), [(5.0, 2.0)]);
    assert_eq!(smoothed(&[]), []);
}

#[test]
fn thinning_keeps_extremes_in_their_order() {
    let mut points: Vec<Point> = (0..1000).map(|i| (f64::from(i), 0.0)).collect();
    (points[501].1, points[503].1) = (9.0, -9.0);
    let thin = thinned(&points, 100);
    assert_eq!(thin.len(), 200);
    assert!(thin.contains(&(501.0, 9.0)) && thin.contains(&(503.0, -9.0)));
    assert!(thin.is_sorted_by(|a, b| a.0 <= b.0));
    assert_eq!(thinned(&points[..200], 100), points[..200]);
}

#[test]
fn labels_are_moved_apart_within_the_frame() {
    assert_eq!(apart(&[100, 200], [0, 400]), [100, 200]);
    assert_eq!(apart(&[100, 105, 110], [0, 400]), [100, 120, 140]);
    assert_eq!(apart(&[395, 398, 400], [0, 400]), [360, 380, 400]);
    assert_eq!(apart(&[0, 0], [0, 400]), [0, 20]);
    assert_eq!(apart(&[], [0, 400]), [0; 0]);
}

#[test]
fn ticks_are_round_numbers() {
    let names = |ticks: Vec<(f64, String)>| -> Vec<String> {
        ticks.into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!(names(ticks::linear(1.0)), ["0", "1"]);
    assert_eq!(names(ticks::linear(30.0)), ["0", "5", "10", "15", "20", "25", "30"]);
    assert_eq!(names(ticks::linear(15_000.0)).last().unwrap(), "14,000");
    assert_eq!(names(ticks::logarithmic(0.04, 3.0)), ["0.05", "0.1", "0.2", "0.5", "1", "2"]);
    assert_eq!(names(ticks::logarithmic(0.002, 20.0)), ["0.01", "0.1", "1", "10"]);
}

#[test]
fn the_legend_says_what_the_lines_are() {
    assert_eq!(legend(&[], false), "no step has been logged yet");
    assert_eq!(legend(&steps(1), false), "step 10");
    assert_eq!(legend(&steps(19), false), "points: every 10 steps");
    let every_step: Vec<u64> = (1..=9).collect();
    assert_eq!(legend(&every_step, false), "points: every step");
    assert_eq!(
        legend(&steps(1501), true),
        "thin: every 10 steps, thick: smoothed over about 600 steps; triangles: beyond the scale"
    );
}
