//! The latents are those of the crate `random`, which uses other libraries for generator and functions.

use dcgan_infer::latent;
use dcgan_random::latent as reference;

#[test]
fn the_latent_of_a_seed_is_the_one_of_the_program() {
    let mut different = 0;
    let seeds = (0..2000).chain([u64::from(u32::MAX), 1 << 32, u64::MAX / 3, u64::MAX]);
    for seed in seeds {
        let (found, expected) = (latent::from_seed(seed, 101), reference::from_seed(seed, 101));
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.is_sign_negative(), expected.is_sign_negative(), "seed {seed}");
            // The last bit depends on the platform's logarithm and sine, once in many millions.
            assert!(found.to_bits().abs_diff(expected.to_bits()) <= 1, "seed {seed}");
            different += usize::from(found != expected);
        }
    }
    assert!(different <= 5, "{different} of 200,000 numbers differ in the last bit");
}

#[test]
fn a_shorter_latent_is_a_prefix_of_a_longer_one() {
    assert_eq!(latent::from_seed(3, 7), latent::from_seed(3, 1000)[..7]);
    assert_eq!(latent::from_seed(3, 1000), reference::from_seed(3, 1000));
}

#[test]
fn interpolation_is_that_of_the_program() {
    let close = |a: &[f32], b: &[f32], t| {
        let (found, expected) = (latent::slerp(a, b, t), reference::slerp(a, b, t));
        let near = |(x, y): (&f32, &f32)| (x - y).abs() <= 2e-7 * (1.0 + y.abs());
        assert!(found.iter().zip(&expected).all(near), "{found:?} {expected:?}");
    };
    let t = [0.0, 0.1, 0.3, 0.5, 0.77, 1.0];
    for seed in 0..100 {
        let (a, b) = (latent::from_seed(seed, 100), latent::from_seed(seed + 1000, 100));
        t.iter().for_each(|&t| close(&a, &b, t));
    }
    let a = [1.0f32, 2.0, -1.0];
    // Parallel, opposite, nearly so, and zero.
    let nearly = [1.0, 2.0, -1.000_1];
    for b in [a, a.map(|v| 2.0 * v), a.map(|v| -v), nearly, nearly.map(|v| -v), [0.0; 3]] {
        t.iter().for_each(|&t| close(&a, &b, t));
    }
}
