use anyhow::Result;
use dcgan_gan::Config;
use dcgan_run::{Device, RunError};
use serde::Serialize;

mod measure;

use crate::failure::{Ending, usage};
use crate::thread_pool::threads;
use crate::values::{any, integer};
use crate::{backend, console};

/// The largest number of steps.
const MAX_STEPS: usize = 1_000_000;

const EXAMPLES: &str = "\
Examples:
  dcgan bench
  dcgan bench --image-size 128 --batch-size 32 --json";

/// `dcgan bench`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Number of steps to time
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = integer(1, MAX_STEPS))]
    steps: usize,
    /// Images per step
    #[arg(long, value_name = "N", value_parser = any, default_value_t = Config::default().batch_size)]
    batch_size: usize,
    /// Side of the images in pixels: 16, 32, 64, 128 or 256
    #[arg(long, value_name = "PIXELS", value_parser = any, default_value_t = Config::default().image_size)]
    image_size: usize,
    /// Channels of the generator's last hidden layer
    #[arg(long, value_name = "N", value_parser = any, default_value_t = Config::default().ngf)]
    ngf: usize,
    /// Channels of the discriminator's first layer
    #[arg(long, value_name = "N", value_parser = any, default_value_t = Config::default().ndf)]
    ndf: usize,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = any)]
    threads: Option<usize>,
    /// Where to train: cpu, gpu (the best graphics card) or gpu:N (adapter N of dcgan devices)
    #[arg(long, value_name = "cpu|gpu|gpu:N", default_value_t)]
    device: Device,
    /// Time the generator alone, on a batch of the same size
    #[arg(long)]
    generator: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    backend: backend::Args,
}

/// The measurements and the configuration.
#[derive(Debug, Serialize)]
struct Report {
    ms_per_step: f64,
    ms_fastest: f64,
    images_per_second: f64,
    peak_rss_bytes: Option<u64>,
    /// Memory that the training step takes on a graphics card.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_memory_bytes: Option<u64>,
    /// 10⁹ floating-point operations of the convolutions, counted as direct convolutions.
    gflop: f64,
    /// The same per second.
    gflops: f64,
    /// 10⁹ floating-point operations per second in a loop of multiply-adds, if the processor computes.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_gflops: Option<f64>,
    /// Where it was computed, if not on the processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
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
    let config = Config {
        batch_size: args.batch_size,
        image_size: args.image_size,
        ngf: args.ngf,
        ndf: args.ndf,
        ..Config::default()
    };
    config.validate().map_err(RunError::from)?;
    let backend = args.backend.backend()?;
    let threads = threads(args.threads)?;
    let device = args.device;
    if args.generator && !device.is_cpu() {
        return Err(usage(
            "--generator: images are always generated on the processor; leave out --device",
        ));
    }
    let (mut times, device_memory) = threads.install(|| match args.generator {
        true => measure::batches(config, backend, args.steps, &threads).map(|times| (times, None)),
        false => measure::steps((config, device), backend, args.steps, &threads),
    })?;
    times.sort_by(f64::total_cmp);
    let median = (times[(times.len() - 1) / 2] + times[times.len() / 2]) / 2.0;
    let flops = if args.generator { config.forward_flops().0 } else { config.step_flops() };
    let gflop = flops as f64 / 1e9;
    let report = Report {
        ms_per_step: median,
        ms_fastest: times[0],
        images_per_second: config.batch_size as f64 / median * 1e3,
        peak_rss_bytes: measure::peak_rss_bytes(),
        device_memory_bytes: device_memory,
        gflop,
        gflops: gflop / median * 1e3,
        peak_gflops: device.is_cpu().then(|| threads.install(|| measure::peak_gflops(backend.isa))),
        device: (!device.is_cpu()).then(|| device.to_string()),
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
        console::print_json(&report)?;
    } else {
        report.print()?;
    }
    Ok(Ending::Done)
}

impl Report {
    fn print(&self) -> Result<()> {
        let what = if self.generator { "batch" } else { "step" };
        console::print(format_args!(
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
        ))?;
        let peak = self.peak_gflops.map_or(String::new(), |peak| {
            format!(
                ", {:.0} % of this machine's measured FMA peak of {peak:.0} GFLOP/s",
                100.0 * self.gflops / peak
            )
        });
        console::print(format_args!(
            "{:.0} GFLOP/s (direct-convolution equivalent){peak}",
            self.gflops
        ))?;
        if let Some(bytes) = self.peak_rss_bytes {
            console::print(format_args!("peak memory {}", console::megabytes(bytes)))?;
        }
        if let Some(bytes) = self.device_memory_bytes {
            console::print(format_args!("device memory {}", console::megabytes(bytes)))?;
        }
        Ok(())
    }
}
