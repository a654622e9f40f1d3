use std::collections::BTreeMap;

use ndarray::Array4;

use super::shape;
use crate::{Batches, Images};

/// Images of one grey pixel; the i-th has level i.
fn numbered(n: u8) -> Images {
    Images::new(shape(1, 1), (0..n).collect())
}

fn shown(batches: &mut Batches, images: &Images, batch: usize, step: u64) -> Vec<u8> {
    let mut x = Array4::from_elem((batch, 1, 1, 1), f32::NAN);
    batches.fill_batch(step, images, x.view_mut());
    x.iter().map(|v| ((v + 1.0) * 127.5).round() as u8).collect()
}

#[test]
fn every_epoch_shows_every_image_once_in_another_order() {
    let images = numbered(10);
    let mut batches = Batches::new(10, 4, 7);
    // Five steps of four are two epochs of ten; the third step lies in both.
    let all: Vec<u8> = (0..5).flat_map(|step| shown(&mut batches, &images, 4, step)).collect();
    let (first, second) = all.split_at(10);
    for epoch in [first, second] {
        let mut sorted = epoch.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<_>>());
    }
    assert_ne!(first, second);
}

#[test]
fn a_step_shows_the_same_whatever_was_shown_before() {
    let images = numbered(10);
    let mut straight = Batches::new(10, 4, 7);
    let expected: Vec<_> = (0..9).map(|step| shown(&mut straight, &images, 4, step)).collect();
    for step in [8, 0, 3, 2, 2, 7] {
        let mut fresh = Batches::new(10, 4, 7);
        assert_eq!(shown(&mut fresh, &images, 4, step), expected[step as usize]);
        assert_eq!(shown(&mut straight, &images, 4, step), expected[step as usize]);
    }
}

#[test]
fn fewer_images_than_a_batch_are_shown_several_times_in_it() {
    let images = numbered(3);
    let batch = shown(&mut Batches::new(3, 8, 1), &images, 8, 0);
    let mut times = BTreeMap::new();
    batch.iter().for_each(|&i| *times.entry(i).or_insert(0) += 1);
    assert!(times.len() == 3 && times.values().all(|&n| (2..=3).contains(&n)), "{times:?}");
    assert_eq!(shown(&mut Batches::new(1, 2, 1), &numbered(1), 2, 5), [0, 0]);
}

#[test]
fn each_order_has_the_same_chance() {
    // In 3,000 epochs of three images each of the six orders is expected 500 times, within four
    // standard deviations.
    let images = numbered(3);
    let mut batches = Batches::new(3, 3, 9);
    let mut times = BTreeMap::new();
    for epoch in 0..3000 {
        *times.entry(shown(&mut batches, &images, 3, epoch)).or_insert(0) += 1;
    }
    let deviation = (3000.0f64 * 1.0 / 6.0 * 5.0 / 6.0).sqrt();
    assert_eq!(times.len(), 6);
    assert!(times.values().all(|&n| (f64::from(n) - 500.0).abs() < 4.0 * deviation), "{times:?}");
}

#[test]
fn bytes_become_the_interval_from_minus_one_to_one() {
    let images = Images::new(shape(1, 3), vec![0, 255, 51]);
    let mut x = Array4::zeros((1, 1, 1, 3));
    Batches::new(1, 1, 0).fill_batch(0, &images, x.view_mut());
    assert_eq!(x.into_raw_vec_and_offset().0, [-1.0, 1.0, -0.6]);
}

#[test]
fn steps_and_epochs_convert_into_each_other() {
    let batches = Batches::new(10, 4, 0);
    assert_eq!([0, 1, 2, 3].map(|epochs| batches.steps_for(epochs)), [0, 3, 5, 8]);
    assert_eq!([0, 2, 3, 5].map(|steps| batches.epoch(steps)), [0, 0, 1, 2]);
    assert_eq!(batches.steps_for(u64::MAX), u64::MAX.div_ceil(4));
}

#[test]
fn half_of_the_images_are_mirrored_and_the_order_stays() {
    let side = 3;
    let pixels = |i: u8| (0..18).map(move |pixel| 20 * i + pixel);
    let images = Images::new(shape(side, 2), (0..10).flat_map(pixels).collect());
    let (mut plain, mut flipped) =
        (Batches::new(10, 5, 7), Batches::new(10, 5, 7).with_flips(true));
    let mut mirrored = 0;
    for step in 0..200 {
        let fill = |batches: &mut Batches| {
            let mut x = Array4::zeros((5, side, side, 2));
            batches.fill_batch(step, &images, x.view_mut());
            x
        };
        let (x, y) = (fill(&mut plain), fill(&mut flipped));
        for (x, y) in x.outer_iter().zip(y.outer_iter()) {
            let mirror = x.slice(ndarray::s![.., ..;-1, ..]);
            assert!(y == x || y == mirror);
            mirrored += usize::from(y == mirror);
        }
    }
    // Of 1,000 with a standard deviation of 16.
    assert!((436..=564).contains(&mirrored), "{mirrored}");
}
