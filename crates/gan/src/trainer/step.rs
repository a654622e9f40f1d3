use dcgan_optim::{AdamConfig, ema_decay, ema_step};
use dcgan_random::Purpose;
use dcgan_tensor::{Accum, View, ViewMut};
use ndarray::{Axis, Zip};

use super::{FAKE, REAL, Trainer};
use crate::{Logits, Losses, Objective};

impl Trainer {
    /// One training step, with the latents in G's input.
    ///
    /// G is updated first, on a D that has not trained on these images yet; then D, on the same forward
    /// pass: D has not changed since, so the pass is still valid.
    pub(super) fn train_step(&mut self) -> Losses {
        if let Some(augmenter) = &mut self.augmenter {
            augmenter.draw(&mut self.state.stream(Purpose::Augment));
        }
        let Self {
            g,
            d,
            g_activations,
            d_activations,
            augmenter,
            grads,
            per_image,
            dg,
            dd,
            ctx,
            state,
        } = self;
        let (gs, ds, config) = (&mut state.generator, &mut state.discriminator, &state.config);
        let (objective, smoothing) = (config.objective, config.label_smoothing as f32);
        let (beta1, beta2) = (config.beta1, config.beta2);
        let adam = |lr: Option<f64>| {
            let lr = lr.unwrap_or(config.lr);
            AdamConfig { lr, beta1, beta2, ..AdamConfig::default() }
        };

        g.forward(&gs.theta, &mut gs.buffers, g_activations, ctx);
        match augmenter {
            Some(augmenter) => augmenter.apply(g_activations.output(), d_activations),
            None => copy(g_activations.output(), d_activations.part_input_mut(FAKE)),
        }
        d.forward(&ds.theta, &mut ds.buffers, d_activations, ctx);
        let (real, fake) = (d_activations.part_output(REAL), d_activations.part_output(FAKE));
        let logits = Logits { real, fake };
        if let Some(per_image) = per_image {
            per_image.compute(d, &ds.theta, d_activations, ctx);
        }

        // G. The adjoint of what changed the images between G and D acts on `dimages`.
        let (mut dimages, loss_g) = match per_image {
            Some(per_image) => {
                let loss = objective.generator(logits, per_image.slopes_mut().0);
                let mut dimages = grads.output_grad(g_activations.output().dim());
                per_image.images(dimages.view_mut());
                (dimages, loss)
            }
            None => {
                let mut dlogits = grads.output_grad(fake.dim());
                let loss = objective.generator(logits, dlogits.view_mut());
                (d.backward_input(&ds.theta, d_activations, FAKE, dlogits, ctx), loss)
            }
        };
        if let Some(augmenter) = augmenter {
            augmenter.adjoint(dimages.view_mut());
        }
        g.backward_params(&gs.theta, g_activations, dimages, (Accum::Overwrite, dg), ctx);
        gs.adam.step(adam(config.lr_g), gs.theta.as_mut_slice(), dg.as_slice());

        // D.
        let (loss_real, loss_fake) = match per_image {
            Some(per_image) => {
                let (dfake, dreal) = per_image.slopes_mut();
                let losses = objective.discriminator(logits, smoothing, dreal, dfake);
                per_image.params((d, &ds.theta, d_activations), config, state.step, dd, ctx);
                losses
            }
            None => {
                let mut dlogits = grads.output_grad(d_activations.output().dim());
                let (dfake, dreal) = dlogits.view_mut().split_at(Axis(0), config.batch_size);
                let losses = objective.discriminator(logits, smoothing, dreal, dfake);
                d.backward_params(&ds.theta, d_activations, dlogits, (Accum::Overwrite, dd), ctx);
                losses
            }
        };
        ds.adam.step(adam(config.lr_d), ds.theta.as_mut_slice(), dd.as_slice());

        gs.num_batches_tracked += 1;
        ds.num_batches_tracked += d_activations.parts() as u64;
        if let Some(average) = &mut state.average {
            let decay = ema_decay(config.ema, state.step);
            ema_step(decay, average.as_mut_slice(), gs.theta.as_slice());
        }
        state.step += 1;
        Losses {
            generator: loss_g,
            real: loss_real,
            fake: loss_fake,
            d_real: mean_score(objective, real),
            d_fake: mean_score(objective, fake),
        }
    }
}

/// to ← from, on all threads.
fn copy(from: View, to: ViewMut) {
    Zip::from(to).and(from).par_for_each(|to, &from| *to = from);
}

/// The mean of what D says of some images.
fn mean_score(objective: Objective, logits: View) -> f32 {
    let sum: f64 = logits.iter().map(|&logit| objective.score(logit)).sum();
    (sum / logits.len() as f64) as f32
}
