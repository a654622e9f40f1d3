/// What a kernel does to the gradient of a parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accum {
    /// Replaces it. What was there before is lost, NaN included.
    #[default]
    Overwrite,
    /// Adds to it.
    Add,
}

impl Accum {
    /// The gradient over an empty batch.
    pub(crate) fn empty_sum(self, to: &mut [f32]) {
        if self == Self::Overwrite {
            to.fill(0.0);
        }
    }
}
