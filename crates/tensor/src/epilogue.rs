use crate::Act;

/// What is done to each block of a convolution's output while it is in the cache: y ← f(y + bias).
#[derive(Clone, Copy, Debug)]
pub struct Epilogue<'a> {
    /// Added to each channel; of the length of the output's channels. `None` adds nothing.
    pub bias: Option<&'a [f32]>,
    /// f.
    pub act: Act,
}

impl From<Act> for Epilogue<'_> {
    fn from(act: Act) -> Self {
        Self { bias: None, act }
    }
}

impl Epilogue<'_> {
    /// y ← f(y + bias), over whole pixels. Inlined, so that a kernel's vector unit does it.
    #[inline(always)]
    pub(crate) fn apply(self, y: &mut [f32]) {
        if let Some(bias) = self.bias {
            for y in y.chunks_exact_mut(bias.len()) {
                y.iter_mut().zip(bias).for_each(|(y, bias)| *y += bias);
            }
        }
        self.act.apply(y);
    }

    /// # Panics
    /// If the bias is not one of so many channels.
    #[track_caller]
    pub(crate) fn check(self, channels: usize) {
        let len = self.bias.map_or(channels, <[f32]>::len);
        assert_eq!(len, channels, "a bias of {len} for {channels} channels");
    }
}
