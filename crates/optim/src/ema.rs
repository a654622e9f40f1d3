use rayon::prelude::*;

use crate::CHUNK;

/// average ← average + (1 − decay)·(θ − average): an exponential moving average of parameters over the steps of
/// a training run, which makes better images than the parameters of any single step (Yazıcı et al. 2018,
/// arXiv:1806.04498).
///
/// # Panics
/// If the lengths differ.
#[track_caller]
pub fn ema_step(decay: f64, average: &mut [f32], theta: &[f32]) {
    assert_eq!(average.len(), theta.len(), "an average of other parameters");
    let rest = (1.0 - decay) as f32;
    average.par_chunks_mut(CHUNK).zip(theta.par_chunks(CHUNK)).for_each(|(average, theta)| {
        for (average, &theta) in average.iter_mut().zip(theta) {
            *average += rest * (theta - *average);
        }
    });
}

/// The decay of an average after `steps` steps: min(limit, (1 + steps)/(10 + steps)), so that the first parameters,
/// which are random, are soon forgotten.
pub fn ema_decay(limit: f64, steps: u64) -> f64 {
    let steps = steps as f64;
    limit.min((1.0 + steps) / (10.0 + steps))
}
