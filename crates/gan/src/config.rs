use serde::{Deserialize, Serialize};
use thiserror::Error;

/// All that decides what a run computes, pictures apart. The defaults are the article's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Side of a picture in pixels: a power of two from 16 to 256. The networks' depth follows.
    pub image_size: usize,
    /// 1 grey, 3 colour, 4 colour with transparency.
    pub channels: usize,
    /// Length of a latent.
    pub nz: usize,
    /// Channels of the generator's last hidden layer; each layer before has twice as many.
    pub ngf: usize,
    /// Channels of the discriminator's first layer; each layer after has twice as many.
    pub ndf: usize,
    /// Pictures in a step.
    pub batch_size: usize,
    /// Learning rate of both Adams.
    pub lr: f64,
    /// β₁ of both Adams.
    pub beta1: f64,
    /// Where all randomness of a run starts.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            image_size: 64,
            channels: 3,
            nz: 100,
            ngf: 32,
            ndf: 32,
            batch_size: 64,
            lr: 2e-4,
            beta1: 0.5,
            seed: 42,
        }
    }
}

/// A value that no run can have.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field} is {value}: {why}")]
pub struct ConfigError {
    /// The field of [`Config`].
    pub field: &'static str,
    /// What it was.
    pub value: String,
    /// What it must be.
    pub why: String,
}

/// Parameters of both networks that still fit a machine: with gradients and moments, 4 GiB.
const MOST_PARAMETERS: usize = 1 << 28;

/// Activations of a step that still fit a large one: 64 GiB.
const MOST_ACTIVATIONS: usize = 1 << 34;

impl Config {
    /// Whether a run can have these values.
    ///
    /// # Errors
    /// The first value that it cannot have.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let wrong = |field, value: &dyn ToString, why: &str| {
            Err(ConfigError { field, value: value.to_string(), why: why.to_owned() })
        };
        if !self.image_size.is_power_of_two() || !(16..=256).contains(&self.image_size) {
            return wrong(
                "image_size",
                &self.image_size,
                "it must be 16, 32, 64, 128 or 256, since every layer doubles or halves it",
            );
        }
        if ![1, 3, 4].contains(&self.channels) {
            return wrong("channels", &self.channels, "it must be 1 (grey), 3 (RGB) or 4 (RGBA)");
        }
        let counts = [("nz", self.nz), ("ngf", self.ngf), ("ndf", self.ndf)];
        for (field, value) in counts.into_iter().chain([("batch_size", self.batch_size)]) {
            if !(1..=4096).contains(&value) {
                return wrong(field, &value, "it must be from 1 to 4096");
            }
        }
        if !(self.lr.is_finite() && self.lr > 0.0) {
            return wrong("lr", &self.lr, "it must be greater than 0, such as 0.0002");
        }
        if !(0.0..1.0).contains(&self.beta1) {
            return wrong("beta1", &self.beta1, "it must be at least 0 and less than 1");
        }
        let parameters = self.parameters();
        if parameters > MOST_PARAMETERS {
            let field = if self.ngf >= self.ndf { "ngf" } else { "ndf" };
            let value = self.ngf.max(self.ndf);
            let why = format!(
                "at {0} × {0} pixels that makes {parameters} weights; use a smaller one",
                self.image_size
            );
            return wrong(field, &value, &why);
        }
        let activations = self.activations();
        if activations > MOST_ACTIVATIONS {
            let gigabytes = activations * size_of::<f32>() / 1_000_000_000;
            let why = format!(
                "with networks of this size a step needs {gigabytes} GB; use a smaller one"
            );
            return wrong("batch_size", &self.batch_size, &why);
        }
        Ok(())
    }

    /// Channels of a network's hidden layers, widest first, for a narrowest layer of `narrowest`.
    pub(crate) fn widths(&self, narrowest: usize) -> impl Iterator<Item = usize> {
        (0..self.hidden_layers()).rev().map(move |i| narrowest << i)
    }

    /// Hidden layers of each network: maps of side 4, 8, … up to half the picture.
    fn hidden_layers(&self) -> u32 {
        self.image_size.ilog2() - 2
    }

    /// About how many weights both networks have: their convolutions.
    fn parameters(&self) -> usize {
        let stack = |narrowest: usize, end: usize| {
            let widths: Vec<usize> = self.widths(narrowest).collect();
            let inner: usize = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
            16 * (inner + widths[0] * end + narrowest * self.channels)
        };
        stack(self.ngf, self.nz) + stack(self.ndf, 1)
    }

    /// Floating-point operations in the convolutions of a forward pass of G and of D over one batch, as
    /// the direct convolution makes them: 2·windows·kernel²·c_in·c_out for each layer.
    pub fn forward_flops(&self) -> (u64, u64) {
        let [g, d] = self.flops();
        (g.iter().sum(), d.iter().sum())
    }

    /// The same for a whole training step: what [`crate::Trainer::step`] asks for, and no more.
    pub fn step_flops(&self) -> u64 {
        let (g, d) = self.forward_flops();
        let [[g_first, ..], [.., d_first]] = self.flops();
        // G: forward and back; nobody asks for the gradient in the latents.
        let g = 3 * g - g_first;
        // D: forward over fakes and real pictures; back to the fakes for G; back for itself from both,
        // where nobody asks for the gradient in the pictures.
        let d = 2 * d + d + 2 * (2 * d - d_first);
        g + d
    }

    /// Those of a forward pass of G and of D: in the layer at the point, in the inner ones together, and
    /// in the one at the picture.
    fn flops(&self) -> [[u64; 3]; 2] {
        let network = |narrowest: usize, end: usize| {
            let widths: Vec<usize> = self.widths(narrowest).collect();
            // Each halved from twice the side and half the channels: as many in all of them.
            let pairs =
                widths.windows(2).zip(0..).map(|(pair, i)| pair[0] * pair[1] * (16 << (2 * i)));
            let outer = narrowest * self.channels * self.image_size * self.image_size / 4;
            [widths[0] * end, pairs.sum(), outer]
                .map(|terms| (2 * 16 * self.batch_size * terms) as u64)
        };
        [network(self.ngf, self.nz), network(self.ndf, 1)]
    }

    /// About how many floats a step keeps: of each hidden layer what the convolution and what the
    /// normalisation put out, once for G and twice for D.
    fn activations(&self) -> usize {
        let widths = self.widths(self.ngf + 2 * self.ndf);
        let map = |(i, width): (usize, usize)| 2 * width * (4 << i) * (4 << i);
        self.batch_size * widths.enumerate().map(map).sum::<usize>()
    }
}
