use dcgan_gan::{Config, LecamAnchors, State, adam_config};
use dcgan_optim::ema_decay;

use super::GpuEngine;
use crate::kernels::objective;
use crate::kernels::update::{adam_uniform, ema_uniform};
use crate::plan::{D, G};

impl GpuEngine {
    /// Writes the constants of the next step.
    pub(super) fn write_constants(&self) {
        let State { config, step, generator, discriminator, lecam, .. } = &self.state;
        let Config { lr_g, lr_d, ema, d_steps, .. } = *config;
        let queue = self.gpu.queue();
        let constants = &self.step.constants;
        for (i, state, lr) in [(G, generator, lr_g), (D, discriminator, lr_d)] {
            let adam = adam_config(config, lr, *step);
            let uniform = adam_uniform(state.theta.len(), adam, state.adam.steps() + 1);
            queue.write_buffer(&constants.adam[i], 0, &uniform.bytes());
        }
        let anchors = lecam.unwrap_or_default();
        let rest = LecamAnchors::rest(*step);
        let uniform = objective::uniform(config, anchors, rest);
        queue.write_buffer(&constants.objective, 0, &uniform.bytes());
        let uniform = ema_uniform(generator.theta.len(), ema_decay(ema, step / d_steps));
        queue.write_buffer(&constants.ema, 0, &uniform.bytes());
    }
}
