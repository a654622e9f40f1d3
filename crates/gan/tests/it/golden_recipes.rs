//! One step under each recipe against PyTorch in double precision, penalties by double backward.
//! `../golden/make_recipes.py` wrote the numbers.

use dcgan_gan::{Config, DNorm, Engine, Objective, State, Trainer};
use safetensors::SafeTensors;

use crate::golden::{Golden, assert_below, fill, uniform};
use crate::naive_engine::NaiveEngine;

const CONFIG: Config =
    Config { image_size: 16, channels: 3, nz: 6, ngf: 4, ndf: 4, batch_size: 4, ..Config::DEFAULT };

/// Losses: rounding through a few small layers. Five times what is seen, as is the next.
const VALUES: f64 = 5e-6;

/// Gradients, relative to their tensor's root mean square.
const GRADIENTS: f64 = 2e-5;

/// What rounding leaves of a gradient that is zero: that of D's last bias under relativistic pairing.
const ZERO: f64 = 1e-7;

fn recipes() -> [(&'static str, Config); 13] {
    let of = |objective| Config { objective, ..CONFIG };
    let spectral = |objective| Config { d_norm: DNorm::Spectral, ..of(objective) };
    let alone = |objective| Config { d_norm: DNorm::None, ..of(objective) };
    [
        ("bce", CONFIG),
        ("bce_smooth", Config { label_smoothing: 0.1, ..CONFIG }),
        ("least-squares", of(Objective::LeastSquares)),
        ("hinge", of(Objective::Hinge)),
        ("relativistic", of(Objective::Relativistic)),
        ("bce_none", alone(Objective::NonSaturating)),
        ("bce_r1", Config { r1: 2.0, ..alone(Objective::NonSaturating) }),
        ("hinge_r2", Config { r2: 3.0, ..alone(Objective::Hinge) }),
        ("wasserstein_r1_r2", Config { r1: 10.0, r2: 10.0, ..alone(Objective::Wasserstein) }),
        ("hinge_spectral", spectral(Objective::Hinge)),
        ("bce_spectral_r1", Config { r1: 2.0, ..spectral(Objective::NonSaturating) }),
        ("hinge_lecam", Config { lecam: 0.3, ..of(Objective::Hinge) }),
        ("relativistic_r1_r2", Config { r1: 2.0, r2: 3.0, ..alone(Objective::Relativistic) }),
    ]
}

fn one_step<E: Engine>(resume: impl Fn(State) -> E, check: impl Fn(&Golden, &str, &E)) {
    let golden = include_bytes!("../golden/recipes.safetensors");
    let golden = Golden(SafeTensors::deserialize(golden).unwrap());
    let key = 10_000 * golden.get("attempt")[0] as u64;
    for (name, config) in recipes() {
        let mut state = State::new(config).unwrap();
        fill(&mut state.generator.theta, key + 100);
        fill(&mut state.discriminator.theta, key + 200);
        let mut engine = resume(state);
        engine.real().assign(&uniform(key + 400, (config.batch_size, 16, 16, 3), 1.0));
        let losses = engine
            .step_with(uniform(key + 300, (config.batch_size, 1, 1, config.nz), 3f64.sqrt()).view())
            .unwrap();
        let got = [losses.generator, losses.real, losses.fake];
        for (got, want) in got.into_iter().zip(golden.get(&format!("{name}/losses"))) {
            assert_below(
                &format!("{name}/losses"),
                (f64::from(got) - want).abs(),
                VALUES * (1.0 + want.abs()),
            );
        }
        check(&golden, name, &engine);
    }
}

#[test]
fn one_step_of_every_recipe_is_torch_s() {
    one_step(Trainer::resume, |golden, name, trainer| {
        let (dg, dd) = trainer.gradients();
        golden.compare(&format!("{name}/g"), dg, |rms| GRADIENTS * rms);
        golden.compare(&format!("{name}/d"), dd, |rms| GRADIENTS * rms + ZERO);
    });
}

#[test]
fn one_step_of_a_naive_engine_is_torch_s() {
    one_step(NaiveEngine::new, |golden, name, engine| {
        let [dg, dd] = engine.gradients();
        golden.compare(&format!("{name}/g"), &dg, |rms| GRADIENTS * rms);
        golden.compare(&format!("{name}/d"), &dd, |rms| GRADIENTS * rms + ZERO);
    });
}
