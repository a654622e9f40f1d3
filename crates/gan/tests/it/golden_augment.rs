//! Augmentations and training steps with them against PyTorch in double precision, which differentiates the
//! augmentations itself. `../golden/make_augment.py` wrote the numbers.

use dcgan_gan::{Augment, Augmentation, Config, DNorm, Engine, State, Trainer};
use dcgan_layers::Params;
use dcgan_random::{Purpose, stream};
use ndarray::{Array4, ArrayViewMut3, Axis};
use safetensors::SafeTensors;

use crate::golden::{Golden, assert_below, fill, sign, uniform};
use crate::naive_engine::NaiveEngine;

const CONFIG: Config = Config {
    image_size: 16,
    channels: 3,
    nz: 3,
    ngf: 2,
    ndf: 2,
    batch_size: 4,
    augment: Augment::ALL,
    ..Config::DEFAULT
};

/// Signed sums that are stored of each image.
const SUMS: u64 = 8;

/// Such a sum, in roots of its number of values, and losses. Five times what is seen, as is the next.
const VALUES: f64 = 1e-6;

/// Gradients, relative to their tensor's root mean square.
const GRADIENTS: f64 = 1e-5;

fn golden() -> Golden {
    Golden(SafeTensors::deserialize(include_bytes!("../golden/augment.safetensors")).unwrap())
}

/// Those of the first step: generated images, then real ones.
fn drawn(augment: Augment) -> Vec<Augmentation> {
    let mut draws = stream(CONFIG.seed, Purpose::Augment, 0);
    (0..2 * CONFIG.batch_size).map(|_| Augmentation::draw(augment, 16, &mut draws)).collect()
}

#[test]
fn the_draws_are_those_that_torch_was_given() {
    let numbers = |drawn: Augmentation| {
        let colour = drawn.colour.unwrap();
        let [down, right] = drawn.translation.unwrap().shift.map(|shift| shift as f64);
        let [row, column] = drawn.cutout.unwrap().centre.map(|centre| centre as f64);
        let colour = [colour.brightness, colour.saturation, colour.contrast].map(f64::from);
        [&colour[..], &[down, right, row, column]].concat()
    };
    let drawn = drawn(Augment::ALL).into_iter().flat_map(numbers);
    for (got, want) in drawn.zip(golden().get("draws")) {
        assert_below("a draw", (got - want).abs(), 1e-6);
    }
}

#[test]
fn augmentations_and_their_adjoints_are_torch_s() {
    for policy in ["color", "translation", "cutout", "color,translation,cutout"] {
        let check = |name: &str, key: u64, change: fn(&Augmentation, ArrayViewMut3<f32>)| {
            let mut images = uniform(key, (8, 16, 16, 3), 1.0);
            let drawn = drawn(policy.parse().unwrap());
            for (image, drawn) in images.axis_iter_mut(Axis(0)).zip(&drawn) {
                change(drawn, image);
            }
            compare(&format!("{policy}/{name}"), &images);
        };
        check("images", 1, Augmentation::apply);
        check("gradient", 2, Augmentation::adjoint);
    }
}

fn compare(name: &str, images: &Array4<f32>) {
    let golden = golden().get(name);
    for (image, sums) in images.axis_iter(Axis(0)).zip(golden.chunks_exact(SUMS as usize)) {
        for (row, want) in (0..SUMS).zip(sums) {
            let signed = image.iter().enumerate().map(|(i, &v)| sign(row, i) * f64::from(v));
            let error = (signed.sum::<f64>() - want) / (image.len() as f64).sqrt();
            assert_below(name, error.abs(), VALUES);
        }
    }
}

fn one_step<E: Engine>(resume: impl Fn(State) -> E, gradients: impl Fn(&E) -> [Params; 2]) {
    let golden = golden();
    let key = 10_000 * golden.get("attempt")[0] as u64;
    let alone = Config { d_norm: DNorm::None, r1: 2.0, ..CONFIG };
    for (name, config) in [("batch", CONFIG), ("none_r1", alone)] {
        let mut state = State::new(config).unwrap();
        fill(&mut state.generator.theta, key + 100);
        fill(&mut state.discriminator.theta, key + 200);
        let mut engine = resume(state);
        engine.real().assign(&uniform(key + 400, (config.batch_size, 16, 16, 3), 1.0));
        let z = uniform(key + 300, (config.batch_size, 1, 1, config.nz), 3f64.sqrt());
        let losses = engine.step_with(z.view()).unwrap();
        let got = [losses.generator, losses.real, losses.fake];
        for (got, want) in got.into_iter().zip(golden.get(&format!("{name}/losses"))) {
            assert_below(name, (f64::from(got) - want).abs(), VALUES * (1.0 + want.abs()));
        }
        for (net, gradient) in ["g", "d"].into_iter().zip(gradients(&engine)) {
            golden.compare(&format!("{name}/{net}"), &gradient, |rms| GRADIENTS * rms);
        }
    }
}

#[test]
fn one_step_with_augmentation_is_torch_s() {
    one_step(Trainer::resume, |trainer| {
        let (dg, dd) = trainer.gradients();
        [dg.clone(), dd.clone()]
    });
}

#[test]
fn one_step_with_augmentation_of_a_naive_engine_is_torch_s() {
    one_step(NaiveEngine::new, NaiveEngine::gradients);
}
