//! The three passes of every convolution of the default networks, at batch 64.
//!
//! The throughput is that of floating-point operations, counted as 2·n·h_out·w_out·k²·c_in·c_out,
//! so criterion's `Gelem/s` are GFLOP/s. No activation is applied.
//!
//! A transposed convolution runs the same three kernels in other roles: its forward pass is the
//! input gradient of the convolution that it transposes, and vice versa.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use dcgan_benches::{Convolution, DISCRIMINATOR, GENERATOR, criterion, normal, pool};
use dcgan_tensor::pool::Threads;
use dcgan_tensor::{Accum, Activation, Context, conv};

const FORWARD: &str = "forward";
const INPUT_GRADIENT: &str = "input gradient";
const WEIGHT_GRADIENT: &str = "weight gradient";

fn main() {
    let mut criterion = criterion();
    let pool = pool();
    convolutions(&mut criterion, &pool);
    transposed_convolutions(&mut criterion, &pool);
    criterion.final_summary();
}

fn convolutions(criterion: &mut Criterion, pool: &Threads) {
    let mut group = criterion.benchmark_group("conv");
    for layer in &DISCRIMINATOR {
        let name = name((layer.c_in, layer.c_out), layer.side);
        from_x_to_y(&mut group, BenchmarkId::new(&name, FORWARD), layer, pool);
        from_y_to_x(&mut group, BenchmarkId::new(&name, INPUT_GRADIENT), layer, pool);
        from_both_to_w(&mut group, BenchmarkId::new(&name, WEIGHT_GRADIENT), layer, pool);
    }
    group.finish();
}

fn transposed_convolutions(criterion: &mut Criterion, pool: &Threads) {
    let mut group = criterion.benchmark_group("transposed");
    for layer in &GENERATOR {
        let name = name((layer.c_out, layer.c_in), layer.y().1);
        from_y_to_x(&mut group, BenchmarkId::new(&name, FORWARD), layer, pool);
        from_x_to_y(&mut group, BenchmarkId::new(&name, INPUT_GRADIENT), layer, pool);
        from_both_to_w(&mut group, BenchmarkId::new(&name, WEIGHT_GRADIENT), layer, pool);
    }
    group.finish();
}

/// The name of a layer: its channels and the side of its input.
fn name((from, to): (usize, usize), side: usize) -> String {
    format!("{from}→{to} at {side}×{side}")
}

fn from_x_to_y(
    group: &mut BenchmarkGroup<WallTime>,
    id: BenchmarkId,
    layer: &Convolution,
    pool: &Threads,
) {
    let (x, w, mut y) = (normal(layer.x(), 0), normal(layer.w(), 1), normal(layer.y(), 2));
    let weights = w.as_slice().expect("fresh arrays are contiguous");
    let mut ctx = Context::default();
    let mut pass = || {
        let y = y.view_mut();
        conv::forward(x.view(), weights, layer.window, Activation::Identity, y, &mut ctx);
    };
    group.throughput(Throughput::Elements(layer.flops()));
    group.bench_function(id, |bencher| pool.install(|| bencher.iter(&mut pass)));
}

fn from_y_to_x(
    group: &mut BenchmarkGroup<WallTime>,
    id: BenchmarkId,
    layer: &Convolution,
    pool: &Threads,
) {
    let (mut x, w, y) = (normal(layer.x(), 0), normal(layer.w(), 1), normal(layer.y(), 2));
    let weights = w.as_slice().expect("fresh arrays are contiguous");
    let mut ctx = Context::default();
    let mut pass = || {
        let x = x.view_mut();
        conv::backward_input(y.view(), weights, layer.window, Activation::Identity, x, &mut ctx);
    };
    group.throughput(Throughput::Elements(layer.flops()));
    group.bench_function(id, |bencher| pool.install(|| bencher.iter(&mut pass)));
}

fn from_both_to_w(
    group: &mut BenchmarkGroup<WallTime>,
    id: BenchmarkId,
    layer: &Convolution,
    pool: &Threads,
) {
    let (x, mut w, y) = (normal(layer.x(), 0), normal(layer.w(), 1), normal(layer.y(), 2));
    let sum = w.as_slice_mut().expect("fresh arrays are contiguous");
    let mut ctx = Context::default();
    let mut pass =
        || conv::backward_weight(x.view(), y.view(), layer.window, Accum::Overwrite, sum, &mut ctx);
    group.throughput(Throughput::Elements(layer.flops()));
    group.bench_function(id, |bencher| pool.install(|| bencher.iter(&mut pass)));
}
