//! A second engine behind the same seam: deliberately naive, in double precision, built from nothing but
//! the description of the networks. What holds for both engines holds for the seam.

use dcgan_gan::monitor::{Monitor, NonFinite};
use dcgan_gan::{
    Config, DatasetFingerprint, Engine, EngineError, Logits, Losses, Objective, Progress, State,
    Upsample, network_specs,
};
use dcgan_layers::{NetworkSpec, Params};
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Dims, View, ViewMut};
use ndarray::Array4;

mod augment;
mod layers;
mod losses;
mod spectral;
mod update;

use layers::{Mode, Tensor, backward, forward, output, penalty};
use losses::{lecam_penalty, losses, sigmoid};
use spectral::Spectral;
use update::{adam, flatten};

pub(crate) struct NaiveEngine {
    state: State,
    g: NetworkSpec,
    d: NetworkSpec,
    real: Array4<f32>,
    fake: Array4<f32>,
    /// D(x), D(G(z)).
    logits: [Array4<f32>; 2],
    /// G's and D's.
    gradients: [Vec<f64>; 2],
}

impl NaiveEngine {
    pub(crate) fn new(state: State) -> Self {
        let [g, d] = network_specs(&state.config);
        let Config { batch_size: n, image_size: side, channels, .. } = state.config;
        let images = || Array4::zeros((n, side, side, channels));
        let logits = || Array4::zeros((n, 1, 1, 1));
        let gradients = [&state.generator, &state.discriminator].map(|s| vec![0.0; s.theta.len()]);
        Self {
            g,
            d,
            real: images(),
            fake: images(),
            logits: [logits(), logits()],
            gradients,
            state,
        }
    }

    /// The gradients of the last step: G's and D's.
    pub(crate) fn gradients(&self) -> [Params; 2] {
        let theta = [&self.state.generator.theta, &self.state.discriminator.theta];
        [0, 1].map(|i| {
            let mut params = theta[i].zeros_like();
            let floats = params.as_mut_slice().iter_mut().zip(&self.gradients[i]);
            floats.for_each(|(to, &from)| *to = from as f32);
            params
        })
    }
}

/// What the generator of `state` makes of latents in inference mode.
pub(crate) fn infer(state: &State, z: &[f32]) -> Vec<f64> {
    let [g, _] = network_specs(&state.config);
    let z = tensor((z.len() / state.config.nz, 1, 1, state.config.nz), z);
    let mut buffers = state.generator.buffers.as_slice().to_vec();
    let steps = forward(&g, state.generator.theta.as_slice(), &mut buffers, z, Mode::Infer);
    output(&steps).data.clone()
}

/// Σ ½‖∇D(xₙ)‖² of a D without normalisation, and its gradient in θ.
pub(crate) fn gradient_penalty(d: &NetworkSpec, theta: &[f32], x: View) -> (f64, Vec<f64>) {
    let x = tensor(x.dim(), x.as_slice().unwrap());
    let steps = forward(d, theta, &mut [], x, Mode::Train);
    let mut ones = Tensor::zeros(output(&steps).dims);
    ones.data.fill(1.0);
    let dx = backward(&steps, theta, &mut vec![0.0; theta.len()], ones);
    let mut dtheta = vec![0.0; theta.len()];
    penalty(&steps, theta, &mut dtheta, 1.0);
    (dx.data.iter().map(|g| g * g / 2.0).sum(), dtheta)
}

fn tensor(dims: Dims, floats: &[f32]) -> Tensor {
    Tensor { dims, data: floats.iter().map(|&v| f64::from(v)).collect() }
}

fn array(tensor: &Tensor) -> Array4<f32> {
    let floats = tensor.data.iter().map(|&v| v as f32).collect();
    Array4::from_shape_vec(tensor.dims, floats).unwrap()
}

impl Engine for NaiveEngine {
    fn real(&mut self) -> ViewMut<'_> {
        self.real.view_mut()
    }

    fn step(&mut self) -> Result<Losses, EngineError> {
        let State { config, step, rollbacks, .. } = &self.state;
        let index = u64::from(*rollbacks) << 48 | *step;
        let mut z = Array4::zeros((config.batch_size, 1, 1, config.nz));
        let mut latents = stream(config.seed, Purpose::Latent, index);
        fill_normal(&mut latents, z.as_slice_mut().unwrap());
        self.step_with(z.view())
    }

    fn step_with(&mut self, z: View) -> Result<Losses, EngineError> {
        let State {
            config,
            step,
            rollbacks,
            generator: gs,
            average,
            statistics,
            lecam,
            discriminator: ds,
            ..
        } = &mut self.state;
        assert_eq!(z.dim(), (config.batch_size, 1, 1, config.nz), "latents of another shape");
        let spectral = Spectral::new(&self.d, ds.theta.as_slice(), ds.buffers.as_mut_slice());
        let (g_theta, d_theta) = (gs.theta.as_slice().to_vec(), &spectral.theta);
        let z = tensor(z.dim(), z.as_standard_layout().as_slice().unwrap());
        let mut random = stream(config.seed, Purpose::Augment, u64::from(*rollbacks) << 48 | *step);
        let mut draw = || augment::draw(config.batch_size, config.image_size, &mut random);
        let of_fake = draw();
        let augmented = |mut images: Tensor, drawn: &[augment::Drawn]| {
            augment::apply(config.augment, drawn, &mut images);
            images
        };
        let g = forward(&self.g, &g_theta, gs.buffers.as_mut_slice(), z, Mode::Train);
        let mut see = |images: Tensor| {
            forward(&self.d, d_theta, ds.buffers.as_mut_slice(), images, Mode::Train)
        };
        let fake = see(augmented(output(&g).clone(), &of_fake));
        let real = tensor(self.real.dim(), self.real.as_slice().unwrap());
        let real = see(augmented(real, &draw()));

        let (mut dg, mut dd) = (vec![0.0; g_theta.len()], vec![0.0; d_theta.len()]);
        let ((loss_g, dlogits), d_losses) =
            losses(config.objective, config.label_smoothing, output(&real), output(&fake));
        let [(loss_real, mut dreal), (loss_fake, mut dfake)] = d_losses;
        if let Some(anchors) = lecam {
            lecam_penalty(anchors, config.lecam, *step, [(&real, &mut dreal), (&fake, &mut dfake)]);
        }
        let mut dimages = backward(&fake, d_theta, &mut dd, dlogits);
        augment::adjoint(config.augment, &of_fake, &mut dimages);
        backward(&g, &g_theta, &mut dg, dimages);
        dd.fill(0.0);
        backward(&fake, d_theta, &mut dd, dfake);
        backward(&real, d_theta, &mut dd, dreal);
        if step.is_multiple_of(config.penalty_every) {
            let per_image = config.penalty_every as f64 / config.batch_size as f64;
            for (images, gamma) in [(&fake, config.r2), (&real, config.r1)] {
                if gamma > 0.0 {
                    penalty(images, d_theta, &mut dd, gamma * per_image);
                }
            }
        }
        spectral.pull_back(&mut dd);
        let lr = |own: Option<f64>| {
            let halvings = config.lr_half_life.map_or(0.0, |life| *step as f64 / life as f64);
            own.unwrap_or(config.lr) * 0.5f64.powf(halvings)
        };
        adam(&mut ds.theta, &mut ds.adam, &dd, lr(config.lr_d), config);
        let is_for_d_alone = *step % config.d_steps != config.d_steps - 1;
        if is_for_d_alone {
            dg.fill(0.0);
        } else {
            adam(&mut gs.theta, &mut gs.adam, &dg, lr(config.lr_g), config);
            if config.upsample == Upsample::Nearest {
                flatten(&self.g, gs.theta.as_mut_slice());
            }
        }
        if let Some(average) = average.as_mut().filter(|_| !is_for_d_alone) {
            let steps = (*step / config.d_steps) as f64;
            let decay = config.ema.min((1.0 + steps) / (10.0 + steps));
            for (average, &theta) in average.as_mut_slice().iter_mut().zip(gs.theta.as_slice()) {
                *average = (decay * f64::from(*average) + (1.0 - decay) * f64::from(theta)) as f32;
            }
        }
        gs.num_batches_tracked += 1;
        ds.num_batches_tracked += 2;
        *step += 1;
        *statistics = None;
        self.fake = array(output(&g));
        self.logits = [array(output(&real)), array(output(&fake))];
        self.gradients = [dg, dd];
        let is_probability = config.objective == Objective::NonSaturating;
        let score = |&l: &f64| if is_probability { sigmoid(l) } else { l };
        let mean = |logits: &Tensor| {
            (logits.data.iter().map(score).sum::<f64>() / logits.data.len() as f64) as f32
        };
        Ok(Losses {
            generator: loss_g as f32,
            real: loss_real as f32,
            fake: loss_fake as f32,
            d_real: mean(output(&real)),
            d_fake: mean(output(&fake)),
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
        Ok(&self.state)
    }

    fn state_to_show(&mut self) -> Result<&State, EngineError> {
        self.state.compute_statistics();
        Ok(&self.state)
    }

    fn restore(&mut self, state: State) {
        assert_eq!(state.config, self.state.config, "the state is of another run");
        self.state = state;
    }

    fn monitor_mut(&mut self) -> &mut Monitor {
        &mut self.state.monitor
    }

    fn logits(&mut self) -> Logits<'_> {
        Logits { real: self.logits[0].view(), fake: self.logits[1].view() }
    }

    fn images(&mut self) -> Result<[View<'_>; 2], EngineError> {
        Ok([self.real.view(), self.fake.view()])
    }

    fn gradient_norms(&mut self) -> [f64; 2] {
        self.gradients.each_ref().map(|g| g.iter().map(|v| v * v).sum::<f64>().sqrt())
    }

    fn non_finite(&mut self, _: &Losses) -> Result<Option<NonFinite>, EngineError> {
        Ok(self.state.non_finite())
    }
}
