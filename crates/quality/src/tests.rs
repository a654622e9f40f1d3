mod features;
mod levels;
mod naive;
mod reference;

use dcgan_data::{Shape, Source, load};
use dcgan_random::{Purpose, below, stream};

use crate::pyramid::Image;
use crate::{Distance, Measure, Set};

const MEASURE: Measure = Measure { patches: 24, directions: 48 };

const SIDE: usize = 32;

/// `count` synthetic cats.
fn cats(count: usize, seed: u64, channels: usize) -> Vec<u8> {
    let shape = Shape { side: SIDE, channels };
    load(&Source::Synthetic { count, seed }, shape, &|_, _| ()).unwrap().0.as_bytes().to_vec()
}

fn distance(a: &[u8], b: &[u8]) -> Distance {
    MEASURE.distance(Set::new(a, SIDE, 3), Set::new(b, SIDE, 3))
}

fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut draws = stream(seed, Purpose::Noise, 0);
    (0..len).map(|_| below(&mut draws, 256) as u8).collect()
}

#[test]
fn it_is_that_of_the_definition() {
    for channels in [1, 3, 4] {
        let (a, b) = (cats(3, 1, channels), cats(3, 2, channels));
        let [a, b] = [&a, &b].map(|bytes| Set::new(bytes, SIDE, channels));
        let measure = Measure { patches: 10, directions: 20 };
        let (ours, slow) = (measure.distance(a, b), naive::distance(measure, a, b));
        assert_eq!(ours.levels().len(), 2);
        for (&(side, ours), (slow_side, slow)) in ours.levels().iter().zip(slow) {
            assert_eq!(side, slow_side);
            assert!(
                (ours - slow).abs() < 1e-4 * slow,
                "{channels} channels, {side}: {ours} {slow}"
            );
        }
    }
}

#[test]
fn the_same_set_is_at_no_distance_and_the_order_of_two_says_nothing() {
    let (a, b) = (cats(12, 1, 3), cats(12, 2, 3));
    assert_eq!(distance(&a, &a).levels(), [(32, 0.0), (16, 0.0)]);
    let there = distance(&a, &b);
    assert!(there.levels().iter().all(|&(_, d)| d > 0.0), "{there:?}");
    assert_eq!(there, distance(&b, &a));
    let mean = (there.levels()[0].1 + there.levels()[1].1) / 2.0;
    assert_eq!(there.mean(), mean);
}

/// An image reduced and enlarged again.
fn blurred(image: &[u8]) -> Vec<u8> {
    let floats = image.iter().map(|&byte| f32::from(byte)).collect();
    let small = Image { side: SIDE, depth: 3, floats }.down();
    small.up().floats.iter().map(|&v| v.round() as u8).collect()
}

#[test]
fn worse_images_are_farther_than_real_ones_are_from_each_other() {
    let (a, b) = (cats(48, 1, 3), cats(48, 2, 3));
    let floor = distance(&a, &b);
    let draws = noise(3, b.len());
    let grainy: Vec<u8> =
        b.iter().zip(&draws).map(|(&b, &n)| b.saturating_add(n / 4).max(30)).collect();
    let collapsed = b[..SIDE * SIDE * 3].repeat(48);
    let blurred: Vec<u8> = b.chunks_exact(SIDE * SIDE * 3).flat_map(blurred).collect();
    for (what, bad) in
        [("noise", draws), ("grain", grainy), ("one image", collapsed), ("blur", blurred)]
    {
        let bad = distance(&a, &bad);
        let levels = bad.levels().iter().zip(floor.levels());
        let farther = levels.filter(|((_, bad), (_, floor))| *bad > 1.5 * floor).count();
        assert!(
            farther > 0 && bad.mean() > floor.mean(),
            "{what}: {bad:?}, and the floor {floor:?}"
        );
    }
}

#[test]
fn it_grows_with_the_damage() {
    let (a, b) = (cats(48, 1, 3), cats(48, 2, 3));
    let draws = noise(4, b.len());
    let grainy = |amplitude: u16| {
        let grain = |(&b, &n): (&u8, &u8)| {
            (u16::from(b) * (16 - amplitude) + u16::from(n) * amplitude) / 16
        };
        let bytes: Vec<u8> = b.iter().zip(&draws).map(|pair| grain(pair) as u8).collect();
        distance(&a, &bytes).mean()
    };
    let distances = [0, 4, 8, 16].map(grainy);
    assert!(distances.is_sorted_by(|a, b| a < b), "{distances:?}");
}

/// So that values for grey sets agree with published ones.
#[test]
fn grey_images_count_as_coloured_ones() {
    let (a, b) = (cats(5, 1, 1), cats(5, 2, 1));
    let coloured = |grey: &[u8]| -> Vec<u8> { grey.iter().flat_map(|&byte| [byte; 3]).collect() };
    let grey = MEASURE.distance(Set::new(&a, SIDE, 1), Set::new(&b, SIDE, 1));
    assert_eq!(grey, distance(&coloured(&a), &coloured(&b)));
}

/// A known limitation: the paper standardises each set.
#[test]
fn a_set_that_is_brighter_as_a_whole_is_at_no_distance() {
    let dim: Vec<u8> = cats(8, 1, 3).iter().map(|&byte| byte / 4).collect();
    let bright: Vec<u8> = dim.iter().map(|&byte| 2 * byte + 100).collect();
    assert!(distance(&dim, &bright).mean() < 1e-3, "{:?}", distance(&dim, &bright));
}

/// Constant images have standard deviation 0, by which nothing may be divided.
#[test]
fn images_of_one_colour_are_measured_too() {
    let plain = vec![77; 4 * SIDE * SIDE * 3];
    assert_eq!(distance(&plain, &plain).mean(), 0.0);
    let far = distance(&plain, &cats(4, 1, 3)).mean();
    assert!(far.is_finite() && far > 0.0);
}

#[test]
fn it_is_the_same_bits_on_any_number_of_threads() {
    let (a, b) = (cats(9, 1, 3), cats(9, 2, 3));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| distance(&a, &b))
    };
    let one = on(1);
    assert!([2, 3, 8].iter().all(|&threads| on(threads) == one));
}

#[test]
fn the_levels_add_up_to_the_image() {
    let floats: Vec<f32> = noise(5, 64 * 64 * 3).iter().map(|&byte| f32::from(byte)).collect();
    let image = Image { side: 64, depth: 3, floats };
    let [large, middle, small] = [64, 32, 16].map(|side| image.clone().level(side, 16));
    let mut sum = small;
    for level in [middle, large] {
        sum = sum.up();
        sum.floats.iter_mut().zip(level.floats).for_each(|(sum, level)| *sum += level);
    }
    let error = sum.floats.iter().zip(&image.floats).map(|(a, b)| (a - b).abs());
    assert!(error.fold(0.0, f32::max) < 1e-3);
}

/// Down and up keep an image of one colour, including its borders.
#[test]
fn filters_have_sum_one() {
    let plain = Image { side: 16, depth: 1, floats: vec![8.0; 256] };
    assert_eq!(plain.down().floats, [8.0; 64]);
    assert_eq!(plain.up().floats, [8.0; 1024]);
}

#[test]
fn sizes_that_have_no_pyramid_are_refused() {
    for (bytes, side) in [(vec![0; 8 * 8 * 3], 8), (vec![0; 24 * 24 * 3], 24), (vec![], 16)] {
        let made = std::panic::catch_unwind(|| Set::new(&bytes, side, 3).len());
        assert!(made.is_err(), "{side}");
    }
}
