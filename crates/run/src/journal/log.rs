use std::path::{Path, PathBuf};

use dcgan_data::own_files::LOG;
use dcgan_gan::Losses;
use serde::{Deserialize, Serialize};

use super::jsonl::{self, Lines};
use crate::run_error::Result;

/// A line of `log.jsonl`: one step, and the speed since the line before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Steps taken.
    pub step: u64,
    /// Epochs taken, with a fraction.
    pub epoch: f64,
    /// The generator's loss.
    pub loss_g: f32,
    /// The discriminator's loss on real images.
    pub loss_d_real: f32,
    /// The discriminator's loss on generated images.
    pub loss_d_fake: f32,
    /// Mean D(x).
    pub d_x: f32,
    /// Mean D(G(z)).
    pub d_g_z: f32,
    /// ‖g‖₂ of the generator's gradient; missing in the logs of early versions, like the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grad_norm_g: Option<f32>,
    /// ‖g‖₂ of the discriminator's gradient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grad_norm_d: Option<f32>,
    /// Real images of the batches per second.
    pub images_per_second: f64,
    /// Milliseconds.
    pub ms_per_step: f64,
}

impl Record {
    /// The record of a step that took `ms` milliseconds, on `batch` real images.
    #[must_use]
    pub fn new(step: u64, epoch: f64, losses: &Losses, ms: f64, batch: usize) -> Self {
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

    /// With the norms of the gradients of G and D.
    pub(crate) fn with_gradients(self, norms: [f64; 2]) -> Self {
        let [g, d] = norms.map(|norm| Some(norm as f32));
        Self { grad_norm_g: g, grad_norm_d: d, ..self }
    }
}

/// The last record in the log of the run in a folder, while another process may write to it.
pub(crate) fn last_record(run: &Path) -> Option<Record> {
    jsonl::read(&run.join(LOG)).ok()?.pop()
}

/// `log.jsonl`, with all its lines in memory for the plot.
pub(crate) type Log = Lines<Record>;

impl Log {
    /// The log at `path` up to `step`: after a kill the log may be ahead of the checkpoint that the run resumes
    /// from.
    pub(crate) fn up_to(path: PathBuf, step: u64) -> Result<Self> {
        Self::open(path, |record| record.step <= step)
    }

    /// Removes the records after `step`.
    pub(crate) fn rewind(&mut self, step: u64) -> Result<()> {
        self.retain(|record| record.step <= step)
    }
}
