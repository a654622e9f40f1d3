use dcgan_layers::{Network, Params, Pass, WayBack, bce_with_logits};
use dcgan_optim::Hyper;
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Backend, Context, View, ViewMut};
use ndarray::{Axis, Zip};

use crate::exchange::Net;
use crate::{Config, ConfigError, DataPrint, State, discriminator, generator};

/// What D should say of a real picture.
const REAL: f32 = 1.0;

/// What D should say of a generated one.
const FAKE: f32 = 0.0;

/// Which part of D's run is over what G made, and which over the real pictures.
const FAKES: usize = 0;
const REALS: usize = 1;

/// Bits of a stream's index that the step has; those above are the number of rollbacks.
const LATENTS: u32 = 48;

/// The game, with all its memory: made once, and then each step allocates nothing.
pub struct Trainer {
    g: Network,
    d: Network,
    /// G's run over the latents.
    fake: Pass,
    /// D's run over what G made and over the real pictures, which know nothing of each other.
    seen: Pass,
    /// The way back through either, and from D's run to G's.
    back: WayBack,
    dg: Params,
    dd: Params,
    scratch: Context,
    state: State,
}

/// What one step found, before it changed anything.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// −ln σ(D(G(z))), averaged over the batch.
    pub generator: f32,
    /// −ln σ(D(x)).
    pub real: f32,
    /// −ln(1 − σ(D(G(z)))).
    pub fake: f32,
    /// Mean σ(D(x)): how sure D is of the real ones.
    pub d_real: f32,
    /// Mean σ(D(G(z))): how far the generated ones deceive D.
    pub d_fake: f32,
}

impl Trainer {
    /// A run before its first step.
    ///
    /// # Errors
    /// If `config` is not valid.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Ok(Self::resume(State::new(config)?))
    }

    /// A run that goes on from `state`.
    pub fn resume(state: State) -> Self {
        let (g, d) = (generator(&state.config), discriminator(&state.config));
        let batch = state.config.batch_size;
        let (fake, seen) = (g.pass(batch), d.pass_of(2, batch));
        Self {
            back: WayBack::through([&fake, &seen]),
            fake,
            seen,
            dg: state.generator.theta.zeros_like(),
            dd: state.discriminator.theta.zeros_like(),
            scratch: Context::default(),
            g,
            d,
            state,
        }
    }

    /// Computing in this way, for comparing; the default is what is fastest. Another way gives other
    /// last bits.
    pub fn computing(self, method: Backend) -> Self {
        Self { scratch: Context::new(method), ..self }
    }

    /// Where the run stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Goes on from `state` instead.
    ///
    /// # Panics
    /// If it is of another configuration.
    pub fn go_back(&mut self, state: State) {
        assert_eq!(state.config, self.state.config, "a state of another run");
        self.state = state;
    }

    /// Notes what the run is trained on, so that a checkpoint can tell.
    pub fn set_data(&mut self, data: DataPrint) {
        self.state.data = data;
    }

    /// Where the caller writes the next real pictures: (batch, side, side, channels) in [−1, 1].
    pub fn real(&mut self) -> ViewMut<'_> {
        self.seen.input_of(REALS)
    }

    /// What G made in the last step: (batch, side, side, channels).
    pub fn fakes(&self) -> View<'_> {
        self.fake.output()
    }

    /// D's logits in the last step: of the real pictures and of what G made.
    pub fn logits(&self) -> (View<'_>, View<'_>) {
        (self.seen.output_of(REALS), self.seen.output_of(FAKES))
    }

    /// The runs of the last step in their order: G's, then D's.
    pub(crate) fn runs(&self) -> [(Net, &Network, &Pass); 2] {
        [(Net::Generator, &self.g, &self.fake), (Net::Discriminator, &self.d, &self.seen)]
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// The gradients of the last step: G's and D's.
    pub fn gradients(&self) -> (&Params, &Params) {
        (&self.dg, &self.dd)
    }

    /// One round, with latents drawn for this step.
    pub fn step(&mut self) -> Losses {
        let State { config, step, rollbacks, .. } = &self.state;
        let index = u64::from(*rollbacks) << LATENTS | *step;
        let mut latents = stream(config.seed, Purpose::Latent, index);
        let mut z = self.fake.input();
        fill_normal(&mut latents, z.as_slice_mut().expect("a pass is contiguous"));
        self.play()
    }

    /// One round, with these latents (batch, 1, 1, nz).
    ///
    /// # Panics
    /// If `z` has another shape.
    pub fn step_with(&mut self, z: View) -> Losses {
        let mut input = self.fake.input();
        assert_eq!(z.dim(), input.dim(), "latents of another shape");
        input.assign(&z);
        self.play()
    }

    /// One round, with the latents in G's input.
    fn play(&mut self) -> Losses {
        let Self { g, d, fake, seen, back, dg, dd, scratch, state } = self;
        let (gen_, dis, config) = (&mut state.generator, &mut state.discriminator, &state.config);
        let hyper = Hyper { lr: config.lr, beta1: config.beta1, ..Hyper::default() };

        // G: minimise −ln σ(D(G(z))). Of D only the gradient in its input is asked for; that is the one in
        // G's output, from which the way back goes on.
        g.forward(&gen_.theta, fake, scratch);
        copy(fake.output(), seen.input_of(FAKES));
        d.forward(&dis.theta, seen, scratch);
        let loss_g = bce_with_logits(seen.head_of(FAKES, back), REAL);
        d.backward_input(&dis.theta, seen, FAKES, back, scratch);
        g.backward_params(&gen_.theta, fake, back, dg, scratch);
        gen_.adam.step(hyper, gen_.theta.as_mut_slice(), dg.as_slice());

        // D: minimise −ln σ(D(x)) − ln(1 − σ(D(G(z)))). D has not moved since it saw both, so that
        // run still stands.
        let (logits, dlogits) = seen.head(back);
        let (fakes, reals) = logits.split_at(Axis(0), config.batch_size);
        let (dfakes, dreals) = dlogits.split_at(Axis(0), config.batch_size);
        let loss_fake = bce_with_logits((fakes, dfakes), FAKE);
        let loss_real = bce_with_logits((reals, dreals), REAL);
        d.backward_params(&dis.theta, seen, back, dd, scratch);
        dis.adam.step(hyper, dis.theta.as_mut_slice(), dd.as_slice());

        g.track(fake, &mut gen_.running);
        d.track(seen, &mut dis.running);
        gen_.tracked += 1;
        dis.tracked += 2;
        state.step += 1;
        Losses {
            generator: loss_g,
            real: loss_real,
            fake: loss_fake,
            d_real: mean_probability(seen.output_of(REALS)),
            d_fake: mean_probability(seen.output_of(FAKES)),
        }
    }
}

/// to ← from, on all threads.
fn copy(from: View, to: ViewMut) {
    Zip::from(to).and(from).par_for_each(|to, &from| *to = from);
}

/// The mean of σ over logits.
fn mean_probability(logits: View) -> f32 {
    let sum: f64 = logits.iter().map(|&l| 1.0 / (1.0 + f64::from(-l).exp())).sum();
    (sum / logits.len() as f64) as f32
}
