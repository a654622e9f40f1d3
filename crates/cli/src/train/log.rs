use std::path::PathBuf;

use anyhow::Result;
use dcgan_gan::Losses;
use serde::{Deserialize, Serialize};

use super::lines::Lines;

/// A line of `log.jsonl`: one step, and the speed since the line before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Steps taken.
    pub(crate) step: u64,
    /// Epochs taken, with a fraction.
    pub(crate) epoch: f64,
    pub(crate) loss_g: f32,
    pub(crate) loss_d_real: f32,
    pub(crate) loss_d_fake: f32,
    /// Mean D(x).
    pub(crate) d_x: f32,
    /// Mean D(G(z)).
    pub(crate) d_g_z: f32,
    /// ‖g‖₂ of the generator's gradient; not in the logs of earlier versions, as the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grad_norm_g: Option<f32>,
    /// That of the discriminator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grad_norm_d: Option<f32>,
    pub(crate) images_per_second: f64,
    pub(crate) ms_per_step: f64,
}

impl Record {
    pub(crate) fn new(step: u64, epoch: f64, losses: &Losses, ms: f64, batch: usize) -> Self {
        Self {
            step,
            epoch,
            loss_g: losses.generator,
            loss_d_real: losses.real,
            loss_d_fake: losses.fake,
            d_x: losses.d_real,
            d_g_z: losses.d_fake,
            grad_norm_g: None,
            grad_norm_d: None,
            images_per_second: batch as f64 / ms * 1e3,
            ms_per_step: ms,
        }
    }

    /// With the norms of the gradients: G's and D's.
    pub(crate) fn with_gradients(self, norms: [f64; 2]) -> Self {
        let [g, d] = norms.map(|norm| Some(norm as f32));
        Self { grad_norm_g: g, grad_norm_d: d, ..self }
    }
}

/// `log.jsonl`, and all its lines for the curves.
pub(crate) type Log = Lines<Record>;

impl Log {
    /// The log at `path`, without what lies behind `step`: after a kill the log may be ahead of the
    /// checkpoint that the run goes on from.
    pub(crate) fn up_to(path: PathBuf, step: u64) -> Result<Self> {
        Self::open(path, |record| record.step <= step)
    }

    /// Forgets what lies behind `step`.
    pub(crate) fn back_to(&mut self, step: u64) -> Result<()> {
        self.retain(|record| record.step <= step)
    }
}
