//! What is done to each image on its own. Counterparts: layers/src/logit_grads.rs, `params_grad` in
//! layers/src/conv2d.rs.

use super::chunks::{Chunks, channel_groups};
use super::conv::{Epilogue, Sum};
use crate::GpuError;
use crate::floats::Floats;
use crate::recorder::Recorder;
use crate::shader;
use crate::uniform::Uniform;

/// Whether a result replaces what was there, or is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accum {
    Overwrite,
    Add,
}

/// to ← sₙ·xₙ for each of the `n` images of `image_len` floats, or to + sₙ·xₙ.
pub(crate) fn scale(
    to: &mut Recorder,
    (n, image_len): (usize, usize),
    (x, scales): (&Floats, &Floats),
    accum: Accum,
    result: &Floats,
) {
    let len = n * image_len;
    let uniform = Uniform::new().ints([len, image_len, (accum == Accum::Add).into()]);
    to.push_elements(&shader::SCALE_IMAGES, &uniform, &[x, scales, result], len);
}

/// The gradient in a bias of `c` channels, at `bias` in dL/dθ: Σ sₙ·dy over the pixels of `n` images.
pub(crate) fn bias_gradient(
    to: &mut Recorder,
    (n, image_pixels, c): (usize, usize, usize),
    (dy, scales): (&Floats, &Floats),
    (dtheta, bias): (&Floats, usize),
) -> Result<(), GpuError> {
    let pixels = n * image_pixels;
    let chunks = Chunks::of(pixels);
    let partials = to.partials(chunks.count * c)?;
    let uniform = Uniform::new().ints([c, pixels, image_pixels, chunks.len]);
    let groups = [channel_groups(c), chunks.count, 1];
    to.push(&shader::BIAS_GRADIENT, &uniform, &[dy, scales, &partials], groups);
    let sum = Sum { len: c, splits: chunks.count, out: bias };
    sum.run(to, &partials, (&partials, c), Epilogue::NONE, dtheta);
    Ok(())
}
