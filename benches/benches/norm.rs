//! Batch normalisation on the maps of the default networks, and the activations, at batch 64.
//!
//! The throughput is in bytes that the sweeps read and write, for comparison with the memory
//! bandwidth of the machine. Statistics and parameters, a few hundred floats, are not counted.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use dcgan_benches::{BATCH, NORMALISED, criterion, normal, pool};
use dcgan_tensor::norm::{self, Affine, Saved, Stats};
use dcgan_tensor::pool::Threads;
use dcgan_tensor::{Accum, Activation, Context, Dims, Isa, activation};
use rayon::prelude::*;

fn main() {
    let mut criterion = criterion();
    let pool = pool();
    for (side, channels) in NORMALISED {
        normalisation(&mut criterion, &pool, (BATCH, side, side, channels));
    }
    elementwise(&mut criterion, &pool, "tanh", Activation::Tanh, (BATCH, 64, 64, 3));
    elementwise(&mut criterion, &pool, "leaky", Activation::LeakyRelu(0.2), (BATCH, 32, 32, 32));
    criterion.final_summary();
}

/// Bytes of `sweeps` sweeps over activations of these sizes.
fn bytes(sweeps: u64, (n, h, w, c): Dims) -> Throughput {
    Throughput::Bytes(sweeps * (n * h * w * c * size_of::<f32>()) as u64)
}

fn name((_, h, w, c): Dims) -> String {
    format!("{c} at {h}×{w}")
}

fn normalisation(criterion: &mut Criterion, pool: &Threads, dims: Dims) {
    let mut group = criterion.benchmark_group("norm");
    let name = name(dims);
    let c = dims.3;
    let (x, g) = (normal(dims, 0), normal(dims, 1));
    let mut y = x.clone();
    let mut stats = vec![0.0; 2 * c];
    let (gamma, beta) = (vec![1.0; c], vec![0.0; c]);
    let (mut dgamma, mut dbeta) = (vec![0.0; c], vec![0.0; c]);
    let mut ctx = Context::default();
    let activation = Activation::Relu;

    // The second sweep over an image finds it in the cache.
    group.throughput(bytes(1, dims));
    let mut batch_stats = || norm::batch_stats(x.view(), &mut stats, &mut ctx);
    group.bench_function(BenchmarkId::new(&name, "statistics"), |bencher| {
        pool.install(|| bencher.iter(&mut batch_stats));
    });

    // From x to y.
    group.throughput(bytes(2, dims));
    let stats = Stats { mean_var: &stats, eps: 1e-5 };
    let affine = Affine { gamma: &gamma, beta: &beta };
    let mut forward = || {
        norm::forward(x.view(), stats, affine, activation, y.view_mut(), &mut ctx);
    };
    group.bench_function(BenchmarkId::new(&name, "forward"), |bencher| {
        pool.install(|| bencher.iter(&mut forward));
    });

    // x and dy for the sums; both again for dx, which replaces dy. Each iteration starts from a fresh copy,
    // since it works in place.
    group.throughput(bytes(5, dims));
    let saved = Saved { x: x.view(), stats, affine, activation };
    let mut backward = |dy: &mut ndarray::Array4<f32>| {
        let grads = Some((&mut dgamma[..], &mut dbeta[..]));
        norm::backward(saved, dy.view_mut(), grads, Accum::Overwrite, &mut ctx);
    };
    group.bench_function(BenchmarkId::new(&name, "backward"), |bencher| {
        pool.install(|| {
            bencher.iter_batched_ref(|| g.clone(), &mut backward, BatchSize::LargeInput);
        });
    });
    group.finish();
}

/// Forward one image at a time, as convolutions apply it to their output.
fn elementwise(criterion: &mut Criterion, pool: &Threads, name: &str, f: Activation, dims: Dims) {
    let mut group = criterion.benchmark_group(name);
    let id = self::name(dims);
    let x = normal(dims, 0);
    let (isa, image) = (Isa::detect(), x.len() / dims.0);

    // Each iteration starts from a fresh copy, since it works in place.
    group.throughput(bytes(2, dims));
    group.bench_function(BenchmarkId::new(&id, "forward"), |bencher| {
        pool.install(|| {
            let fresh = || x.clone().into_raw_vec_and_offset().0;
            let forward = |y: &mut Vec<f32>| y.par_chunks_mut(image).for_each(|y| f.apply(y));
            bencher.iter_batched_ref(fresh, forward, BatchSize::LargeInput);
        });
    });

    group.throughput(bytes(3, dims));
    group.bench_function(BenchmarkId::new(&id, "backward"), |bencher| {
        pool.install(|| {
            let backward = |dy: &mut ndarray::Array4<f32>| {
                activation::backward(isa, f, x.view(), dy.view_mut());
            };
            bencher.iter_batched_ref(|| normal(dims, 1), backward, BatchSize::LargeInput);
        });
    });
    group.finish();
}
