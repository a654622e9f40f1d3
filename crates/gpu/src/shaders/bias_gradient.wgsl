// Σ sₙ·dy over a chunk of pixels, for each channel, where image n counts sₙ times. Counterpart: `params_grad` in
// layers/src/conv2d.rs; the chunks are added by `sum_partials.wgsl`.

struct Problem {
    c: u32,
    // Of all images, and of one.
    pixels: u32,
    image_pixels: u32,
    chunk: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
// (chunk, channel)
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let channel = group.x * CHANNELS + invocation % CHANNELS;
    let lane = invocation / CHANNELS;
    let first = group.y * p.chunk;
    let end = select(0u, min(first + p.chunk, p.pixels), channel < p.c);
    var sum = 0.0;
    for (var pixel = first + lane; pixel < end; pixel += LANES) {
        sum += scales[pixel / p.image_pixels] * dy[pixel * p.c + channel];
    }
    let total = sum_of_lanes(invocation, sum);
    if lane == 0u && channel < p.c {
        partials[group.y * p.c + channel] = total;
    }
}
