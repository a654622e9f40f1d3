use crate::Activation;

/// What is applied to each block of a convolution's output while it is in the cache: y ← f(y + bias).
#[derive(Clone, Copy, Debug)]
pub struct Epilogue<'a> {
    /// Added to each channel of the output, one float each; `None` adds nothing.
    pub bias: Option<&'a [f32]>,
    /// f.
    pub activation: Activation,
}

impl From<Activation> for Epilogue<'_> {
    fn from(activation: Activation) -> Self {
        Self { bias: None, activation }
    }
}

impl Epilogue<'_> {
    /// y ← f(y + bias), over whole pixels. Inlined, so that it is compiled for a kernel's vector unit.
    #[inline(always)]
    pub(crate) fn apply(self, y: &mut [f32]) {
        if let Some(bias) = self.bias {
            for y in y.chunks_exact_mut(bias.len()) {
                y.iter_mut().zip(bias).for_each(|(y, bias)| *y += bias);
            }
        }
        self.activation.apply(y);
    }

    /// # Panics
    /// If the bias does not have one float for each of `channels` channels.
    #[track_caller]
    pub(crate) fn check(self, channels: usize) {
        let len = self.bias.map_or(channels, <[f32]>::len);
        assert_eq!(len, channels, "a bias of {len} for {channels} channels");
    }
}
