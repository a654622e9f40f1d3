use dcgan_random::{Purpose, fill_normal, stream};

use crate::floats::Floats;
use crate::recorder::{Recorder, encode};
use crate::{Choice, Gpu, GpuError, adapters};

/// The first adapter, which may be software.
///
/// # Panics
/// If there is none.
pub(super) fn gpu() -> Gpu {
    let gpu = Gpu::open(Choice::Index(0));
    gpu.unwrap_or_else(|error| {
        panic!(
            "these tests need an adapter, such as the package mesa-vulkan-drivers: {error} ({:?})",
            adapters()
        )
    })
}

/// Normal draws.
pub(super) fn noise(index: u64, len: usize) -> Vec<f32> {
    let mut floats = vec![0.0; len];
    fill_normal(&mut stream(7, Purpose::Noise, index), &mut floats);
    floats
}

/// An array on the device.
pub(super) fn array(to: &mut Recorder, values: &[f32]) -> Floats {
    to.floats("an array", values).unwrap()
}

/// An array full of NaN, which a kernel must overwrite.
pub(super) fn nan(to: &mut Recorder, len: usize) -> Floats {
    array(to, &vec![f32::NAN; len])
}

/// Runs what `record` records, and reads the arrays that it returns.
pub(super) fn run<const N: usize>(
    gpu: &Gpu,
    record: impl FnOnce(&mut Recorder) -> Result<[Floats; N], GpuError>,
) -> [Vec<f32>; N] {
    let mut dispatches = Vec::new();
    let arrays = gpu.build(0, || {
        let mut to = Recorder::new(gpu);
        let arrays = record(&mut to)?;
        dispatches = to.take();
        Ok(arrays)
    });
    let arrays = arrays.unwrap();
    let mut encoder = gpu.encoder();
    encode(&mut encoder, &dispatches);
    gpu.submit(encoder);
    gpu.read(&arrays.each_ref()).unwrap().try_into().unwrap()
}

/// ‖got − want‖ is at most `tolerance`·‖want‖.
#[track_caller]
pub(super) fn assert_near(what: &str, got: &[f32], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}");
    let error: f64 = got.iter().zip(want).map(|(&a, b)| (f64::from(a) - b).powi(2)).sum();
    let norm: f64 = want.iter().map(|b| b * b).sum();
    let (error, norm) = (error.sqrt(), norm.sqrt());
    // Not the other way round: an error may be NaN.
    assert!(error <= tolerance * norm, "{what}: {error:e} of {norm:e}");
}

/// In double precision.
pub(super) fn doubles(floats: &[f32]) -> Vec<f64> {
    floats.iter().map(|&v| f64::from(v)).collect()
}
