//! Batch-norm statistics that belong to given weights.
//!
//! The running statistics of training average the last ten batches or so, while the weights keep moving: they
//! belong to no weights at all, and the error compounds from layer to layer. Here the weights stand still and
//! the statistics are those of a thousand images (Wu & Johnson 2021, "Rethinking Batch in BatchNorm",
//! arXiv:2105.07576, section 3).

use dcgan_layers::Params;
use dcgan_random::latent;
use dcgan_tensor::Context;

use crate::{Config, generator};

/// Images in a batch.
const BATCH: u64 = 64;

/// Batches; with one of 64 images, each statistic has an error of a fortieth of a standard deviation even where
/// a channel is constant within an image.
const BATCHES: u64 = 16;

/// The batch-norm statistics of G with the parameters `theta`: of the same 1,024 latents for every model, so
/// they are a function of the parameters.
///
/// Each batch is normalised by its own statistics, as in training. The mean of a channel is that of all
/// batches, its variance that of all their pixels together.
pub(crate) fn batch_norm_statistics(config: &Config, theta: &Params) -> Params {
    let network = generator(config);
    let mut activations = network.activations(BATCH as usize);
    let (mut buffers, ctx) = (network.init_buffers(), &mut Context::default());
    let layers = network.nodes().iter().enumerate();
    let mut moments: Vec<(usize, Moments)> = layers
        .filter(|(_, node)| !node.layer.buffers().is_empty())
        .map(|(i, _)| (i, Moments::zeros(activations.layer_extra(i).len() / 2)))
        .collect();
    for batch in 0..BATCHES {
        let z = latent::from_seeds(batch * BATCH..(batch + 1) * BATCH, config.nz);
        let mut input = activations.input_mut();
        input.as_slice_mut().expect("activations are contiguous").copy_from_slice(&z);
        network.forward(theta, &mut buffers, &mut activations, ctx);
        for (layer, moments) in &mut moments {
            moments.add(activations.layer_extra(*layer));
        }
    }
    let statistics: Vec<f32> =
        moments.iter().flat_map(|(_, moments)| moments.mean_var(BATCHES)).collect();
    buffers.as_mut_slice().copy_from_slice(&statistics);
    buffers
}

/// Sums over batches for each channel of a layer.
struct Moments {
    /// Of the mean.
    means: Vec<f64>,
    /// Of the mean square.
    squares: Vec<f64>,
}

impl Moments {
    fn zeros(channels: usize) -> Self {
        Self { means: vec![0.0; channels], squares: vec![0.0; channels] }
    }

    /// Adds a batch: its means, then its variances.
    fn add(&mut self, mean_var: &[f32]) {
        let (means, vars) = mean_var.split_at(self.means.len());
        for (i, (&mean, &var)) in means.iter().zip(vars).enumerate() {
            let (mean, var) = (f64::from(mean), f64::from(var));
            self.means[i] += mean;
            self.squares[i] += var + mean * mean;
        }
    }

    /// The means, then the variances, of all pixels of this many batches.
    fn mean_var(&self, batches: u64) -> Vec<f32> {
        let mean = |sum: &f64| sum / batches as f64;
        let vars = self.means.iter().zip(&self.squares);
        let vars = vars.map(|(m, s)| (mean(s) - mean(m).powi(2)).max(0.0) as f32);
        self.means.iter().map(|m| mean(m) as f32).chain(vars).collect()
    }
}
