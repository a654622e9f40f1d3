use dcgan_layers::{Params, SpectralNorm};
use dcgan_optim::{ema_decay, ema_step};
use dcgan_random::Purpose;
use dcgan_tensor::{Accum, View, ViewMut};
use ndarray::{Axis, Zip};

use super::{FAKE, REAL, Trainer};
use crate::{Logits, Losses, State, adam_config};

impl Trainer {
    /// One training step, with the latents in G's input.
    ///
    /// G is updated first, on a D that has not trained on these images yet; then D, on the same forward
    /// pass: D has not changed since, so the pass is still valid.
    pub(super) fn train_step(&mut self) -> Losses {
        if let Some(augmenter) = &mut self.augmenter {
            augmenter.draw(&mut self.state.stream(Purpose::Augment));
        }
        self.forward();
        let generator = self.update_generator();
        let (real, fake) = self.update_discriminator();
        self.state.step += 1;
        self.state.statistics = None;
        let (objective, logits) = (self.objective(), self.logits());
        Losses {
            generator,
            real,
            fake,
            d_real: objective.mean_score(logits.real),
            d_fake: objective.mean_score(logits.fake),
        }
    }

    /// G's forward pass, and D's over its images and the real ones.
    fn forward(&mut self) {
        let Self {
            g,
            d,
            g_activations,
            d_activations,
            augmenter,
            per_image,
            spectral,
            ctx,
            state,
            ..
        } = self;
        let (gs, ds) = (&mut state.generator, &mut state.discriminator);
        g.forward(&gs.theta, &mut gs.buffers, g_activations, ctx);
        match augmenter {
            Some(augmenter) => augmenter.apply(g_activations.output(), d_activations),
            None => copy(g_activations.output(), d_activations.part_input_mut(FAKE)),
        }
        if let Some(spectral) = spectral {
            spectral.normalise(&ds.theta, &mut ds.buffers);
        }
        let theta = used(spectral.as_ref(), &ds.theta);
        d.forward(theta, &mut ds.buffers, d_activations, ctx);
        if let Some(per_image) = per_image {
            per_image.compute(d, theta, d_activations, ctx);
        }
        gs.num_batches_tracked += 1;
        ds.num_batches_tracked += d_activations.parts() as u64;
    }

    /// Updates G, unless this step is D's alone. Returns G's loss.
    fn update_generator(&mut self) -> f32 {
        let Self {
            g, d, g_activations, d_activations, augmenter, grads, per_image, dg, ctx, ..
        } = self;
        let State { config, step, generator: gs, discriminator: ds, average, .. } = &mut self.state;
        let is_due = (*step + 1).is_multiple_of(config.d_steps);
        let (real, fake) = (d_activations.part_output(REAL), d_activations.part_output(FAKE));
        let logits = Logits { real, fake };
        // The adjoint of what changed the images between G and D acts on `dimages`.
        let (mut dimages, loss) = match per_image {
            Some(per_image) => {
                let loss = config.objective.generator(logits, per_image.slopes_mut().0);
                if !is_due {
                    return loss;
                }
                let mut dimages = grads.output_grad(g_activations.output().dim());
                per_image.images(dimages.view_mut());
                (dimages, loss)
            }
            None => {
                let mut dlogits = grads.output_grad(fake.dim());
                let loss = config.objective.generator(logits, dlogits.view_mut());
                if !is_due {
                    return loss;
                }
                (d.backward_input(&ds.theta, d_activations, FAKE, dlogits, ctx), loss)
            }
        };
        if let Some(augmenter) = augmenter {
            augmenter.adjoint(dimages.view_mut());
        }
        g.backward_params(&gs.theta, g_activations, dimages, (Accum::Overwrite, dg), ctx);
        let adam = adam_config(config, config.lr_g, *step);
        gs.adam.step(adam, gs.theta.as_mut_slice(), dg.as_slice());
        config.upsample.constrain(g, &mut gs.theta);
        if let Some(average) = average {
            let decay = ema_decay(config.ema, *step / config.d_steps);
            ema_step(decay, average.as_mut_slice(), gs.theta.as_slice());
        }
        loss
    }

    /// Updates D. Returns its losses for real and for generated images.
    fn update_discriminator(&mut self) -> (f32, f32) {
        let Self { d, d_activations, grads, per_image, spectral, dd, ctx, state, .. } = self;
        let (config, step, ds) = (&state.config, state.step, &mut state.discriminator);
        let (real, fake) = (d_activations.part_output(REAL), d_activations.part_output(FAKE));
        let logits = Logits { real, fake };
        let anchors = &mut state.lecam;
        let mut loss = |mut dreal: ViewMut, mut dfake: ViewMut| {
            let smoothing = config.label_smoothing as f32;
            let (real, fake) = (dreal.view_mut(), dfake.view_mut());
            let losses = config.objective.discriminator(logits, smoothing, real, fake);
            if let Some(anchors) = anchors {
                anchors.update(step, logits);
                anchors.add_grad(config.lecam, logits, dreal, dfake);
            }
            losses
        };
        let theta = used(spectral.as_ref(), &ds.theta);
        let losses = match per_image {
            Some(per_image) => {
                let (dfake, dreal) = per_image.slopes_mut();
                let losses = loss(dreal, dfake);
                per_image.params((d, theta, d_activations), config, step, dd, ctx);
                losses
            }
            None => {
                let mut dlogits = grads.output_grad(d_activations.output().dim());
                let (dfake, dreal) = dlogits.view_mut().split_at(Axis(0), config.batch_size);
                let losses = loss(dreal, dfake);
                d.backward_params(theta, d_activations, dlogits, (Accum::Overwrite, dd), ctx);
                losses
            }
        };
        if let Some(spectral) = spectral {
            spectral.pull_back(&ds.buffers, dd);
        }
        let adam = adam_config(config, config.lr_d, step);
        ds.adam.step(adam, ds.theta.as_mut_slice(), dd.as_slice());
        losses
    }
}

/// D's parameters as its passes use them.
fn used<'a>(spectral: Option<&'a SpectralNorm>, theta: &'a Params) -> &'a Params {
    spectral.map_or(theta, SpectralNorm::normalised)
}

/// to ← from, on all threads.
fn copy(from: View, to: ViewMut) {
    Zip::from(to).and(from).par_for_each(|to, &from| *to = from);
}
