//! What computes a run, here and now.

use dcgan_gan::Backend;

use super::Settings;
use crate::device::GpuIdentity;
use crate::kernel_choice::{Simd, backend};

impl Settings {
    /// Selects the best instruction set of this processor if it does not support the one that the run was started
    /// with, perhaps on another machine. Returns a warning in that case.
    pub fn compute_here(&mut self, is_supported: impl Fn(Simd) -> bool) -> Option<String> {
        let started = self.simd;
        if is_supported(started) {
            return None;
        }
        self.simd =
            Simd::BEST_FIRST.into_iter().find(|&simd| is_supported(simd)).unwrap_or(Simd::Portable);
        Some(format!(
            "the run was started with simd {started}, which this processor does not support; it continues with {}, and results may differ by rounding",
            self.simd
        ))
    }

    /// Records the graphics card that computes from now on; `None` for the processor. Returns a warning if the run
    /// was computed by something else before.
    pub(crate) fn compute_on(&mut self, gpu: Option<GpuIdentity>) -> Option<String> {
        let named = |gpu: &Option<GpuIdentity>| {
            gpu.as_ref().map_or_else(|| "the processor".to_owned(), GpuIdentity::to_string)
        };
        let before = std::mem::replace(&mut self.gpu, gpu);
        (before != self.gpu).then(|| {
            let (before, now) = (named(&before), named(&self.gpu));
            format!(
                "the run was computed by {before} and continues on {now}; results may differ by rounding"
            )
        })
    }

    /// The backend that the kernels use.
    #[must_use]
    pub fn backend(&self) -> Backend {
        backend(self.conv, self.simd)
    }
}
