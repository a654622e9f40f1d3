use super::latent::{from_seed, from_seeds, slerp};
use super::*;

fn normals(seed: u64, purpose: Purpose, index: u64, len: usize) -> Vec<f32> {
    let mut out = vec![f32::NAN; len];
    fill_normal(&mut stream(seed, purpose, index), &mut out);
    out
}

#[test]
fn each_of_seed_purpose_and_index_selects_another_stream() {
    let base = normals(1, Purpose::Latent, 1, 8);
    assert_eq!(base, normals(1, Purpose::Latent, 1, 8));
    assert_ne!(base, normals(2, Purpose::Latent, 1, 8));
    assert_ne!(base, normals(1, Purpose::Init, 1, 8));
    assert_ne!(base, normals(1, Purpose::Latent, 2, 8));
}

#[test]
fn the_draws_never_change() {
    // A change here changes every run and the image of every seed.
    let mut first = stream(42, Purpose::Sample, 0);
    assert_eq!(first.random::<u64>(), GOLDEN);
}

const GOLDEN: u64 = 13_267_497_883_964_352_478;

#[test]
fn a_shorter_request_is_a_prefix_of_a_longer_one() {
    assert_eq!(normals(3, Purpose::Sample, 0, 7), normals(3, Purpose::Sample, 0, 100)[..7]);
}

#[test]
fn normals_have_the_moments_of_a_normal() {
    let n = 200_000;
    let x = normals(5, Purpose::Noise, 0, n);
    let moment = |k: i32| x.iter().map(|&v| f64::from(v).powi(k)).sum::<f64>() / n as f64;
    // Four standard errors of each mean: sqrt(1/n), sqrt(2/n), sqrt(15/n), sqrt(96/n).
    let within = |value: f64, mean: f64, variance: f64| {
        assert!((value - mean).abs() < 4.0 * (variance / n as f64).sqrt(), "{value} for {mean}");
    };
    within(moment(1), 0.0, 1.0);
    within(moment(2), 1.0, 2.0);
    within(moment(3), 0.0, 15.0);
    within(moment(4), 3.0, 96.0);
}

#[test]
fn numbers_below_a_bound_are_all_alike() {
    // Of 60,000 draws each of six numbers is expected 10,000 times, within four standard deviations.
    let mut draws = stream(8, Purpose::Shuffle, 0);
    let mut times = [0i32; 6];
    (0..60_000).for_each(|_| times[below(&mut draws, 6) as usize] += 1);
    let deviation = (60_000.0f64 / 6.0 * 5.0 / 6.0).sqrt();
    assert!(times.iter().all(|&n| f64::from(n - 10_000).abs() < 4.0 * deviation), "{times:?}");
    assert_eq!(below(&mut draws, 1), 0);
    // Half of all draws are surplus for this bound; none of them may come through as a bias.
    let n = (1 << 63) + 1;
    assert!((0..100).all(|_| below(&mut draws, n) < n));
}

#[test]
fn latents_are_those_of_their_seeds() {
    assert_eq!(from_seeds([5, 9], 7), [from_seed(5, 7), from_seed(9, 7)].concat());
    assert_ne!(from_seed(5, 7), from_seed(9, 7));
}

fn norm(z: &[f32]) -> f64 {
    z.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn slerp_keeps_to_the_sphere_and_meets_both_ends() {
    let (a, b) = ([3.0, 0.0, 0.0], [0.0, 3.0, 0.0]);
    for i in 0..=10 {
        let t = f64::from(i) / 10.0;
        let z = slerp(&a, &b, t);
        assert!((norm(&z) - 3.0).abs() < 1e-6);
        let angle = f64::from(z[1]).atan2(f64::from(z[0]));
        assert!((angle - t * std::f64::consts::FRAC_PI_2).abs() < 1e-6);
    }
}

#[test]
fn parallel_opposite_and_zero_latents_have_a_way_too() {
    let a = [1.0, 2.0, -1.0];
    let (twice, opposite, zero) = (a.map(|v| 2.0 * v), a.map(|v| -v), [0.0; 3]);
    for b in [a, twice, opposite, zero] {
        for t in [0.0, 0.25, 0.5, 1.0] {
            let z = slerp(&a, &b, t);
            for i in 0..3 {
                let line = (1.0 - t) * f64::from(a[i]) + t * f64::from(b[i]);
                assert!((f64::from(z[i]) - line).abs() < 1e-5, "{z:?} at {t} on the way to {b:?}");
            }
        }
    }
}
