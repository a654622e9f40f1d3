use dcgan_gan::{EngineError, Logits, Losses, State};

use super::GpuEngine;
use crate::floats::bytes;
use crate::kernels::update;
use crate::plan::{D, G, Step};
use crate::recorder::{Dispatch, encode};

/// Counterpart: gan/src/trainer/step.rs.
impl GpuEngine {
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
    pub(super) fn train_step(&mut self) -> Result<Losses, EngineError> {
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
}
