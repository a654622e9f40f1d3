use dcgan_run::journal::Record;
use pyo3::prelude::*;

/// What a training step gave: the argument of a callback.
#[pyclass(frozen, get_all, module = "dcgan")]
pub(crate) struct Step {
    /// Steps taken.
    step: u64,
    /// Steps after which the run ends.
    total: u64,
    /// Epochs taken, with a fraction.
    epoch: f64,
    /// The generator's loss.
    loss_g: f32,
    /// The discriminator's loss: `loss_d_real + loss_d_fake`.
    loss_d: f32,
    /// The discriminator's loss on real images.
    loss_d_real: f32,
    /// The discriminator's loss on generated images.
    loss_d_fake: f32,
    /// Mean D(x).
    d_x: f32,
    /// Mean D(G(z)).
    d_g_z: f32,
    /// Milliseconds per step, averaged since the last line of the log.
    ms_per_step: f64,
}

impl Step {
    pub(crate) fn new(record: &Record, total: u64) -> Self {
        let &Record {
            step, epoch, loss_g, loss_d_real, loss_d_fake, d_x, d_g_z, ms_per_step, ..
        } = record;
        let loss_d = loss_d_real + loss_d_fake;
        Self {
            step,
            total,
            epoch,
            loss_g,
            loss_d,
            loss_d_real,
            loss_d_fake,
            d_x,
            d_g_z,
            ms_per_step,
        }
    }
}

#[pymethods]
impl Step {
    fn __repr__(&self) -> String {
        let Self { step, total, loss_g, loss_d, .. } = self;
        format!("Step(step={step}, total={total}, loss_g={loss_g}, loss_d={loss_d})")
    }
}
