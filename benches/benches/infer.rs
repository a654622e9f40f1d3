//! One image on one thread: `dcgan-infer` beside `dcgan-gan`, in turns, so that other work on the machine meets both.
//!
//! | line | |
//! |---|---|
//! | `infer` | `dcgan_infer::Generator::image` |
//! | `gan, one of 64` | `dcgan_gan::Generator::generate` of 64 latents, a 64th of the time |
//! | `gan, alone` | the kernels of `dcgan-gan` on a batch of one image, as in training |
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use std::hint::black_box;
use std::time::Instant;

use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::{Config, Generator, State, generator, latent};
use dcgan_tensor::Context;
use dcgan_tensor::pool::Threads;

const ROUNDS: usize = 101;

fn main() {
    // As criterion has it: a name that is asked for, and is not this one's.
    if std::env::args().skip(1).any(|name| !name.starts_with('-') && !"infer".contains(&name)) {
        return;
    }
    let config = Config::default();
    let weights = State::new(config).expect("the default is valid").as_trained();
    let bytes = gen_file::encode(&weights, 0, Precision::F32).expect("fresh weights are finite");
    let small = dcgan_infer::Generator::from_bytes(&bytes).expect("it was just written");
    let mut big = Generator::from_weights(&weights);
    let latents = latent::from_seeds(0..64, config.nz);
    let network = generator(&config);
    let mut alone = network.activations(1);
    let (mut buffers, ctx) = (network.init_buffers(), &mut Context::default());
    alone.input_mut().as_slice_mut().expect("contiguous").copy_from_slice(&latents[..config.nz]);

    let threads = Threads::new(Some(1)).expect("one thread");
    let mut times = [(); 3].map(|()| Vec::with_capacity(ROUNDS));
    threads.install(|| {
        for _ in 0..ROUNDS {
            times[0].push(milliseconds(|| drop(black_box(small.image(&latents[..config.nz])))));
            times[1].push(milliseconds(|| drop(black_box(big.generate(&latents)))) / 64.0);
            times[2].push(milliseconds(|| {
                network.forward(&weights.theta, &mut buffers, &mut alone, ctx);
            }));
        }
    });
    for (name, times) in ["infer", "gan, one of 64", "gan, alone"].into_iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let (fastest, median) = (times[0], times[ROUNDS / 2]);
        println!("{name:<15} {median:.3} ms, the median of {ROUNDS}; the fastest {fastest:.3} ms");
    }
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e3
}
