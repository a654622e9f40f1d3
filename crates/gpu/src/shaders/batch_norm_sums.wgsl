// What batch norm's backward pass needs of a chunk of a part's pixels, for each channel: Σ dz and Σ dz·x̂, where dz is
// the gradient before the activation. Counterpart: tensor/src/norm/backward.rs; added by `batch_norm_backward.wgsl`.

struct Problem {
    c: u32,
    pixels: u32,
    chunk: u32,
    chunks: u32,
    eps: f32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read> mean_var: array<f32>;
// (part, chunk, channel, 2)
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;

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
    let end = select(0u, min(first + p.chunk, p.pixels), channel < p.c);
    let known = min(channel, p.c - 1u);
    let mean = mean_var[2u * part * p.c + known];
    let deviation = sqrt(mean_var[(2u * part + 1u) * p.c + known] + p.eps);
    var sum = 0.0;
    var with_normalised = 0.0;
    for (var pixel = first + lane; pixel < end; pixel += LANES) {
        let i = (part * p.pixels + pixel) * p.c + channel;
        let dz = dy[i] * derivative(p.activation, p.slope, y[i]);
        sum += dz;
        with_normalised += dz * ((x[i] - mean) / deviation);
    }
    let total = sum_of_lanes(invocation, sum);
    let total_with_normalised = sum_of_lanes(invocation, with_normalised);
    if lane == 0u && channel < p.c {
        let at = 2u * ((part * p.chunks + chunk) * p.c + channel);
        partials[at] = total;
        partials[at + 1u] = total_with_normalised;
    }
}
