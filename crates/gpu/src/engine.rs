use dcgan_gan::monitor::{Monitor, NonFinite};
use dcgan_gan::{
    Config, DatasetFingerprint, Engine, EngineError, Logits, Losses, Objective, Progress, State,
};
use dcgan_random::{Purpose, fill_normal};
use dcgan_tensor::{View, ViewMut};
use ndarray::Array4;

use crate::floats::bytes;
use crate::kernels::update;
use crate::plan::{D, G, Step};
use crate::recorder::{Dispatch, encode};
use crate::{Gpu, GpuError};

mod constants;
mod probes;
mod transfer;

/// Trains a DCGAN on a device: the counterpart of [`dcgan_gan::Trainer`].
#[derive(Debug)]
pub struct GpuEngine {
    gpu: Gpu,
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
    /// Continues from `state` on a device.
    ///
    /// # Errors
    /// If the device has too little memory, or its driver refuses a kernel.
    pub fn new(gpu: Gpu, state: State) -> Result<Self, GpuError> {
        let Config { batch_size: n, image_size: side, channels, .. } = state.config;
        let step = Step::new(&gpu, &state)?;
        gpu.wait()?;
        let images = || Array4::zeros((n, side, side, channels));
        let logits = || Array4::zeros((n, 1, 1, 1));
        let squares: usize = step.arrays.iter().map(|arrays| arrays.squares.len).sum();
        let down = gpu.staging(2 * n + squares);
        Ok(Self {
            gpu,
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

    /// The lists of dispatches of the next step, in order.
    pub(crate) fn due(&self) -> Vec<&[Dispatch]> {
        let penalty_every = self.state.config.penalty_every;
        let step = self.state.step;
        let Step { forward, update_g, update_d, update_d_penalised, .. } = &self.step;
        let mut due: Vec<&[Dispatch]> = vec![forward];
        if self.updates_g() {
            due.push(update_g);
        }
        let is_penalised = step.is_multiple_of(penalty_every) && !update_d_penalised.is_empty();
        due.push(if is_penalised { update_d_penalised } else { update_d });
        due
    }

    /// Whether the next step updates G.
    fn updates_g(&self) -> bool {
        (self.state.step + 1).is_multiple_of(self.state.config.d_steps)
    }

    /// One step with the latents in G's input: one submission, and one wait.
    fn train_step(&mut self) -> Result<Losses, EngineError> {
        self.write_constants();
        let [g, d] = &self.step.networks;
        let real = self.real.as_slice().expect("the batch is contiguous");
        match &self.step.augmenter {
            Some(augmenter) => {
                augmenter.draw(&self.gpu, &self.state);
                self.gpu.write(&augmenter.real, 0, real);
            }
            None => self.gpu.write(d.input(), g.images * d.values[0].image_len(), real),
        }
        let mut encoder = self.gpu.encoder();
        encode(&mut encoder, self.due().into_iter().flatten());
        let mut at = 0;
        let squares = self.step.arrays.iter().map(|arrays| &arrays.squares);
        for floats in std::iter::once(d.output()).chain(squares) {
            let size = bytes(floats.len);
            encoder.copy_buffer_to_buffer(&floats.buffer, 0, &self.down, bytes(at), size);
            at += floats.len;
        }
        self.gpu.submit(encoder);
        let down = self.gpu.mapped(std::slice::from_ref(&self.down))?.swap_remove(0);
        self.is_stale = true;
        self.receive(&down);
        Ok(self.count_step())
    }

    /// Takes apart what came down.
    fn receive(&mut self, down: &[f32]) {
        let n = self.state.config.batch_size;
        for (logits, from) in self.logits.iter_mut().zip(down.chunks(n)) {
            logits.as_slice_mut().expect("logits are contiguous").copy_from_slice(from);
        }
        let (g, d) = down[2 * n..].split_at(self.step.arrays[G].squares.len);
        if self.updates_g() {
            self.norms[G] = update::gradient_norm(g);
        }
        self.norms[D] = update::gradient_norm(d);
    }

    /// Advances the counters, and computes the losses from the logits as the CPU does.
    fn count_step(&mut self) -> Losses {
        let [fake, real] = self.logits.each_ref().map(|logits| logits.view());
        let logits = Logits { real, fake };
        let losses = Losses::of_logits(&self.state.config, logits);
        let updates_g = self.updates_g();
        let State { step, statistics, generator, discriminator, lecam, .. } = &mut self.state;
        if let Some(anchors) = lecam {
            anchors.update(*step, logits);
        }
        if updates_g {
            generator.adam.count_step();
        }
        discriminator.adam.count_step();
        generator.num_batches_tracked += 1;
        discriminator.num_batches_tracked += self.step.networks[D].parts as u64;
        *step += 1;
        *statistics = None;
        losses
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
