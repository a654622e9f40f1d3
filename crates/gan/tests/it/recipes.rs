//! Every recipe, against the naive engine in double precision: the losses, gradients and averages of a few steps.

use dcgan_gan::{Augment, Config, DNorm, Engine, Objective, State, Trainer, Upsample};
use dcgan_layers::Params;
use dcgan_random::{Purpose, fill_normal, stream};

use crate::naive_engine::{NaiveEngine, gradient_penalty};

const CONFIG: Config = Config {
    image_size: 16,
    channels: 3,
    nz: 6,
    ngf: 4,
    ndf: 4,
    batch_size: 6,
    ema: 0.9,
    ..Config::DEFAULT
};

/// Relative to the norm: rounding in single precision.
const TOLERANCE: f64 = 2e-4;

#[track_caller]
fn assert_near(what: &str, got: &Params, want: &Params) {
    let pairs = || got.as_slice().iter().zip(want.as_slice());
    let error: f64 = pairs().map(|(a, b)| f64::from(a - b).powi(2)).sum();
    let norm: f64 = pairs().map(|(_, b)| f64::from(*b).powi(2)).sum();
    assert!(error.sqrt() <= TOLERANCE * norm.sqrt(), "{what}: {} of {}", error.sqrt(), norm.sqrt());
}

/// Adam takes full steps even along a gradient that is zero but for rounding, as that of the last bias is under
/// relativistic pairing: such steps are not compared.
fn ignore_noise(step: &mut Params, naive: &Params, gradient: &Params) {
    let largest = gradient.as_slice().iter().fold(0.0f32, |largest, g| largest.max(g.abs()));
    let pairs = step.as_mut_slice().iter_mut().zip(naive.as_slice());
    for ((step, naive), gradient) in pairs.zip(gradient.as_slice()) {
        if gradient.abs() < 1e-4 * largest {
            *step = *naive;
        }
    }
}

/// One step of both engines from the same state, three times.
fn agree(config: Config) {
    let mut state = State::new(config).unwrap();
    for _ in 0..3 {
        let mut trainer = Trainer::resume(state.clone());
        let mut naive = NaiveEngine::new(state.clone());
        let before = state;
        let step = trainer.state().step;
        let mut real = Engine::real(&mut trainer);
        let pixels = real.as_slice_mut().unwrap();
        fill_normal(&mut stream(5, Purpose::Noise, step), pixels);
        pixels.iter_mut().for_each(|v| *v = v.tanh());
        naive.real().assign(&real);
        let (got, want) = (trainer.step(), naive.step().unwrap());
        for (name, got, want) in [
            ("loss of G", got.generator, want.generator),
            ("loss of D, real", got.real, want.real),
            ("loss of D, generated", got.fake, want.fake),
            ("D(x)", got.d_real, want.d_real),
            ("D(G(z))", got.d_fake, want.d_fake),
        ] {
            assert!((got - want).abs() < 1e-4, "{:?}, {name}: {got}, {want}", config.objective);
        }
        let (dg, dd) = trainer.gradients();
        let [naive_dg, naive_dd] = naive.gradients();
        assert_near("gradient of G", dg, &naive_dg);
        assert_near("gradient of D", dd, &naive_dd);
        let moved = |state: &State| {
            let change = |new: &Params, old: &Params| {
                let mut change = new.clone();
                let pairs = change.as_mut_slice().iter_mut().zip(old.as_slice());
                pairs.for_each(|(new, old)| *new -= old);
                change
            };
            let State { generator, discriminator, .. } = state;
            [
                change(&generator.theta, &before.generator.theta),
                change(&discriminator.theta, &before.discriminator.theta),
            ]
        };
        let [mut g, mut d] = moved(trainer.state());
        let [naive_g, naive_d] = moved(naive.state().unwrap());
        for (step, naive, gradient) in
            [(&mut g, &naive_g, &naive_dg), (&mut d, &naive_d, &naive_dd)]
        {
            ignore_noise(step, naive, gradient);
        }
        assert_near("step of G", &g, &naive_g);
        assert_near("step of D", &d, &naive_d);
        let (average, naive) = (&trainer.state().average, &naive.state().unwrap().average);
        assert_near("average", average.as_ref().unwrap(), naive.as_ref().unwrap());
        state = trainer.state().clone();
    }
}

#[test]
fn every_objective_is_that_of_a_naive_engine() {
    for (objective, _) in Objective::ALL {
        if objective != Objective::Wasserstein {
            agree(Config { objective, ..CONFIG });
        }
        agree(Config { objective, d_norm: DNorm::None, r1: 0.1, r2: 0.1, ..CONFIG });
    }
}

#[test]
fn penalties_are_those_of_a_naive_engine() {
    let config = Config { d_norm: DNorm::None, ..CONFIG };
    agree(Config { r1: 10.0, ..config });
    agree(Config { r2: 10.0, ..config });
    agree(Config { r1: 3.0, r2: 5.0, penalty_every: 2, ..config });
}

/// The naive engine's penalty, against its slope.
#[test]
fn the_gradient_of_a_penalty_is_its_slope() {
    let config = Config { d_norm: DNorm::None, ..CONFIG };
    let [_, d] = dcgan_gan::network_specs(&config);
    let mut theta = State::new(config).unwrap().discriminator.theta;
    // Weights so large that no layer is nearly flat.
    theta.as_mut_slice().iter_mut().for_each(|w| *w *= 8.0);
    let mut x = ndarray::Array4::zeros((2, 16, 16, 3));
    fill_normal(&mut stream(5, Purpose::Noise, 0), x.as_slice_mut().unwrap());
    let mut u = vec![0.0; theta.len()];
    fill_normal(&mut stream(5, Purpose::Noise, 1), &mut u);
    let moved =
        |h: f32| -> Vec<f32> { theta.as_slice().iter().zip(&u).map(|(w, u)| w + h * u).collect() };
    let value = |h: f32| gradient_penalty(&d, &moved(h), x.view()).0;
    let slope = (value(1e-4) - value(-1e-4)) / 2e-4;
    let (_, dtheta) = gradient_penalty(&d, theta.as_slice(), x.view());
    let got: f64 = dtheta.iter().zip(&u).map(|(d, &u)| d * f64::from(u)).sum();
    assert!((slope - got).abs() < 1e-2 * slope.abs(), "{got} for a slope of {slope}");
}

#[test]
fn augmentations_are_those_of_a_naive_engine() {
    for augment in ["color", "translation", "cutout"] {
        agree(Config { augment: augment.parse().unwrap(), ..CONFIG });
    }
    let augment = Augment::ALL;
    agree(Config { augment, ..CONFIG });
    agree(Config { augment, channels: 1, ..CONFIG });
    agree(Config { augment, channels: 4, d_norm: DNorm::None, ..CONFIG });
    agree(Config { augment, d_norm: DNorm::None, r1: 3.0, r2: 5.0, ..CONFIG });
}

#[test]
fn learning_rates_betas_and_smoothed_labels_are_those_of_a_naive_engine() {
    agree(Config { lr_g: Some(1e-3), lr_d: Some(3e-3), beta1: 0.1, beta2: 0.9, ..CONFIG });
    agree(Config { label_smoothing: 0.1, ..CONFIG });
    agree(Config { label_smoothing: 0.2, objective: Objective::LeastSquares, ..CONFIG });
}

#[test]
fn an_objective_without_targets_refuses_to_smooth_them() {
    let config = Config { label_smoothing: 0.1, objective: Objective::Hinge, ..CONFIG };
    let error = config.validate().unwrap_err();
    assert_eq!(error.field, "label_smoothing");
    assert!(error.why.contains("hinge"), "{error}");
}

#[test]
fn recipes_that_make_no_sense_are_refused_with_the_reason() {
    let refused = |config: Config| {
        let error = config.validate().unwrap_err();
        (error.field, error.why)
    };
    for (field, config) in [
        ("r1", Config { r1: 1.0, ..CONFIG }),
        ("r2", Config { r2: 1.0, ..CONFIG }),
        ("penalty_every", Config { penalty_every: 4, ..CONFIG }),
        ("objective", Config { objective: Objective::Wasserstein, ..CONFIG }),
    ] {
        let (refused, why) = refused(config);
        assert_eq!(refused, field);
        assert!(why.contains("use it with"), "{why}");
    }
}

#[test]
fn spectral_norm_is_that_of_a_naive_engine() {
    let d_norm = DNorm::Spectral;
    agree(Config { d_norm, objective: Objective::Hinge, ..CONFIG });
    agree(Config { d_norm, objective: Objective::Wasserstein, ..CONFIG });
    agree(Config { d_norm, r1: 3.0, r2: 5.0, ..CONFIG });
}

#[test]
fn anchors_of_the_lecam_penalty_are_those_of_a_naive_engine() {
    agree(Config { lecam: 0.5, ..CONFIG });
    agree(Config { lecam: 0.3, d_norm: DNorm::Spectral, objective: Objective::Hinge, ..CONFIG });
    let error = Config { lecam: 0.3, objective: Objective::Relativistic, ..CONFIG }.validate();
    assert_eq!(error.unwrap_err().field, "lecam");
}

#[test]
fn steps_of_the_discriminator_alone_are_those_of_a_naive_engine() {
    agree(Config { d_steps: 2, ..CONFIG });
    agree(Config { d_steps: 3, d_norm: DNorm::None, r1: 1.0, ..CONFIG });
}

#[test]
fn constrained_kernels_are_those_of_a_naive_engine() {
    agree(Config { upsample: Upsample::Nearest, lr: 1e-2, ..CONFIG });
}

#[test]
fn learning_rates_halve_as_in_a_naive_engine() {
    agree(Config { lr_half_life: Some(1), lr_d: Some(3e-3), ..CONFIG });
}

#[test]
fn a_discriminator_without_norm_is_that_of_a_naive_engine() {
    let d_norm = DNorm::None;
    agree(Config { d_norm, ..CONFIG });
    agree(Config { d_norm, objective: Objective::Relativistic, ..CONFIG });
}
