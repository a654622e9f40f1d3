//! Times the training step on a device, and each of its kernels: `bench_gpu DEVICE BATCH NGF STEPS`, all optional.
//! Prints one line of JSON, which benches/gpu/bench_gpu.py makes a table of.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]
#![expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock")]

use std::error::Error;
use std::time::Instant;

use dcgan_gan::{Config, Engine, State};
use dcgan_gpu::{Choice, DispatchTime, Gpu, GpuEngine};
use dcgan_random::{Purpose, RngExt, stream};

/// Steps before the clock starts.
const WARM_UP: usize = 10;

/// Dispatches in a row that are timed.
const DISPATCHES: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| -> Result<usize, Box<dyn Error>> {
        arguments.get(i).map_or(Ok(default), |text| Ok(text.parse()?))
    };
    let choice = match arguments.first().and_then(|device| device.strip_prefix("gpu:")) {
        Some(index) => Choice::Index(index.parse()?),
        None => Choice::Best,
    };
    let (batch_size, width, steps) = (number(1, 64)?, number(2, 32)?, number(3, 200)?);
    let config = Config { batch_size, ngf: width, ndf: width, ..Config::default() };
    let mut engine = GpuEngine::new(Gpu::open(choice)?, State::new(config)?)?;
    let mut noise = stream(config.seed, Purpose::Noise, 0);
    engine.real().mapv_inplace(|_| noise.random_range(-1.0..1.0));
    let mut times = Vec::new();
    for step in 0..WARM_UP + steps {
        let start = Instant::now();
        engine.step()?;
        if step >= WARM_UP {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    let small = engine.gpu().small_dispatches(DISPATCHES)?;
    small.run()?;
    let start = Instant::now();
    small.run()?;
    let dispatch = start.elapsed().as_secs_f64() * 1e6 / DISPATCHES as f64;
    let adapter = engine.gpu().adapter().clone();
    let kernels = engine.profile()?.map_or("null".to_owned(), |times| {
        format!("[{}]", times.iter().map(object).collect::<Vec<_>>().join(","))
    });
    println!(
        r#"{{"adapter":{:?},"interface":{:?},"driver":{:?},"max_array":{},"dispatch_microseconds":{dispatch},"ms_per_step":{},"kernels":{kernels}}}"#,
        adapter.name,
        adapter.interface,
        adapter.driver,
        adapter.max_array,
        times[times.len() / 2],
    );
    Ok(())
}

fn object(DispatchTime { name, sizes, flops, nanoseconds }: &DispatchTime) -> String {
    format!(r#"{{"name":{name:?},"sizes":{sizes:?},"flops":{flops},"nanoseconds":{nanoseconds}}}"#)
}
