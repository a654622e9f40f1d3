//! The measurements: times, memory, and the peak of the machine.

use std::time::Instant;

use anyhow::Result;
use dcgan_gan::{Backend, Config, Generator, Isa, State, latent, roofline};
use dcgan_random::{Purpose, RngExt, stream};

use dcgan_gan::Threads;
use dcgan_run::{Device, engine};

/// Untimed rounds at the start, in which memory grows and caches fill.
const WARM_UP: usize = 3;

/// Rounds of the loop that measures the peak: about ten milliseconds.
const PEAK_ROUNDS: usize = 1 << 21;

/// Milliseconds of each of `rounds` training steps on a device, on random images, and the bytes of a graphics card's
/// memory that they take.
pub(super) fn steps(
    (config, device): (Config, Device),
    backend: Backend,
    rounds: usize,
    threads: &Threads,
) -> Result<(Vec<f64>, Option<u64>)> {
    let mut engine = engine(device, State::new(config)?, backend)?;
    let mut noise = stream(config.seed, Purpose::Noise, 0);
    engine.real().mapv_inplace(|_| noise.random_range(-1.0..1.0));
    let memory = engine.device_memory();
    let times = times(rounds, || {
        threads.keep_awake(|| engine.step())?;
        Ok(())
    })?;
    Ok((times, memory))
}

/// Milliseconds of each of `rounds` batches of a generator.
pub(super) fn batches(
    config: Config,
    backend: Backend,
    rounds: usize,
    threads: &Threads,
) -> Result<Vec<f64>> {
    let mut generator = Generator::new(&State::new(config)?).with_backend(backend);
    let latents = latent::from_seeds(0..config.batch_size as u64, config.nz);
    times(rounds, || {
        threads.keep_awake(|| generator.generate(&latents));
        Ok(())
    })
}

fn times(rounds: usize, mut round: impl FnMut() -> Result<()>) -> Result<Vec<f64>> {
    (0..WARM_UP).try_for_each(|_| round())?;
    let timed = |_| {
        let start = Instant::now();
        round()?;
        Ok(start.elapsed().as_secs_f64() * 1e3)
    };
    (0..rounds).map(timed).collect()
}

/// 10⁹ floating-point operations per second of all threads of this pool in a loop of multiply-adds: the best of
/// three.
pub(super) fn peak_gflops(isa: Isa) -> f64 {
    let once = || {
        let start = Instant::now();
        let flops: u64 =
            rayon::broadcast(|_| roofline::multiply_adds(isa, PEAK_ROUNDS)).iter().sum();
        flops as f64 / start.elapsed().as_secs_f64() / 1e9
    };
    (0..3).map(|_| once()).fold(0.0, f64::max)
}

/// The largest amount of memory of this process so far, according to the system.
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
