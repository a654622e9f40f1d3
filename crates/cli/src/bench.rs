use std::time::Instant;

use anyhow::Result;
use dcgan_gan::{Config, Method, Trainer};
use dcgan_random::{Purpose, RngExt, stream};
use serde::Serialize;

use crate::failure::{Ending, usage};
use crate::train::refused;
use crate::{console, done, method, threads};

/// Steps before the first that counts: memory grows and caches fill.
const WARM_UP: usize = 3;

/// The most steps that may be asked for.
const MOST_STEPS: usize = 1_000_000;

/// `dcgan bench`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Steps to time
    #[arg(long, value_name = "N", default_value_t = 20)]
    steps: usize,
    /// Pictures in a step
    #[arg(long, value_name = "N", default_value_t = Config::default().batch_size)]
    batch_size: usize,
    /// Side of a picture: 16, 32, 64, 128 or 256
    #[arg(long, value_name = "PIXELS", default_value_t = Config::default().image_size)]
    image_size: usize,
    /// Width of the generator
    #[arg(long, value_name = "N", default_value_t = Config::default().ngf)]
    ngf: usize,
    /// Width of the discriminator
    #[arg(long, value_name = "N", default_value_t = Config::default().ndf)]
    ndf: usize,
    /// Threads to work on [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    method: method::Args,
}

/// What was measured, and of what.
#[derive(Debug, Serialize)]
struct Report {
    ms_per_step: f64,
    ms_fastest: f64,
    images_per_second: f64,
    peak_rss_bytes: Option<u64>,
    steps: usize,
    threads: usize,
    batch_size: usize,
    image_size: usize,
    ngf: usize,
    ndf: usize,
    version: &'static str,
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    if !(1..=MOST_STEPS).contains(&args.steps) {
        let message = format!("--steps is {}: it must be from 1 to {MOST_STEPS}", args.steps);
        return Err(usage(message));
    }
    let config = Config {
        batch_size: args.batch_size,
        image_size: args.image_size,
        ngf: args.ngf,
        ndf: args.ndf,
        ..Config::default()
    };
    config.validate().map_err(refused)?;
    let method = args.method.method()?;
    let pool = threads::pool(args.threads)?;
    let mut times = pool.install(|| time_steps(config, method, args.steps))?;
    times.sort_by(f64::total_cmp);
    let median = (times[(times.len() - 1) / 2] + times[times.len() / 2]) / 2.0;
    let report = Report {
        ms_per_step: median,
        ms_fastest: times[0],
        images_per_second: config.batch_size as f64 / median * 1e3,
        peak_rss_bytes: peak_rss_bytes(),
        steps: args.steps,
        threads: pool.current_num_threads(),
        batch_size: config.batch_size,
        image_size: config.image_size,
        ngf: config.ngf,
        ndf: config.ndf,
        version: env!("CARGO_PKG_VERSION"),
    };
    if args.json {
        console::say(serde_json::to_string(&report)?);
    } else {
        report.print();
    }
    done()
}

/// Milliseconds of each of `steps` steps, on random pictures.
fn time_steps(config: Config, method: Method, steps: usize) -> Result<Vec<f64>> {
    let mut trainer = Trainer::new(config)?.computing(method);
    let mut noise = stream(config.seed, Purpose::Noise, 0);
    trainer.real().mapv_inplace(|_| noise.random_range(-1.0..1.0));
    let mut times = Vec::with_capacity(steps);
    for i in 0..WARM_UP + steps {
        let start = Instant::now();
        trainer.step();
        if i >= WARM_UP {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(times)
}

impl Report {
    fn print(&self) {
        console::say(format_args!(
            "{:.1} ms/step (fastest {:.1}), {:.0} images/s: median of {}, {}, batch {}, {} × {}, ngf {}, ndf {}",
            self.ms_per_step,
            self.ms_fastest,
            self.images_per_second,
            console::count(self.steps as u64, "step"),
            console::count(self.threads as u64, "thread"),
            self.batch_size,
            self.image_size,
            self.image_size,
            self.ngf,
            self.ndf
        ));
        if let Some(bytes) = self.peak_rss_bytes {
            console::say(format_args!("peak memory {} MB", console::thousands(bytes / 1_000_000)));
        }
    }
}

/// The most memory that this process has held, as the system tells it.
#[cfg(unix)]
fn peak_rss_bytes() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    // In kilobytes everywhere but on Apple's systems.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    u64::try_from(usage.max_rss()).ok().map(|rss| rss * unit)
}

#[cfg(not(unix))]
fn peak_rss_bytes() -> Option<u64> {
    None
}
