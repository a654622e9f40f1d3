//! Where a run is computed: what is recorded of it, and what happens when a device breaks.

use std::path::Path;

use dcgan_data::Source;
use dcgan_gan::monitor::{Monitor, NonFinite};
use dcgan_gan::{
    Config, DatasetFingerprint, Engine, EngineError, Logits, Losses, Objective, Progress, State,
    Trainer,
};
use ndarray::{ArrayView4, ArrayViewMut4};

use super::SURVEY;
use crate::device::{Device, GpuIdentity};
use crate::{Event, Observer, Options, Outcome, Program, RunError, Session, Settings};

fn card(driver: &str) -> GpuIdentity {
    GpuIdentity { adapter: "Card".into(), driver: driver.into(), shaders: "0123456789ab".into() }
}

fn settings() -> Settings {
    Settings::new(&Options::default(), &Source::Folder("x".into()), SURVEY).unwrap()
}

#[test]
fn a_device_is_written_as_a_word() {
    for (word, device) in
        [("cpu", Device::Cpu), ("gpu", Device::Gpu), ("gpu:12", Device::Adapter(12))]
    {
        assert_eq!(word.parse(), Ok(device));
        assert_eq!(device.to_string(), word);
    }
    for wrong in ["", "GPU", "gpu:", "gpu:-1", "gpu:x", "cuda"] {
        let why = wrong.parse::<Device>().unwrap_err();
        assert!(why.contains("cpu, gpu, or gpu:N"), "{why}");
    }
}

/// Files and fingerprints of runs on the processor are what they were before there were devices.
#[test]
fn a_run_on_the_processor_records_no_device() {
    let mut settings = settings();
    let before = settings.fingerprint();
    assert_eq!(settings.compute_on(None), None);
    assert_eq!(settings.fingerprint(), before);
    let written = settings.to_toml().unwrap();
    assert!(!written.contains("device") && !written.contains("gpu"), "{written}");
}

#[test]
fn adapter_driver_and_shaders_are_in_the_file_and_in_the_fingerprint() {
    let mut on_gpu = Settings { device: Device::Adapter(1), ..settings() };
    on_gpu.compute_on(Some(card("1.2")));
    assert_ne!(on_gpu.fingerprint(), settings().fingerprint());
    let read = Settings::from_toml(&on_gpu.to_toml().unwrap()).unwrap();
    assert_eq!(read, on_gpu);
    for other in [
        card("1.3"),
        GpuIdentity { adapter: "Other".into(), ..card("1.2") },
        GpuIdentity { shaders: "ba9876543210".into(), ..card("1.2") },
    ] {
        let mut settings = on_gpu.clone();
        let warning = settings.compute_on(Some(other)).unwrap();
        assert!(warning.contains("Card (driver 1.2, shaders 0123456789ab)"), "{warning}");
        assert_ne!(settings.fingerprint(), on_gpu.fingerprint());
    }
    // The number of the adapter is where it is plugged in.
    let moved = Settings { device: Device::Gpu, ..on_gpu.clone() };
    assert_eq!(moved.fingerprint(), on_gpu.fingerprint());
}

#[test]
fn a_run_that_continues_on_the_processor_says_so() {
    let mut settings = settings();
    settings.compute_on(Some(card("1.2")));
    let warning = settings.compute_on(None).unwrap();
    assert!(warning.contains("continues on the processor"), "{warning}");
    assert_eq!(settings.gpu, None);
}

#[cfg(not(feature = "gpu"))]
#[test]
fn a_build_without_gpu_support_says_how_to_build_one_and_leaves_no_folder() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("run");
    let options = Options { out: Some(out.clone()), ..Options::default() }.set("device", "gpu");
    let Err(error) = Session::new(&options, PROGRAM, &mut Silent) else { panic!("it started") };
    assert!(matches!(&error, RunError::Setting { name, .. } if name == "device"), "{error}");
    let message = error.report();
    assert!(message.contains("this build has no GPU support"), "{message}");
    assert!(message.contains("cargo build --release --features gpu"), "{message}");
    assert!(!out.exists());
    let message = crate::adapters().unwrap_err().report();
    assert!(message.contains("this build has no GPU support"), "{message}");
}

const PROGRAM: Program = Program { name: "test", version: "1" };

struct Silent;

impl Observer for Silent {
    fn event(&mut self, _: &Event<'_>) {}
}

/// An engine whose device fails after some steps.
struct Failing {
    trainer: Trainer,
    steps: u64,
}

impl Failing {
    fn working(&mut self) -> Result<&mut Trainer, EngineError> {
        let is_working = self.trainer.state().step < self.steps;
        is_working.then_some(&mut self.trainer).ok_or_else(|| EngineError::new("the card burns"))
    }
}

impl Engine for Failing {
    fn real(&mut self) -> ArrayViewMut4<'_, f32> {
        self.trainer.real()
    }

    fn step(&mut self) -> Result<Losses, EngineError> {
        Engine::step(self.working()?)
    }

    fn step_with(&mut self, z: ArrayView4<f32>) -> Result<Losses, EngineError> {
        Engine::step_with(self.working()?, z)
    }

    fn objective(&self) -> Objective {
        self.trainer.objective()
    }

    fn config(&self) -> &Config {
        Engine::config(&self.trainer)
    }

    fn progress(&self) -> Progress {
        self.trainer.progress()
    }

    fn set_dataset(&mut self, dataset: DatasetFingerprint) {
        self.trainer.set_dataset(dataset);
    }

    fn state(&mut self) -> Result<&State, EngineError> {
        Engine::state(self.working()?)
    }

    fn state_to_show(&mut self) -> Result<&State, EngineError> {
        self.working()?.state_to_show()
    }

    fn restore(&mut self, state: State) {
        self.trainer.restore(state);
    }

    fn monitor_mut(&mut self) -> &mut Monitor {
        self.trainer.monitor_mut()
    }

    fn logits(&mut self) -> Logits<'_> {
        Engine::logits(&mut self.trainer)
    }

    fn images(&mut self) -> Result<[ArrayView4<'_, f32>; 2], EngineError> {
        Engine::images(self.working()?)
    }

    fn gradient_norms(&mut self) -> [f64; 2] {
        Engine::gradient_norms(&mut self.trainer)
    }

    fn non_finite(&mut self, losses: &Losses) -> Result<Option<NonFinite>, EngineError> {
        Engine::non_finite(&mut self.trainer, losses)
    }
}

/// A run of six steps over two epochs, with a checkpoint after the first.
fn options(out: &Path) -> Options {
    let small = [("image_size", 16), ("ngf", 4), ("ndf", 4), ("nz", 4), ("batch_size", 1024)];
    let options = Options { out: Some(out.to_owned()), ..Options::default() };
    let options = small.into_iter().fold(options, |options, (name, n)| options.set(name, n as u64));
    options.set("steps", 6_u64).set("checkpoint_every", 1_u64).set("sample_every", 100_u64)
}

/// The error of a run whose device fails after this many steps.
fn broken(out: &Path, steps: u64) -> RunError {
    let mut silent = Silent;
    let mut session = Session::new(&options(out), PROGRAM, &mut silent).unwrap();
    let state = session.engine.state().unwrap().clone();
    let backend = session.settings.backend();
    let trainer = Trainer::resume(state).with_backend(backend);
    session.engine = Box::new(Failing { trainer, steps });
    session.run(&()).unwrap_err()
}

#[test]
fn a_run_whose_device_fails_can_be_resumed_and_ends_like_any_other() {
    let place = tempfile::tempdir().unwrap();
    let [straight, failed] = ["straight", "failed"].map(|name| place.path().join(name));
    let mut silent = Silent;
    let session = Session::new(&options(&straight), PROGRAM, &mut silent).unwrap();
    assert_eq!(session.run(&()).unwrap(), Outcome::Finished);

    // The fourth step ends an epoch.
    let error = broken(&failed, 5);
    let message = error.report();
    assert!(matches!(error, RunError::DeviceFailed { newest: Some(4), .. }), "{error:?}");
    assert_eq!(message, "the card burns; existing checkpoints, up to step 4, are unaffected");
    let options = Options { out: Some(failed.clone()), ..Options::default() };
    let resumed = Session::resume(&options, PROGRAM, &mut silent).unwrap();
    assert_eq!(resumed.run(&()).unwrap(), Outcome::Finished);
    let end = |run: &Path| std::fs::read(run.join("checkpoints/step_00000006.ckpt")).unwrap();
    assert!(end(&straight) == end(&failed));
}

#[test]
fn a_device_that_fails_before_anything_is_saved_leaves_a_run_that_starts_again() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("run");
    let error = broken(&out, 0);
    assert_eq!(error.report(), "the card burns; nothing has been saved");
    let options = Options { out: Some(out), ..Options::default() };
    let resumed = Session::resume(&options, PROGRAM, &mut Silent).map(|session| session.step());
    assert_eq!(resumed.unwrap(), 0);
}
