//! Ten steps of every recipe against the engine on the CPU.

use dcgan_gan::{Augment, Config, DNorm, Engine, Losses, Objective, State, Trainer, Upsample};
use dcgan_layers::Params;

use super::support::{assert_near, gpu, noise};
use crate::GpuEngine;

const CONFIG: Config = Config {
    image_size: 16,
    channels: 3,
    nz: 10,
    ngf: 8,
    ndf: 8,
    batch_size: 6,
    ema: 0.9,
    ..Config::DEFAULT
};

const STEPS: u64 = 10;

/// The default recipe.
const DEFAULT: Config =
    Config { batch_size: 16, ema: 0.999, upsample: Upsample::Nearest, ..Config::DEFAULT };

#[track_caller]
fn near(what: &str, got: &Params, want: &Params, tolerance: f64) {
    let want: Vec<f64> = want.as_slice().iter().map(|&w| f64::from(w)).collect();
    assert_near(what, got.as_slice(), &want, tolerance);
}

/// Where a step of the engine starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Where its last step ended.
    Own,
    /// Where the last step of the CPU ended.
    Cpu,
}

/// Ten steps of both engines from the same state.
///
/// Adam takes full steps even along a gradient that is zero but for rounding, as that of D's last bias is under hinge
/// and other objectives if D has no batch norm. Then each step starts from the state of the CPU.
fn agree(config: Config) {
    let start = if config.d_norm == DNorm::Batch { Start::Own } else { Start::Cpu };
    agree_for(STEPS, config, start, 1e-3);
}

/// The gradients of all steps but the first may differ by `tolerance` of their norm, those of the first by 10⁻³.
fn agree_for(steps: u64, config: Config, start: Start, tolerance: f64) {
    let mut cpu = Trainer::new(config).unwrap();
    let mut engine = GpuEngine::new(gpu(), State::new(config).unwrap()).unwrap();
    for step in 0..steps {
        let tolerance = if step == 0 { 1e-3 } else { tolerance };
        if start == Start::Cpu {
            engine.restore(cpu.state().clone());
        }
        let pixels: Vec<f32> = noise(step, cpu.real().len()).iter().map(|v| v.tanh()).collect();
        cpu.real().as_slice_mut().unwrap().copy_from_slice(&pixels);
        engine.real().as_slice_mut().unwrap().copy_from_slice(&pixels);
        let (want, got) = (cpu.step(), engine.step().unwrap());
        let values = |l: Losses| [l.generator, l.real, l.fake, l.d_real, l.d_fake];
        for (got, want) in values(got).into_iter().zip(values(want)) {
            let close = (got - want).abs() <= 1e-4 * want.abs().max(1.0);
            assert!(close, "{config:?}, step {step}: {got}, {want}");
        }
        let [dg, dd] = engine.gradients().unwrap();
        let (cpu_dg, cpu_dd) = cpu.gradients();
        near(&format!("{config:?}, step {step}, gradient of G"), &dg, cpu_dg, tolerance);
        near(&format!("{config:?}, step {step}, gradient of D"), &dd, cpu_dd, tolerance);
        for (got, want) in engine.gradient_norms().into_iter().zip(cpu.gradient_norms()) {
            assert!(
                (got - want).abs() <= tolerance * want,
                "{config:?}, step {step}: {got}, {want}"
            );
        }
        let [_, fakes] = engine.images().unwrap();
        let want: Vec<f64> = cpu.fakes().iter().map(|&v| f64::from(v)).collect();
        let fakes: Vec<f32> = fakes.iter().copied().collect();
        assert_near("generated images", &fakes, &want, 1e-3);
        assert_eq!(engine.non_finite(&got).unwrap(), None);
    }
    let (got, want) = (engine.state().unwrap(), cpu.state());
    for (got, want) in
        [(&got.generator, &want.generator), (&got.discriminator, &want.discriminator)]
    {
        near("parameters", &got.theta, &want.theta, 1e-3);
        near("buffers", &got.buffers, &want.buffers, 1e-3);
        assert_eq!(got.num_batches_tracked, want.num_batches_tracked);
        assert_eq!(got.adam.steps(), want.adam.steps());
    }
    if let (Some(got), Some(want)) = (&got.average, &want.average) {
        near("average", got, want, 1e-3);
    }
    if let (Some(got), Some(want)) = (got.lecam, want.lecam) {
        assert!((got.real - want.real).abs() < 1e-4 && (got.fake - want.fake).abs() < 1e-4);
    }
    assert_eq!((got.step, got.rollbacks), (want.step, want.rollbacks));
}

#[test]
fn the_article() {
    agree(Config { ema: 0.0, ..CONFIG });
}

#[test]
fn the_default() {
    agree(Config { upsample: Upsample::Nearest, ..CONFIG });
}

/// Five steps at the size of the default, each from the state of the CPU: Adam amplifies rounding, so that engines
/// that continue from their own states separate, as the CPU does from itself with other kernels.
///
/// Of so many activations some are so close to 0 that rounding decides on which side, where the derivative of a (leaky)
/// ReLU jumps. Where none is, gradients differ by 3·10⁻⁶; where one is, by up to 7·10⁻³, on the CPU as well
/// (docs/gpu.md).
#[test]
fn the_default_at_its_size() {
    agree_for(5, DEFAULT, Start::Cpu, 2e-2);
}

/// The recipes at their sizes. A dispatch costs some microseconds, however little it computes.
#[test]
fn a_step_has_few_dispatches() {
    let small = Config { augment: Augment::ALL, ..DEFAULT };
    let long = Config { batch_size: 64, ..DEFAULT };
    let penalised = Config { d_norm: DNorm::Spectral, r1: 1.0, ..DEFAULT };
    for (config, most) in
        [(Config::DEFAULT, 78), (DEFAULT, 89), (small, 93), (long, 80), (penalised, 111)]
    {
        let engine = GpuEngine::new(gpu(), State::new(config).unwrap()).unwrap();
        let count: usize = engine.due().iter().map(|list| list.len()).sum();
        assert!(count <= most, "{count}, {config:?}");
    }
}

#[test]
fn more_layers_and_odd_batches() {
    agree(Config { image_size: 32, batch_size: 5, channels: 1, ngf: 3, ndf: 5, nz: 7, ..CONFIG });
}

#[test]
fn every_objective() {
    for (objective, _) in Objective::ALL {
        if objective != Objective::Wasserstein {
            agree(Config { objective, ..CONFIG });
        }
    }
    agree(Config { label_smoothing: 0.1, ..CONFIG });
}

#[test]
fn no_norm_and_penalties() {
    let config = Config { d_norm: DNorm::None, ..CONFIG };
    agree(config);
    agree(Config { r1: 1.0, ..config });
    agree(Config { r2: 1.0, penalty_every: 3, ..config });
    agree(Config { objective: Objective::Wasserstein, r1: 0.5, r2: 0.5, ..config });
}

#[test]
fn spectral_norm() {
    let config = Config { d_norm: DNorm::Spectral, ..CONFIG };
    agree(Config { objective: Objective::Hinge, ..config });
    agree(Config { objective: Objective::Wasserstein, r1: 0.5, ..config });
}

#[test]
fn the_lecam_penalty() {
    agree(Config { lecam: 0.5, ..CONFIG });
    let objective = Objective::Hinge;
    agree(Config { lecam: 0.3, d_norm: DNorm::Spectral, objective, ..CONFIG });
}

#[test]
fn augmentations() {
    for augment in ["color", "translation", "cutout"] {
        agree(Config { augment: augment.parse().unwrap(), ..CONFIG });
    }
    agree(Config { augment: Augment::ALL, channels: 4, d_norm: DNorm::None, r1: 1.0, ..CONFIG });
    agree(Config { augment: Augment::ALL, channels: 1, ..CONFIG });
}

#[test]
fn steps_of_the_discriminator_alone_and_rates() {
    agree(Config { d_steps: 3, lr_g: Some(1e-3), lr_half_life: Some(4), beta2: 0.99, ..CONFIG });
}
