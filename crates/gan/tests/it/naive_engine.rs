//! A second engine behind the same seam: deliberately naive, in double precision, built from nothing but
//! the description of the networks. What holds for both engines holds for the seam.

use dcgan_gan::monitor::{Monitor, NonFinite};
use dcgan_gan::{
    Config, Engine, LecamAnchors, Logits, Losses, Objective, Progress, State, Upsample,
    network_specs,
};
use dcgan_layers::{LayerSpec, NetworkSpec, Params};
use dcgan_optim::Adam;
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Dims, View, ViewMut};
use ndarray::Array4;

mod augment;
mod layers;
mod spectral;

use layers::{Mode, Step, Tensor, backward, forward, output, penalty};
use spectral::Spectral;

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

fn sigmoid(l: f64) -> f64 {
    1.0 / (1.0 + (-l).exp())
}

/// The two losses of D and their gradients in its logits: real, then generated.
type OfD = [(f64, Tensor); 2];

/// The loss of G with its gradient in the logits of the generated images, and those of D.
fn losses(
    objective: Objective,
    smoothing: f64,
    real: &Tensor,
    fake: &Tensor,
) -> ((f64, Tensor), OfD) {
    let each = |logits: &Tensor, loss: &dyn Fn(usize, f64) -> (f64, f64)| {
        let n = logits.data.len() as f64;
        let all: Vec<(f64, f64)> =
            logits.data.iter().enumerate().map(|(i, &l)| loss(i, l)).collect();
        let gradient = all.iter().map(|(_, slope)| slope / n).collect();
        let mean = all.iter().map(|(loss, _)| loss).sum::<f64>() / n;
        (mean, Tensor { dims: logits.dims, data: gradient })
    };
    let bce = |target: f64| {
        move |_, l: f64| {
            let p = sigmoid(l);
            (-target * p.ln() - (1.0 - target) * (1.0 - p).ln(), p - target)
        }
    };
    let square = |target: f64| move |_, l: f64| ((l - target).powi(2) / 2.0, l - target);
    let hinge = |sign: f64| {
        move |_, l: f64| if sign * l < 1.0 { (1.0 - sign * l, -sign) } else { (0.0, 0.0) }
    };
    let linear = |sign: f64| move |_, l: f64| (sign * l, sign);
    match objective {
        Objective::NonSaturating => {
            (each(fake, &bce(1.0)), [each(real, &bce(1.0 - smoothing)), each(fake, &bce(0.0))])
        }
        Objective::LeastSquares => (
            each(fake, &square(1.0)),
            [each(real, &square(1.0 - smoothing)), each(fake, &square(0.0))],
        ),
        Objective::Hinge => {
            (each(fake, &linear(-1.0)), [each(real, &hinge(1.0)), each(fake, &hinge(-1.0))])
        }
        Objective::Wasserstein => {
            (each(fake, &linear(-1.0)), [each(real, &linear(-1.0)), each(fake, &linear(1.0))])
        }
        Objective::Relativistic => {
            // G says that the generated image is the real one of each pair, D that the real one is.
            let g = each(fake, &|i, l| bce(1.0)(i, l - real.data[i]));
            let half = |(loss, slope): (f64, f64)| (loss / 2.0, slope);
            let d_real = each(real, &|i, l| half(bce(1.0)(i, l - fake.data[i])));
            let d_fake = each(fake, &|i, l| half(bce(0.0)(i, l - real.data[i])));
            (g, [d_real, d_fake])
        }
    }
}

/// Moves the anchors of the LeCam penalty, and adds its gradients in the logits of real and of generated images.
fn lecam_penalty(
    anchors: &mut LecamAnchors,
    lambda: f64,
    step: u64,
    [(real, dreal), (fake, dfake)]: [(&[Step], &mut Tensor); 2],
) {
    let decay = ((1.0 + step as f64) / (10.0 + step as f64)).min(0.99);
    for (anchor, steps) in [(&mut anchors.real, real), (&mut anchors.fake, fake)] {
        let logits = &output(steps).data;
        let mean = logits.iter().sum::<f64>() / logits.len() as f64;
        *anchor = decay * *anchor + (1.0 - decay) * mean;
    }
    for (steps, dlogits, anchor) in [(real, dreal, anchors.fake), (fake, dfake, anchors.real)] {
        let logits = &output(steps).data;
        let n = logits.len() as f64;
        for (d, l) in dlogits.data.iter_mut().zip(logits) {
            *d += 2.0 * lambda * (l - anchor) / n;
        }
    }
}

/// Takes what alternates along rows or along columns out of each kernel of the layers that double the size.
fn flatten(g: &NetworkSpec, theta: &mut [f32]) {
    let mut at = 0;
    for (_, spec) in &g.layers {
        let LayerSpec::ConvTranspose2d { c_in, c_out, window, .. } = *spec else {
            let LayerSpec::BatchNorm2d { c, .. } = *spec else { panic!("another layer") };
            at += 2 * c;
            continue;
        };
        let pairs = c_in * c_out;
        for pair in (0..pairs).filter(|_| window.stride == 2) {
            let sign = |tap: usize| if tap % 2 == 0 { 1.0 } else { -1.0 };
            let old: Vec<f64> = (0..16).map(|tap| theta[at + tap * pairs + pair].into()).collect();
            let row: Vec<f64> =
                (0..4).map(|y| (0..4).map(|x| sign(x) * old[4 * y + x] / 4.0).sum()).collect();
            let column: Vec<f64> =
                (0..4).map(|x| (0..4).map(|y| sign(y) * old[4 * y + x] / 4.0).sum()).collect();
            let both: f64 = (0..4).map(|y| sign(y) * row[y] / 4.0).sum();
            for (y, x) in (0..16).map(|tap| (tap / 4, tap % 4)) {
                let alternating = sign(x) * row[y] + sign(y) * column[x] - sign(x) * sign(y) * both;
                theta[at + (4 * y + x) * pairs + pair] = (old[4 * y + x] - alternating) as f32;
            }
        }
        at += window.taps() * pairs;
    }
}

/// One step of Adam, ε = 1e-8.
fn adam(theta: &mut Params, adam: &mut Adam, gradient: &[f64], lr: f64, config: &Config) {
    let (steps, (m, v)) = (adam.steps() + 1, adam.moments());
    let (beta1, beta2, t) = (config.beta1, config.beta2, steps as f64);
    let moment = |beta: f64, old: &[f32], new: &dyn Fn(f64) -> f64| -> Vec<f32> {
        let pairs = old.iter().zip(gradient);
        pairs.map(|(&old, &g)| (beta * f64::from(old) + (1.0 - beta) * new(g)) as f32).collect()
    };
    let (m, v) = (moment(beta1, m, &|g| g), moment(beta2, v, &|g| g * g));
    for ((theta, &m), &v) in theta.as_mut_slice().iter_mut().zip(&m).zip(&v) {
        let m_hat = f64::from(m) / (1.0 - beta1.powf(t));
        let v_hat = f64::from(v) / (1.0 - beta2.powf(t));
        *theta = (f64::from(*theta) - lr * m_hat / (v_hat.sqrt() + 1e-8)) as f32;
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
        Losses {
            generator: loss_g as f32,
            real: loss_real as f32,
            fake: loss_fake as f32,
            d_real: mean(output(&real)),
            d_fake: mean(output(&fake)),
        }
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

    fn state(&mut self) -> &State {
        &self.state
    }

    fn state_to_show(&mut self) -> &State {
        self.state.compute_statistics();
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
