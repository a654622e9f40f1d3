use dcgan_gan::monitor::{Monitor, NonFinite};
use dcgan_gan::{
    Config, DatasetFingerprint, Engine, EngineError, Logits, Losses, NetworkState, Objective,
    Progress, State,
};
use dcgan_layers::Params;
use dcgan_random::{Purpose, fill_normal};
use dcgan_tensor::{View, ViewMut};
use ndarray::Array4;

use crate::floats::bytes;
use crate::plan::{G, Step};
use crate::recorder::Recorder;
use crate::{Gpu, GpuError};

mod constants;
mod probes;
mod train_step;
mod transfer;

/// Trains a DCGAN on a device: the counterpart of [`dcgan_gan::Trainer`].
#[derive(Debug)]
pub struct GpuEngine {
    gpu: Gpu,
    /// Bytes of it that the run takes.
    memory: u64,
    step: Step,
    /// As of the last transfer, but for its counters and the monitor, which are current.
    state: State,
    /// Whether the device has newer parameters than `state`.
    is_stale: bool,
    real: Array4<f32>,
    /// G's images of the last step, if they were asked for.
    fake: Array4<f32>,
    /// Those of generated images, then of real ones.
    logits: [Array4<f32>; 2],
    /// Of the last gradients of G and D.
    norms: [f64; 2],
    /// What comes down after each step: logits, then squares of G's and D's gradients.
    down: wgpu::Buffer,
    /// Why the device is of no use any more.
    fault: Option<EngineError>,
}

impl GpuEngine {
    /// Continues from `state` on a device. What memory this takes is known before any of it is allocated.
    ///
    /// # Errors
    /// If the device has too little memory, or its driver refuses a kernel.
    pub fn new(gpu: Gpu, state: State) -> Result<Self, GpuError> {
        let Config { batch_size: n, image_size: side, channels, .. } = state.config;
        // Before anything is allocated.
        let memory = Step::bytes(&gpu, &state)? + bytes(transferred(&state));
        let (step, down) = gpu.build(memory, || {
            let step = Step::record(&mut Recorder::new(&gpu), &state)?;
            let squares: usize = step.arrays.iter().map(|arrays| arrays.squares.len).sum();
            Ok((step, gpu.staging(2 * n + squares)))
        })?;
        gpu.wait()?;
        let images = || Array4::zeros((n, side, side, channels));
        let logits = || Array4::zeros((n, 1, 1, 1));
        Ok(Self {
            gpu,
            memory,
            step,
            state,
            is_stale: false,
            real: images(),
            fake: images(),
            logits: [logits(), logits()],
            norms: [0.0; 2],
            down,
            fault: None,
        })
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Runs something on the device, unless it has failed before.
    fn guarded<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let done = run(self);
        self.fault = done.as_ref().err().cloned();
        done
    }

    fn write_latents(&self, z: &[f32]) {
        self.gpu.write(self.step.networks[G].input(), 0, z);
    }
}

/// Floats that come down with a state, through memory of their own.
fn transferred(State { generator, discriminator, average, .. }: &State) -> usize {
    let of_network = |state: &NetworkState| 3 * state.theta.len() + state.buffers.len();
    let average = average.as_ref().map_or(0, Params::len);
    of_network(generator) + of_network(discriminator) + average
}

impl Engine for GpuEngine {
    fn real(&mut self) -> ViewMut<'_> {
        self.real.view_mut()
    }

    fn step(&mut self) -> Result<Losses, EngineError> {
        self.guarded(|engine| {
            let Config { batch_size, nz, .. } = engine.state.config;
            let mut z = vec![0.0; batch_size * nz];
            fill_normal(&mut engine.state.stream(Purpose::Latent), &mut z);
            engine.write_latents(&z);
            engine.train_step()
        })
    }

    fn step_with(&mut self, z: View) -> Result<Losses, EngineError> {
        let Config { batch_size, nz, .. } = self.state.config;
        assert_eq!(z.dim(), (batch_size, 1, 1, nz), "latents of another shape");
        self.guarded(|engine| {
            engine.write_latents(&z.iter().copied().collect::<Vec<_>>());
            engine.train_step()
        })
    }

    fn objective(&self) -> Objective {
        self.state.config.objective
    }

    fn config(&self) -> &Config {
        &self.state.config
    }

    fn device_memory(&self) -> Option<u64> {
        Some(self.memory)
    }

    fn progress(&self) -> Progress {
        Progress { step: self.state.step, rollbacks: self.state.rollbacks }
    }

    fn set_dataset(&mut self, dataset: DatasetFingerprint) {
        self.state.dataset = dataset;
    }

    fn state(&mut self) -> Result<&State, EngineError> {
        self.pull()?;
        Ok(&self.state)
    }

    fn state_to_show(&mut self) -> Result<&State, EngineError> {
        self.pull()?;
        // On the CPU, so that the images of a state do not depend on the device.
        self.state.compute_statistics();
        Ok(&self.state)
    }

    fn restore(&mut self, state: State) {
        assert_eq!(state.config, self.state.config, "the state is of another run");
        self.state = state;
        self.push();
    }

    fn monitor_mut(&mut self) -> &mut Monitor {
        &mut self.state.monitor
    }

    fn logits(&mut self) -> Logits<'_> {
        let [fake, real] = &self.logits;
        Logits { real: real.view(), fake: fake.view() }
    }

    fn images(&mut self) -> Result<[View<'_>; 2], EngineError> {
        self.pull_images()?;
        Ok([self.real.view(), self.fake.view()])
    }

    fn gradient_norms(&mut self) -> [f64; 2] {
        self.norms
    }

    fn non_finite(&mut self, losses: &Losses) -> Result<Option<NonFinite>, EngineError> {
        self.find_non_finite(losses)
    }
}
