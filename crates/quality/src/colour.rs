use crate::Set;

/// The largest difference between the mean levels of two sets in one channel, in grey levels of 255.
///
/// # Panics
/// If they have different channels.
#[must_use]
pub fn colour_error(reals: Set, generated: Set) -> f64 {
    assert_eq!(reals.channels(), generated.channels(), "sets with different channels");
    let means = channel_means(reals).into_iter().zip(channel_means(generated));
    means.map(|(real, generated)| (real - generated).abs()).fold(0.0, f64::max)
}

/// The standard deviation of all levels of the generated images divided by that of the real ones; `None` if all of
/// the latter are equal.
#[must_use]
pub fn contrast_ratio(reals: Set, generated: Set) -> Option<f64> {
    let real = deviation(reals);
    (real > 0.0).then(|| deviation(generated) / real)
}

fn channel_means(images: Set) -> Vec<f64> {
    let channels = images.channels();
    let mut sums = vec![0_u64; channels];
    for pixel in images.bytes().chunks_exact(channels) {
        sums.iter_mut().zip(pixel).for_each(|(sum, level)| *sum += u64::from(*level));
    }
    let pixels = (images.bytes().len() / channels) as f64;
    sums.into_iter().map(|sum| sum as f64 / pixels).collect()
}

fn deviation(images: Set) -> f64 {
    let n = images.bytes().len() as f64;
    let mean = images.bytes().iter().map(|&level| u64::from(level)).sum::<u64>() as f64 / n;
    let squares = images.bytes().iter().map(|&level| (f64::from(level) - mean).powi(2));
    (squares.sum::<f64>() / n).sqrt()
}
