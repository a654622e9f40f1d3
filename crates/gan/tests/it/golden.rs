//! Three steps of the default networks against PyTorch in double precision.
//! `../golden/make.py` wrote the numbers and says how.

use dcgan_gan::{Backend, Config, ConvAlgorithm, Engine, Isa, State, Trainer};
use dcgan_layers::Params;
use ndarray::Array4;
use safetensors::SafeTensors;

use crate::naive_engine::NaiveEngine;

const BATCH: usize = 2;
const SAMPLES: usize = 512;
const SUMS: u64 = 8;

/// Losses and running statistics: f32 rounding through at most ten layers. About five times what
/// is seen, as are the next two.
const VALUES: f64 = 5e-6;

/// Gradients, beside their tensor's root mean square. By columns a sixth of it is seen; minimal
/// filtering, which rounds more, uses three quarters.
const GRADIENTS: f64 = 1e-5;

/// Weights, in learning rates: what Adam makes of such gradients.
const WEIGHTS: f64 = 2e-3;

const LR: f64 = 2e-4;

/// splitmix64, as in make.py.
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

fn draw(key: u64, out: &mut [f32], scale: f64, shift: f64) {
    for (i, out) in out.iter_mut().enumerate() {
        let unit = (mix(i as u64 + (key << 32)) >> 40) as f64 / f64::from(1 << 24);
        *out = (shift + scale * (2.0 * unit - 1.0)) as f32;
    }
}

pub(crate) fn sign(row: u64, i: usize) -> f64 {
    1.0 - 2.0 * (mix(i as u64 + ((1000 + row) << 32)) >> 63) as f64
}

pub(crate) fn fill(theta: &mut Params, key: u64) {
    for (i, entry) in theta.entries().to_vec().into_iter().enumerate() {
        let shift =
            if entry.spec.shape.len() == 1 && entry.name.ends_with("weight") { 1.0 } else { 0.0 };
        draw(key + i as u64, &mut theta.as_mut_slice()[entry.range], 0.04, shift);
    }
}

pub(crate) fn uniform(key: u64, dims: (usize, usize, usize, usize), scale: f64) -> Array4<f32> {
    let mut x = Array4::zeros(dims);
    draw(key, x.as_slice_mut().unwrap(), scale, 0.0);
    x
}

pub(crate) struct Golden(pub(crate) SafeTensors<'static>);

impl Golden {
    pub(crate) fn get(&self, name: &str) -> Vec<f64> {
        let tensor = self.0.tensor(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        tensor.data().chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect()
    }

    /// Compares each array of `params` with torch's; `allowed` gives the error that one value may
    /// have from the root mean square of the tensor.
    pub(crate) fn compare(&self, prefix: &str, params: &Params, allowed: impl Fn(f64) -> f64) {
        for (entry, floats) in params.iter() {
            let name = format!("{prefix}/{}", entry.name);
            let len = floats.len() as f64;
            let rms = |values: &[f64]| {
                (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt()
            };
            if floats.len() <= SAMPLES {
                let want = self.get(&name);
                let error: Vec<f64> =
                    floats.iter().zip(&want).map(|(&got, want)| f64::from(got) - want).collect();
                assert_below(&name, rms(&error), allowed(rms(&want)));
                continue;
            }
            let size = self.get(&format!("{name}/norm"))[0] / len.sqrt();
            let want = self.get(&format!("{name}/samples"));
            let error: Vec<f64> = (0..SAMPLES)
                .map(|i| f64::from(floats[i * floats.len() / SAMPLES]) - want[i])
                .collect();
            assert_below(&name, rms(&error), allowed(size));
            // A sum of n independent errors is √n times one of them.
            let want = self.get(&format!("{name}/sums"));
            let error: Vec<f64> = (0..SUMS)
                .zip(want)
                .map(|(row, want)| {
                    let sum: f64 =
                        floats.iter().enumerate().map(|(i, &v)| sign(row, i) * f64::from(v)).sum();
                    (sum - want) / len.sqrt()
                })
                .collect();
            assert_below(&name, rms(&error), allowed(size));
        }
    }
}

#[track_caller]
pub(crate) fn assert_below(name: &str, error: f64, allowed: f64) {
    assert!(error <= allowed, "{name} is off by {error}, {allowed} is allowed");
}

/// `state` with torch's weights where rounding decides which way Adam goes.
fn decided(golden: &Golden, step: u64, mut state: State) -> State {
    for (net, network) in [("g", &mut state.generator), ("d", &mut state.discriminator)] {
        for entry in network.theta.entries().to_vec() {
            let pairs = golden.get(&format!("{step}/{net}/undecided/{}", entry.name));
            let weights = &mut network.theta.as_mut_slice()[entry.range];
            for pair in pairs.chunks_exact(2) {
                weights[pair[0] as usize] = pair[1] as f32;
            }
        }
    }
    state
}

#[test]
fn three_steps_are_torch_s() {
    three_steps(trainer_with(Backend::default()));
}

/// Every convolution algorithm and instruction set of this processor, under the same tolerances.
#[test]
fn three_steps_are_torch_s_with_every_backend() {
    for isa in Isa::supported() {
        three_steps(trainer_with(Backend {
            conv: ConvAlgorithm::Winograd,
            isa,
            ..Backend::default()
        }));
    }
    three_steps(trainer_with(Backend { conv: ConvAlgorithm::Im2col, ..Backend::default() }));
}

/// Another engine behind the same trait.
#[test]
fn three_steps_of_a_naive_engine_are_torch_s() {
    three_steps(NaiveEngine::new);
}

fn trainer_with(backend: Backend) -> impl Fn(State) -> Trainer {
    move |state| Trainer::resume(state).with_backend(backend)
}

/// An engine whose gradients can be looked at.
trait Differentiable: Engine {
    fn gradients(&self) -> [Params; 2];
}

impl Differentiable for Trainer {
    fn gradients(&self) -> [Params; 2] {
        let (dg, dd) = Trainer::gradients(self);
        [dg.clone(), dd.clone()]
    }
}

impl Differentiable for NaiveEngine {
    fn gradients(&self) -> [Params; 2] {
        NaiveEngine::gradients(self)
    }
}

fn three_steps<E: Differentiable>(resume: impl Fn(State) -> E) {
    let golden = include_bytes!("../golden/steps.safetensors");
    let golden = Golden(SafeTensors::deserialize(golden).unwrap());
    let key = 10_000 * golden.get("attempt")[0] as u64;
    let mut state = State::new(Config { batch_size: BATCH, ..Config::default() }).unwrap();
    fill(&mut state.generator.theta, key + 100);
    fill(&mut state.discriminator.theta, key + 200);
    let mut engine = resume(state);
    for step in 0..3 {
        engine.real().assign(&uniform(key + 400 + step, (BATCH, 64, 64, 3), 1.0));
        let z = uniform(key + 300 + step, (BATCH, 1, 1, 100), 3f64.sqrt());
        let losses = engine.step_with(z.view()).unwrap();

        let got = [losses.generator, losses.real, losses.fake, losses.d_real, losses.d_fake];
        for (got, want) in got.into_iter().zip(golden.get(&format!("{step}/losses"))) {
            let error = (f64::from(got) - want).abs();
            assert_below(&format!("{step}/losses"), error, VALUES * (1.0 + want));
        }
        let gradients = engine.gradients();
        let state = decided(&golden, step, engine.state().unwrap().clone());
        let networks = [("g", &state.generator), ("d", &state.discriminator)];
        for (gradient, (net, network)) in gradients.iter().zip(networks) {
            let key = |what: &str| format!("{step}/{net}/{what}");
            golden.compare(&key("gradient"), gradient, |rms| GRADIENTS * rms);
            golden.compare(&key("running"), &network.buffers, |rms| VALUES * (1.0 + rms));
            golden.compare(&key("theta"), &network.theta, |_| WEIGHTS * LR);
        }
        engine = resume(state);
    }
}
