//! A second engine behind the same seam: deliberately naive, in double precision, built from nothing but
//! the description of the networks. What holds for both engines holds for the seam.

use dcgan_gan::monitor::{Monitor, NonFinite};
use dcgan_gan::{Config, Engine, Logits, Losses, Objective, Progress, State, network_specs};
use dcgan_layers::{NetworkSpec, Params};
use dcgan_optim::Adam;
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Dims, View, ViewMut};
use ndarray::Array4;

mod layers;

use layers::{Mode, Tensor, backward, forward, output};

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

fn tensor(dims: Dims, floats: &[f32]) -> Tensor {
    Tensor { dims, data: floats.iter().map(|&v| f64::from(v)).collect() }
}

fn array(tensor: &Tensor) -> Array4<f32> {
    let floats = tensor.data.iter().map(|&v| v as f32).collect();
    Array4::from_shape_vec(tensor.dims, floats).unwrap()
}

fn sigmoid(l: f64) -> f64 {
    1.0 / (1.0 + (-l).exp())
}

/// The mean of −t·ln σ(l) − (1 − t)·ln(1 − σ(l)), and its gradient.
fn bce(logits: &Tensor, target: f64) -> (f64, Tensor) {
    let n = logits.data.len() as f64;
    let loss = |l: &f64| -target * sigmoid(*l).ln() - (1.0 - target) * (1.0 - sigmoid(*l)).ln();
    let gradient = logits.data.iter().map(|&l| (sigmoid(l) - target) / n).collect();
    let total = logits.data.iter().map(loss).sum::<f64>() / n;
    (total, Tensor { dims: logits.dims, data: gradient })
}

/// One step of Adam, β₂ = 0.999, ε = 1e-8.
fn adam(theta: &mut Params, adam: &mut Adam, gradient: &[f64], config: &Config) {
    let (steps, (m, v)) = (adam.steps() + 1, adam.moments());
    let (beta1, beta2, t) = (config.beta1, 0.999f64, steps as f64);
    let moment = |beta: f64, old: &[f32], new: &dyn Fn(f64) -> f64| -> Vec<f32> {
        let pairs = old.iter().zip(gradient);
        pairs.map(|(&old, &g)| (beta * f64::from(old) + (1.0 - beta) * new(g)) as f32).collect()
    };
    let (m, v) = (moment(beta1, m, &|g| g), moment(beta2, v, &|g| g * g));
    for ((theta, &m), &v) in theta.as_mut_slice().iter_mut().zip(&m).zip(&v) {
        let m_hat = f64::from(m) / (1.0 - beta1.powf(t));
        let v_hat = f64::from(v) / (1.0 - beta2.powf(t));
        *theta = (f64::from(*theta) - config.lr * m_hat / (v_hat.sqrt() + 1e-8)) as f32;
    }
    *adam = Adam::from_moments(steps, m, v);
}

impl Engine for NaiveEngine {
    fn real(&mut self) -> ViewMut<'_> {
        self.real.view_mut()
    }

    fn step(&mut self) -> Losses {
        let State { config, step, rollbacks, .. } = &self.state;
        let index = u64::from(*rollbacks) << 48 | *step;
        let mut z = Array4::zeros((config.batch_size, 1, 1, config.nz));
        let mut latents = stream(config.seed, Purpose::Latent, index);
        fill_normal(&mut latents, z.as_slice_mut().unwrap());
        self.step_with(z.view())
    }

    fn step_with(&mut self, z: View) -> Losses {
        let State { config, step, generator: gs, average, discriminator: ds, .. } =
            &mut self.state;
        assert_eq!(z.dim(), (config.batch_size, 1, 1, config.nz), "latents of another shape");
        let (g_theta, d_theta) = (gs.theta.as_slice().to_vec(), ds.theta.as_slice().to_vec());
        let z = tensor(z.dim(), z.as_standard_layout().as_slice().unwrap());
        let g = forward(&self.g, &g_theta, gs.buffers.as_mut_slice(), z, Mode::Train);
        let mut see = |images: Tensor| {
            forward(&self.d, &d_theta, ds.buffers.as_mut_slice(), images, Mode::Train)
        };
        let fake = see(output(&g).clone());
        let real = see(tensor(self.real.dim(), self.real.as_slice().unwrap()));

        let (mut dg, mut dd) = (vec![0.0; g_theta.len()], vec![0.0; d_theta.len()]);
        let (loss_g, dlogits) = bce(output(&fake), 1.0);
        let dimages = backward(&fake, &d_theta, &mut dd, dlogits);
        backward(&g, &g_theta, &mut dg, dimages);
        dd.fill(0.0);
        let (loss_fake, dlogits) = bce(output(&fake), 0.0);
        backward(&fake, &d_theta, &mut dd, dlogits);
        let (loss_real, dlogits) = bce(output(&real), 1.0);
        backward(&real, &d_theta, &mut dd, dlogits);
        adam(&mut gs.theta, &mut gs.adam, &dg, config);
        adam(&mut ds.theta, &mut ds.adam, &dd, config);

        if let Some(average) = average {
            let steps = *step as f64;
            let decay = config.ema.min((1.0 + steps) / (10.0 + steps));
            for (average, &theta) in average.as_mut_slice().iter_mut().zip(gs.theta.as_slice()) {
                *average = (decay * f64::from(*average) + (1.0 - decay) * f64::from(theta)) as f32;
            }
        }
        gs.num_batches_tracked += 1;
        ds.num_batches_tracked += 2;
        *step += 1;
        self.fake = array(output(&g));
        self.logits = [array(output(&real)), array(output(&fake))];
        self.gradients = [dg, dd];
        let mean = |logits: &Tensor| {
            (logits.data.iter().map(|&l| sigmoid(l)).sum::<f64>() / logits.data.len() as f64) as f32
        };
        Losses {
            generator: loss_g as f32,
            real: loss_real as f32,
            fake: loss_fake as f32,
            d_real: mean(output(&real)),
            d_fake: mean(output(&fake)),
        }
    }

    fn objective(&self) -> Objective {
        Objective::NonSaturating
    }

    fn config(&self) -> &Config {
        &self.state.config
    }

    fn progress(&self) -> Progress {
        Progress { step: self.state.step, rollbacks: self.state.rollbacks }
    }

    fn state(&mut self) -> &State {
        &self.state
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

    fn images(&mut self) -> [View<'_>; 2] {
        [self.real.view(), self.fake.view()]
    }

    fn gradient_norms(&mut self) -> [f64; 2] {
        self.gradients.each_ref().map(|g| g.iter().map(|v| v * v).sum::<f64>().sqrt())
    }

    fn non_finite(&mut self, _: &Losses) -> Option<NonFinite> {
        self.state.non_finite()
    }
}
