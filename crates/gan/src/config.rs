use serde::{Deserialize, Serialize};
use thiserror::Error;

mod flops;

use crate::{Augment, DNorm, Objective, Upsample};

crate::fields! {
    /// All settings that decide what a run computes, apart from its images. The defaults are those of
    /// the DCGAN paper at half the width.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Config {
        /// Image width and height in pixels: a power of two from 16 to 256. It decides the depth of
        /// the networks.
        image_size: usize = 64, Fixed, Original, |&size| {
            let valid = size.is_power_of_two() && (16..=256).contains(&size);
            must_be(valid, "16, 32, 64, 128 or 256, since every layer doubles or halves it")
        };
        /// 1 for grey, 3 for RGB, 4 for RGBA.
        channels: usize = 3, Fixed, Original, |channels| {
            must_be([1, 3, 4].contains(channels), "1 (grey), 3 (RGB) or 4 (RGBA)")
        };
        /// Length of a latent.
        nz: usize = 100, Fixed, Original, count;
        /// Channels of the generator's last hidden layer; each layer before it has twice as many.
        ngf: usize = 32, Fixed, Original, count;
        /// Channels of the discriminator's first layer; each layer after it has twice as many.
        ndf: usize = 32, Fixed, Original, count;
        /// How G doubles the size of its feature maps.
        upsample: Upsample = Upsample::Transposed, Fixed, Added, |_| Ok(());
        /// Images in a step.
        batch_size: usize = 64, Fixed, Original, count;
        /// Learning rate of both Adams, unless one has its own.
        lr: f64 = 2e-4, Fixed, Original, rate;
        /// β₁ of both Adams.
        beta1: f64 = 0.5, Fixed, Original, |beta1| {
            must_be((0.0..1.0).contains(beta1), "at least 0 and less than 1")
        };
        /// Learning rate of G's Adam, if it is not `lr`.
        lr_g: Option<f64> = None, Fixed, Added, |lr| lr.as_ref().map_or(Ok(()), rate);
        /// Learning rate of D's Adam, if it is not `lr`.
        lr_d: Option<f64> = None, Fixed, Added, |lr| lr.as_ref().map_or(Ok(()), rate);
        /// Steps in which every learning rate halves; `None` if they are constant.
        lr_half_life: Option<u64> = None, Fixed, Added, |steps| {
            must_be(steps.is_none_or(|steps| steps > 0), "at least 1")
        };
        /// β₂ of both Adams.
        beta2: f64 = 0.999, Fixed, Added, |beta2| {
            must_be((0.0..1.0).contains(beta2), "at least 0 and less than 1")
        };
        /// What D's target for real images falls short of 1 by (one-sided label smoothing, Salimans et al. 2016,
        /// arXiv:1606.03498, section 3.4).
        label_smoothing: f64 = 0.0, Fixed, Added, |smoothing| {
            must_be((0.0..0.5).contains(smoothing), "at least 0 and less than 0.5")
        };
        /// What G and D minimise.
        objective: Objective = Objective::NonSaturating, Fixed, Added, |_| Ok(());
        /// How D is normalised.
        d_norm: DNorm = DNorm::Batch, Fixed, Added, |_| Ok(());
        /// γ of the penalty γ/2·E‖∇D(x)‖² on real images (R1, Mescheder et al. 2018, arXiv:1801.04406, equation 9).
        r1: f64 = 0.0, Fixed, Added, strength;
        /// γ of the same penalty on generated images (R2).
        r2: f64 = 0.0, Fixed, Added, strength;
        /// Steps from one penalised step to the next, whose penalties count as many times (lazy regularisation, Karras
        /// et al. 2020, arXiv:1912.04958, section 3.1).
        penalty_every: u64 = 1, Fixed, Added, |&every| {
            must_be((1..=1000).contains(&every), "from 1 to 1000")
        };
        /// λ of the LeCam penalty on D's logits (Tseng et al. 2021, arXiv:2104.03310, equation 5).
        lecam: f64 = 0.0, Fixed, Added, strength;
        /// Steps of D for a step of G (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1).
        d_steps: u64 = 1, Fixed, Added, |steps| must_be((1..=100).contains(steps), "from 1 to 100");
        /// Decay per step of the average of G's weights, with which images are made; 0 keeps no average.
        ema: f64 = 0.0, Fixed, Added, |ema| {
            must_be((0.0..1.0).contains(ema), "at least 0 (no average) and less than 1, such as 0.999")
        };
        /// Whether each real image is mirrored left to right with a probability of one half.
        flip: bool = false, Fixed, Added, |_| Ok(());
        /// How the images that D sees are augmented, real and generated ones.
        augment: Augment = Augment::NONE, Fixed, Added, |_| Ok(());
        /// Seed of all randomness of a run.
        seed: u64 = 42, Fixed, Original, |_| Ok(());
    }
}

fn must_be(valid: bool, what: &str) -> Result<(), String> {
    if valid { Ok(()) } else { Err(format!("it must be {what}")) }
}

fn rate(lr: &f64) -> Result<(), String> {
    must_be(lr.is_finite() && *lr > 0.0, "greater than 0, such as 0.0002")
}

fn strength(gamma: &f64) -> Result<(), String> {
    must_be(gamma.is_finite() && *gamma >= 0.0, "at least 0, which is no penalty")
}

fn count(n: &usize) -> Result<(), String> {
    must_be((1..=4096).contains(n), "from 1 to 4096")
}

/// A value that no run can have.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field} is {value}: {why}")]
pub struct ConfigError {
    /// The field of [`Config`].
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// What it must be.
    pub why: String,
}

/// Most parameters of both networks together: with gradients and Adam's moments, 4 GiB.
const MAX_PARAMETERS: usize = 1 << 28;

/// Most activations of a step: 64 GiB.
const MAX_ACTIVATIONS: usize = 1 << 34;

impl Config {
    /// Checks every field, and the size of the networks that they make together.
    ///
    /// # Errors
    /// The first field with a value that no run can have.
    pub fn validate(&self) -> Result<(), ConfigError> {
        for field in Self::FIELDS {
            if let Err(why) = (field.check)(self) {
                let value = (field.get)(self).map(|value| value.to_string()).unwrap_or_default();
                return Err(ConfigError { field: field.name, value, why });
            }
        }
        self.validate_recipe()?;
        self.validate_size()
    }

    /// Checks that the settings of a recipe make sense together.
    fn validate_recipe(&self) -> Result<(), ConfigError> {
        let Self { objective, label_smoothing, d_norm, r1, r2, penalty_every, lecam, .. } = *self;
        let refused = |field, value: String, why: String| Err(ConfigError { field, value, why });
        if label_smoothing > 0.0 && !objective.has_targets() {
            let why = format!(
                "the objective {objective} has no target for D that could be smoothed; use bce or least-squares"
            );
            return refused("label_smoothing", label_smoothing.to_string(), why);
        }
        if let Some((field, gamma)) = [("r1", r1), ("r2", r2)].into_iter().find(|(_, g)| *g > 0.0)
            && d_norm == DNorm::Batch
        {
            let why = "the penalty needs a discriminator that judges each image alone; use it with d-norm none or spectral";
            return refused(field, gamma.to_string(), why.to_owned());
        }
        if penalty_every > 1 && r1 == 0.0 && r2 == 0.0 {
            let why = "there is no penalty; use it with r1 or r2";
            return refused("penalty_every", penalty_every.to_string(), why.to_owned());
        }
        if lecam > 0.0 && objective == Objective::Relativistic {
            let why = "the penalty holds logits near anchors, but to the objective relativistic only their differences count; use it with another objective";
            return refused("lecam", lecam.to_string(), why.to_owned());
        }
        if objective == Objective::Wasserstein
            && d_norm != DNorm::Spectral
            && r1 == 0.0
            && r2 == 0.0
        {
            let why = "nothing keeps D Lipschitz, and its loss has no bound; use it with d-norm spectral, or with d-norm none and r1 or r2";
            return refused("objective", objective.to_string(), why.to_owned());
        }
        Ok(())
    }

    fn validate_size(&self) -> Result<(), ConfigError> {
        let parameters = self.parameters();
        if parameters > MAX_PARAMETERS {
            let size = self.image_size;
            return Err(ConfigError {
                field: if self.ngf >= self.ndf { "ngf" } else { "ndf" },
                value: self.ngf.max(self.ndf).to_string(),
                why: format!(
                    "at {size} × {size} pixels that makes {parameters} weights; use a smaller one"
                ),
            });
        }
        let activations = self.activations();
        if activations > MAX_ACTIVATIONS {
            let gigabytes = activations * size_of::<f32>() / 1_000_000_000;
            return Err(ConfigError {
                field: "batch_size",
                value: self.batch_size.to_string(),
                why: format!(
                    "with networks of this size a step needs {gigabytes} GB; use a smaller one"
                ),
            });
        }
        Ok(())
    }

    /// Channels of a network's hidden layers, widest first, for a narrowest layer of `narrowest`.
    pub(crate) fn widths(&self, narrowest: usize) -> impl Iterator<Item = usize> {
        (0..self.hidden_layers()).rev().map(move |i| narrowest << i)
    }

    /// Hidden layers of each network: feature maps of 4 × 4, 8 × 8, … up to half the image.
    fn hidden_layers(&self) -> u32 {
        self.image_size.ilog2() - 2
    }

    /// About how many weights both networks have: those of their convolutions.
    fn parameters(&self) -> usize {
        let stack = |narrowest: usize, end: usize| {
            let widths: Vec<usize> = self.widths(narrowest).collect();
            let inner: usize = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
            16 * (inner + widths[0] * end + narrowest * self.channels)
        };
        stack(self.ngf, self.nz) + stack(self.ndf, 1)
    }

    /// About how many floats a step keeps: the outputs of every hidden convolution and normalisation,
    /// once for G and twice for D.
    fn activations(&self) -> usize {
        let widths = self.widths(self.ngf + 2 * self.ndf);
        let map = |(i, width): (usize, usize)| 2 * width * (4 << i) * (4 << i);
        self.batch_size * widths.enumerate().map(map).sum::<usize>()
    }
}
