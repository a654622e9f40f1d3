use dcgan_gan::Value;

use crate::messages::counted;
use crate::settings::Options;

/// Warnings about a new run on so few images that they decide what it can give.
pub(crate) fn warnings(images: usize, options: &Options) -> Vec<String> {
    let batch = options.settings.iter().rev().find(|(name, _)| name == "batch_size");
    let too_large = match batch {
        Some((_, Value::Int(batch))) if *batch > images as u64 => Some(format!(
            "batch_size is {batch}, more than the {}: each step uses some of them more than once; use a smaller one, or leave it out",
            counted(images as u64, "image")
        )),
        _ => None,
    };
    dcgan_data::few_images(images).into_iter().chain(too_large).collect()
}

/// That a run on so few images is not evaluated.
pub(crate) fn cannot_evaluate(images: usize) -> String {
    format!(
        "evaluate_every has no effect: an evaluation needs at least 4 images, and there are {images}"
    )
}
