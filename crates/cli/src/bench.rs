use anyhow::Result;
use dcgan_gan::Config;
use serde::Serialize;

mod measure;

use crate::failure::{Ending, usage};
use crate::thread_pool::threads;
use crate::train::refused;
use crate::{console, done, method};

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
    /// Time the generator alone, making as many pictures as a step has
    #[arg(long)]
    generator: bool,
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
    /// 10⁹ operations in the convolutions, as the direct convolution makes them, and those a second.
    gflop: f64,
    gflops: f64,
    /// Those a second of a loop of nothing but multiply-adds.
    peak_gflops: f64,
    generator: bool,
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
    let threads = threads(args.threads)?;
    let time = if args.generator { measure::batches } else { measure::steps };
    let mut times = threads.install(|| time(config, method, args.steps, &threads))?;
    times.sort_by(f64::total_cmp);
    let median = (times[(times.len() - 1) / 2] + times[times.len() / 2]) / 2.0;
    let flops = if args.generator { config.forward_flops().0 } else { config.step_flops() };
    let gflop = flops as f64 / 1e9;
    let report = Report {
        ms_per_step: median,
        ms_fastest: times[0],
        images_per_second: config.batch_size as f64 / median * 1e3,
        peak_rss_bytes: measure::peak_rss_bytes(),
        gflop,
        gflops: gflop / median * 1e3,
        peak_gflops: threads.install(|| measure::peak_gflops(method.isa)),
        generator: args.generator,
        steps: args.steps,
        threads: threads.count(),
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

impl Report {
    fn print(&self) {
        let what = if self.generator { "batch" } else { "step" };
        console::say(format_args!(
            "{:.1} ms/{what} (fastest {:.1}), {:.0} images/s: median of {}; {}, batch {}, {} × {}, ngf {}, ndf {}",
            self.ms_per_step,
            self.ms_fastest,
            self.images_per_second,
            self.steps,
            console::count(self.threads as u64, "thread"),
            self.batch_size,
            self.image_size,
            self.image_size,
            self.ngf,
            self.ndf
        ));
        console::say(format_args!(
            "{:.0} GFLOP/s counted as direct convolutions, {:.2} of the {:.0} that nothing but multiply-adds make here",
            self.gflops,
            self.gflops / self.peak_gflops,
            self.peak_gflops
        ));
        if let Some(bytes) = self.peak_rss_bytes {
            console::say(format_args!("peak memory {} MB", console::thousands(bytes / 1_000_000)));
        }
    }
}
