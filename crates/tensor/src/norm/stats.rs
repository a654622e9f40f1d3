/// Scale and shift after normalisation: y = γ·x̂ + β. Both of length c.
#[derive(Clone, Copy, Debug)]
pub struct Affine<'a> {
    /// γ, the scale.
    pub gamma: &'a [f32],
    /// β, the shift.
    pub beta: &'a [f32],
}

/// Mean and (biased) variance of each channel, and the ε that keeps the division finite:
/// x̂ = (x − mean) / √(var + ε).
#[derive(Clone, Copy, Debug)]
pub struct Stats<'a> {
    /// For each batch c means, then c variances.
    pub mean_var: &'a [f32],
    /// Added to the variance.
    pub eps: f32,
}

impl<'a> Stats<'a> {
    /// The statistics of each batch.
    pub(super) fn each(self, c: usize) -> impl Iterator<Item = OneBatch<'a>> {
        self.mean_var.chunks_exact(2 * c).map(move |both| {
            let (mean, var) = both.split_at(c);
            OneBatch { mean, var, eps: self.eps }
        })
    }
}

/// The statistics of one batch.
#[derive(Clone, Copy)]
pub(super) struct OneBatch<'a> {
    pub(super) mean: &'a [f32],
    var: &'a [f32],
    eps: f32,
}

impl OneBatch<'_> {
    /// √(var + ε) of a channel.
    pub(super) fn deviation(self, channel: usize) -> f32 {
        (self.var[channel] + self.eps).sqrt()
    }
}

/// The number of batches that `len` floats of statistics of `c` channels belong to, which have `n` images
/// together.
///
/// # Panics
/// If the floats are not the statistics of whole batches, or the images not whole batches.
#[track_caller]
pub(super) fn batches(len: usize, n: usize, c: usize) -> usize {
    let batches = len / (2 * c);
    assert!(batches > 0 && len == 2 * c * batches, "{len} floats of statistics of {c} channels");
    assert!(n.is_multiple_of(batches), "{batches} batches of {n} images");
    batches
}
