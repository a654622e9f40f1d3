//! What is measured: times, memory, and what the machine could do.

use std::time::Instant;

use anyhow::Result;
use dcgan_gan::{Backend, Config, Generator, Isa, State, Threads, Trainer, latent, roofline};
use dcgan_random::{Purpose, RngExt, stream};

/// Rounds before the first that counts: memory grows and caches fill.
const WARM_UP: usize = 3;

/// Rounds of the loop that finds the peak: some ten milliseconds.
const PEAK_ROUNDS: usize = 1 << 21;

/// Milliseconds of each of `rounds` training steps, on random pictures.
pub(super) fn steps(
    config: Config,
    method: Backend,
    rounds: usize,
    threads: &Threads,
) -> Result<Vec<f64>> {
    let mut trainer = Trainer::new(config)?.computing(method);
    let mut noise = stream(config.seed, Purpose::Noise, 0);
    trainer.real().mapv_inplace(|_| noise.random_range(-1.0..1.0));
    Ok(times(rounds, || {
        threads.keep_awake(|| trainer.step());
    }))
}

/// Milliseconds of each of `rounds` batches that a generator makes, of pictures from given latents.
pub(super) fn batches(
    config: Config,
    method: Backend,
    rounds: usize,
    threads: &Threads,
) -> Result<Vec<f64>> {
    let mut generator = Generator::new(&State::new(config)?).computing(method);
    let latents = latent::of_seeds(0..config.batch_size as u64, config.nz);
    Ok(times(rounds, || {
        threads.keep_awake(|| generator.generate(&latents));
    }))
}

fn times(rounds: usize, mut round: impl FnMut()) -> Vec<f64> {
    (0..WARM_UP).for_each(|_| round());
    let timed = |_| {
        let start = Instant::now();
        round();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..rounds).map(timed).collect()
}

/// 10⁹ floating-point operations a second that all threads of this pool make together in a loop of
/// nothing but multiply-adds: the best of three.
pub(super) fn peak_gflops(level: Isa) -> f64 {
    let once = || {
        let start = Instant::now();
        let flops: u64 =
            rayon::broadcast(|_| roofline::multiply_adds(level, PEAK_ROUNDS)).iter().sum();
        flops as f64 / start.elapsed().as_secs_f64() / 1e9
    };
    (0..3).map(|_| once()).fold(0.0, f64::max)
}

/// The most memory that this process has held, as the system tells it.
#[cfg(unix)]
pub(super) fn peak_rss_bytes() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    // In kilobytes everywhere but on Apple's systems.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    u64::try_from(usage.max_rss()).ok().map(|rss| rss * unit)
}

#[cfg(not(unix))]
pub(super) fn peak_rss_bytes() -> Option<u64> {
    None
}
