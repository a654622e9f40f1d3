//! What happens when a device is missing, too small, or breaks.

use dcgan_gan::{Augment, Config, DNorm, Engine, EngineError, State};

use super::support::{gpu, noise};
use crate::plan::Step;
use crate::recorder::Recorder;
use crate::{Choice, Gpu, GpuEngine, GpuError, adapters};

const CONFIG: Config =
    Config { image_size: 16, nz: 4, ngf: 4, ndf: 4, batch_size: 2, ..Config::DEFAULT };

fn engine(config: Config) -> Result<GpuEngine, GpuError> {
    GpuEngine::new(gpu(), State::new(config).unwrap())
}

#[test]
fn an_adapter_that_does_not_exist_is_named() {
    let count = adapters().len();
    let error = Gpu::open(Choice::Index(count)).unwrap_err();
    assert_eq!(error, GpuError::NoSuchAdapter { index: count, count });
    assert!(error.to_string().starts_with(&format!("there is no adapter {count}: ")), "{error}");
}

/// Where the only adapter is software, nothing chooses it but its number.
#[test]
fn software_is_never_chosen_silently() {
    let all = adapters();
    match Gpu::open(Choice::Best) {
        Ok(gpu) => assert!(!gpu.adapter().is_software()),
        Err(error) => {
            assert!(all.iter().all(crate::Adapter::is_software), "{error}");
            assert_eq!(error, GpuError::NoAdapter { software: Some(0) });
            assert!(error.to_string().contains("gpu:0 is software"), "{error}");
        }
    }
}

#[test]
fn an_array_that_is_too_large_is_refused_before_the_run() {
    let limit = gpu().max_array();
    let side = 256;
    let bytes = |batch: usize| (batch * side * side * 3 * size_of::<f32>()) as u64;
    let batch_size = (1..=4096).find(|&batch| 2 * bytes(batch) > limit);
    // A card that allows arrays of gigabytes needs a batch that no run can have.
    let Some(batch_size) = batch_size else { return };
    let error = engine(Config { image_size: side, batch_size, ..CONFIG }).unwrap_err();
    assert!(matches!(error, GpuError::TooLarge { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("for the input of a network; "), "{message}");
    assert!(message.contains("use a smaller batch size or network"), "{message}");
}

/// What a run needs is added up without allocating it: the sum is that of the arrays which are then allocated.
#[test]
fn the_memory_of_a_run_is_known_before_it_is_allocated() {
    let penalised = Config { d_norm: DNorm::Spectral, r1: 1.0, augment: Augment::ALL, ..CONFIG };
    for config in [CONFIG, Config { ema: 0.9, ..CONFIG }, penalised] {
        let (gpu, state) = (gpu(), State::new(config).unwrap());
        let known = Step::bytes(&gpu, &state).unwrap();
        let allocated = gpu.build(known, || {
            let mut to = Recorder::new(&gpu);
            Step::record(&mut to, &state)?;
            Ok(to.bytes())
        });
        assert_eq!(allocated, Ok(known), "{config:?}");
        let parameters = 4 * (state.generator.theta.len() + state.discriminator.theta.len());
        let memory = engine(config).unwrap().device_memory().unwrap();
        // θ, its gradient, both moments, and θ and the moments once more on their way down.
        assert!(memory > known && memory > 7 * parameters as u64, "{memory}");
    }
}

#[test]
fn a_lost_device_is_an_error_from_then_on_and_nothing_panics() {
    let mut engine = engine(CONFIG).unwrap();
    let pixels = noise(0, engine.real().len());
    engine.real().as_slice_mut().unwrap().copy_from_slice(&pixels);
    engine.step().unwrap();
    let saved = engine.state().unwrap().clone();
    engine.step().unwrap();
    engine.gpu().destroy();
    let error = engine.step().unwrap_err();
    assert!(error.to_string().starts_with("the GPU, "), "{error}");
    assert!(!error.to_string().contains('\n'), "{error}");
    let failed = |result: Result<(), EngineError>| assert_eq!(result, Err(error.clone()));
    failed(engine.step().map(drop));
    failed(engine.state().map(drop));
    failed(engine.state_to_show().map(drop));
    failed(engine.images().map(drop));
    // Steps that were not counted are not there.
    assert_eq!(engine.progress().step, 2);

    let mut resumed = GpuEngine::new(gpu(), saved).unwrap();
    resumed.step().unwrap();
    assert_eq!(resumed.progress().step, 2);
}

/// What a driver refuses is one line, and no panic.
#[test]
fn a_shader_that_is_refused_is_one_line() {
    let gpu = gpu();
    let broken = gpu.build(0, || {
        let _ = gpu.device().create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("broken"),
            source: wgpu::ShaderSource::Wgsl("fn main() { let x: f32 = 1u; }".into()),
        });
        Ok(())
    });
    let error = broken.unwrap_err();
    assert!(matches!(error, GpuError::Refused { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("refuses the shaders") && !message.contains('\n'), "{message}");
}

/// A weight that becomes NaN is found, and the layer that it is in.
#[test]
fn a_nan_is_found_in_its_layer() {
    let mut engine = engine(CONFIG).unwrap();
    let mut state = engine.state().unwrap().clone();
    let at = state.generator.theta.entries().iter().find(|e| e.name == "main.6.weight").unwrap();
    let start = at.range.start;
    state.generator.theta.as_mut_slice()[start] = f32::NAN;
    engine.restore(state);
    let losses = engine.step().unwrap();
    let found = engine.non_finite(&losses).unwrap().expect("a NaN");
    assert_eq!((found.step, found.name.as_str()), (1, "main.6"));
    assert!(found.to_string().contains("the output of main.6 in the generator"), "{found}");
}
