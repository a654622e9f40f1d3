// The mean, and the sum of squared differences from it, of each channel over a chunk of a part's pixels. Counterpart:
// tensor/src/norm/batch_stats.rs; merged by `batch_norm.wgsl`.

struct Problem {
    c: u32,
    // Of a part.
    pixels: u32,
    chunk: u32,
    chunks: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
// (part, chunk, channel, 2)
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let channel = group.x * CHANNELS + invocation % CHANNELS;
    let lane = invocation / CHANNELS;
    let chunk = group.y;
    let part = group.z;
    let first = chunk * p.chunk;
    // An invocation without a channel has no pixels.
    let end = select(0u, min(first + p.chunk, p.pixels), channel < p.c);
    var sum = 0.0;
    for (var pixel = first + lane; pixel < end; pixel += LANES) {
        sum += x[(part * p.pixels + pixel) * p.c + channel];
    }
    let mean = sum_of_lanes(invocation, sum) / f32(min(p.chunk, p.pixels - first));
    var squares = 0.0;
    for (var pixel = first + lane; pixel < end; pixel += LANES) {
        let difference = x[(part * p.pixels + pixel) * p.c + channel] - mean;
        squares += difference * difference;
    }
    let total = sum_of_lanes(invocation, squares);
    if lane == 0u && channel < p.c {
        let at = 2u * ((part * p.chunks + chunk) * p.c + channel);
        partials[at] = mean;
        partials[at + 1u] = total;
    }
}
