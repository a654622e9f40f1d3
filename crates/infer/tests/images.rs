//! The images of a `.gen` file are those of the generator that was written to it.
//!
//! A trained network of many channels can differ by more than the 10⁻⁵ of these: by 2·10⁻⁵ in a network of 14,841 steps.
//! That is the rounding of Winograd's transforms in `dcgan-gan`; this crate was within 10⁻⁵ of a computation in double
//! precision there.

use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::{Config, Fingerprint, Generator, GeneratorWeights, State};
use dcgan_infer::Error;
use dcgan_random::latent;

/// A generator whose batch norm does something in each layer.
fn weights(image_size: usize, channels: usize, nz: usize, ngf: usize) -> GeneratorWeights {
    let config = Config { image_size, channels, nz, ngf, ndf: 2, ..Config::default() };
    let mut weights = State::new(config).expect("a valid config").as_trained();
    // No layer is dead.
    for entry in weights.theta.entries().to_vec() {
        let lift = if entry.name.ends_with("bias") { 0.4 } else { 0.0 };
        weights.theta.as_mut_slice()[entry.range].iter_mut().for_each(|v| *v += lift);
    }
    let (theta, buffers) = (weights.theta.as_mut_slice(), weights.buffers.as_mut_slice());
    theta.iter_mut().enumerate().for_each(|(i, v)| *v += 0.02 * (i as f32 * 0.7).sin());
    buffers.iter_mut().enumerate().for_each(|(i, v)| *v += 0.05 * (i as f32 * 0.3).cos().abs());
    // Enough contrast to see a difference, and not so much that tanh would hide it.
    let shown = Generator::from_weights(&weights).generate(&latent::from_seeds([0, 7, 12], nz));
    let peak = shown.iter().fold(0f32, |peak, v| peak.max(v.abs()));
    let theta = weights.theta.as_mut_slice();
    let last = theta.len() - 16 * ngf * channels;
    theta[last..].iter_mut().for_each(|v| *v *= 0.9f32.atanh() / peak.atanh());
    weights
}

fn read(weights: &GeneratorWeights, precision: Precision) -> dcgan_infer::Generator {
    let bytes = gen_file::encode(weights, 1234, precision).expect("it can be written");
    dcgan_infer::Generator::from_bytes(&bytes).expect("a valid file")
}

/// The largest difference of a seed's image, as floats and in grey levels.
fn differences(weights: &GeneratorWeights, precision: Precision, seed: u64) -> (f32, u8) {
    let (mut big, small) = (Generator::from_weights(weights), read(weights, precision));
    let z = latent::from_seed(seed, weights.config.nz);
    let (expected, image) = (big.generate(&z), small.image(&small.latent(seed)));
    assert_eq!(expected.len(), image.floats().len());
    let peak = expected.iter().fold(0f32, |peak, v| peak.max(v.abs()));
    assert!((0.3..0.95).contains(&peak), "at {peak}, differences would be hidden");
    let floats = expected.iter().zip(image.floats()).map(|(a, b)| (a - b).abs());
    let bytes = big.generate_bytes(&z).into_iter().zip(image.bytes());
    (floats.fold(0.0, f32::max), bytes.map(|(a, b)| a.abs_diff(b)).max().expect("pixels"))
}

#[test]
fn the_image_of_a_seed_is_the_one_of_the_big_crate() {
    // All kinds of sizes: one channel and many, blocks of output channels that are full and that are not.
    for (image_size, channels, nz, ngf) in [
        (16, 3, 5, 4),
        (16, 1, 1, 2),
        (32, 4, 100, 7),
        (32, 3, 33, 12),
        (64, 3, 100, 32),
        (128, 1, 10, 3),
    ] {
        let weights = weights(image_size, channels, nz, ngf);
        for seed in [0, 7] {
            let (floats, levels) = differences(&weights, Precision::F32, seed);
            assert!(floats < 1e-5 && levels <= 1, "{image_size} {channels} {nz} {ngf}: {floats}");
        }
    }
}

#[test]
fn half_precision_halves_the_file_and_keeps_the_image() {
    let weights = weights(64, 3, 100, 16);
    let [f32, f16] = [Precision::F32, Precision::F16].map(|precision| {
        gen_file::encode(&weights, 0, precision).expect("it can be written").len()
    });
    assert_eq!(f16 - 52, (f32 - 52) / 2);
    for seed in [0, 7, 12] {
        let (_, levels) = differences(&weights, Precision::F16, seed);
        assert!((1..=2).contains(&levels), "{levels} levels");
    }
}

#[test]
fn the_file_says_what_the_generator_is() {
    let weights = weights(32, 4, 6, 5);
    let small = read(&weights, Precision::F16);
    assert_eq!((small.nz(), small.side(), small.channels(), small.steps()), (6, 32, 4, 1234));
    let expected = Fingerprint::from_generator(&weights).to_string();
    assert_eq!(small.fingerprint().to_string(), expected);
    let image = small.image(&small.latent(3));
    assert_eq!((image.side(), image.channels(), image.bytes().len()), (32, 4, 32 * 32 * 4));
}

/// Rebuilt from `docs/formats.md` alone: a reader of a few lines, without any of the tricks of the crate.
#[test]
fn the_specification_suffices_to_write_a_reader() {
    let weights = weights(16, 3, 5, 4);
    let bytes = gen_file::encode(&weights, 0, Precision::F32).expect("it can be written");
    let mut numbers = bytes[48..].chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
    let z = latent::from_seed(9, 5);
    let (mut x, mut side, mut c_in) = (z.clone(), 1, 5);
    for (layer, c_out) in [8, 4, 3].into_iter().enumerate() {
        let w: Vec<f32> = numbers.by_ref().take(16 * c_in * c_out).collect();
        let bias: Vec<f32> = numbers.by_ref().take(if layer < 2 { c_out } else { 0 }).collect();
        let (stride, pad, out) = if layer == 0 { (1, 0, 4) } else { (2, 1, 2 * side) };
        let mut y = vec![0.0; out * out * c_out];
        for (pixel, value) in y.chunks_mut(c_out).enumerate() {
            let (row, column) = (pixel / out, pixel % out);
            for (ky, kx) in (0..16).map(|tap| (tap / 4, tap % 4)) {
                for (iy, ix) in (0..side * side).map(|i| (i / side, i % side)) {
                    if row + pad == stride * iy + ky && column + pad == stride * ix + kx {
                        for (i, o) in (0..c_in * c_out).map(|k| (k / c_out, k % c_out)) {
                            let weight = w[((4 * ky + kx) * c_in + i) * c_out + o];
                            value[o] += x[(iy * side + ix) * c_in + i] * weight;
                        }
                    }
                }
            }
            value.iter_mut().zip(&bias).for_each(|(value, bias)| *value += bias);
            value.iter_mut().for_each(|v| *v = if layer < 2 { v.max(0.0) } else { v.tanh() });
        }
        (x, side, c_in) = (y, out, c_out);
    }
    let image = read(&weights, Precision::F32).image(&z);
    assert!(x.iter().zip(image.floats()).all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn what_is_not_such_a_file_is_refused_with_the_reason() {
    let whole = gen_file::encode(&weights(16, 3, 5, 4), 0, Precision::F32).expect("a file");
    let sealed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole[..whole.len() - 4].to_vec();
        change(&mut bytes);
        bytes.extend(crc32(&bytes).to_le_bytes());
        dcgan_infer::Generator::from_bytes(&bytes).expect_err("a changed file")
    };
    let with = |at: usize, number: u32| {
        sealed(&|bytes: &mut Vec<u8>| bytes[at..at + 4].copy_from_slice(&number.to_le_bytes()))
    };
    let refused = |bytes: &[u8]| dcgan_infer::Generator::from_bytes(bytes).expect_err("no file");

    assert_eq!(refused(b""), Error::Foreign);
    assert_eq!(refused(b"DCGANRUN and so on"), Error::Foreign);
    assert_eq!(refused(b"DCGANGEN"), Error::Length { expected: 52, found: 8 });
    let (expected, found) = (whole.len() as u64, whole.len() as u64 - 1);
    assert_eq!(refused(&whole[..whole.len() - 1]), Error::Length { expected, found });
    let longer = sealed(&|bytes: &mut Vec<u8>| bytes.extend([0; 4]));
    assert_eq!(longer, Error::Length { expected, found: expected + 4 });
    assert_eq!(with(8, 2), Error::Newer { found: 2 });
    let mut flipped = whole.clone();
    flipped[100] ^= 1;
    assert_eq!(refused(&flipped), Error::Damaged);
    for (at, number, why) in [
        (8, 0, "version is 0"),
        (12, 3, "neither 2 nor 4 bytes"),
        (16, 0, "nz or ngf"),
        (20, 4097, "nz or ngf"),
        (24, 2, "channels"),
        (28, 48, "power of two"),
        (28, 2048, "power of two"),
        (38, 1, "after the fingerprint"),
        (48, f32::NAN.to_bits(), "not finite"),
        (48, f32::INFINITY.to_bits(), "not finite"),
    ] {
        let error = with(at, number).to_string();
        assert!(error.contains(why), "{error}");
    }
    assert!(with(16, 4096).to_string().starts_with("truncated or extended"));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ (crc & 1).wrapping_mul(0xedb8_8320))
    })
}
