// dx = γ/√(var + ε)·(dz − mean(dz) − x̂·mean(dz·x̂)), in place of dy. Every workgroup adds the sums of the chunks for its
// 16 channels, always in the same order; the first one also writes the gradients in γ and β, which are the sums over
// all parts. Counterpart: tensor/src/norm/backward.rs.

struct Problem {
    c: u32,
    // Of a part.
    pixels: u32,
    chunks: u32,
    // Pixels of a workgroup.
    block: u32,
    parts: u32,
    // Where γ starts in θ and its gradient, with β after it.
    gamma: u32,
    // Whether the gradients in γ and β are wanted.
    wants_theta: u32,
    eps: f32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> mean_var: array<f32>;
// (part, chunk, channel, 2), of `batch_norm_sums.wgsl`
@group(0) @binding(4) var<storage, read> partials: array<f32>;
@group(0) @binding(5) var<storage, read> theta: array<f32>;
@group(0) @binding(6) var<storage, read_write> dy: array<f32>;
@group(0) @binding(7) var<storage, read_write> dtheta: array<f32>;

// Σ dz and Σ dz·x̂ of a channel over all chunks of a part, for each of its invocations.
fn sums_of(part: u32, channel: u32, invocation: u32) -> vec2<f32> {
    let end = select(0u, p.chunks, channel < p.c);
    var sums = vec2<f32>(0.0);
    for (var chunk = invocation / CHANNELS; chunk < end; chunk += LANES) {
        let at = 2u * ((part * p.chunks + chunk) * p.c + channel);
        sums += vec2<f32>(partials[at], partials[at + 1u]);
    }
    let sum = sum_of_lanes(invocation, sums.x);
    return vec2<f32>(sum, sum_of_lanes(invocation, sums.y));
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let channel = group.x * CHANNELS + invocation % CHANNELS;
    let lane = invocation / CHANNELS;
    var sums = vec2<f32>(0.0);
    var over_parts = vec2<f32>(0.0);
    for (var part = 0u; part < p.parts; part++) {
        let of_part = sums_of(part, channel, invocation);
        over_parts += of_part;
        if part == group.z {
            sums = of_part;
        }
    }
    let is_first = group.y == 0u && group.z == 0u && lane == 0u && channel < p.c;
    if p.wants_theta == 1u && is_first {
        dtheta[p.gamma + channel] = over_parts.y;
        dtheta[p.gamma + p.c + channel] = over_parts.x;
    }
    let known = min(channel, p.c - 1u);
    let mean = mean_var[2u * group.z * p.c + known];
    let deviation = sqrt(mean_var[(2u * group.z + 1u) * p.c + known] + p.eps);
    let scale = theta[p.gamma + known] / deviation;
    let means = sums / f32(p.pixels);
    let first = group.y * p.block;
    let end = select(0u, min(first + p.block, p.pixels), channel < p.c);
    for (var pixel = first + lane; pixel < end; pixel += LANES) {
        let i = (group.z * p.pixels + pixel) * p.c + channel;
        let normalised = (x[i] - mean) / deviation;
        let dz = dy[i] * derivative(p.activation, p.slope, y[i]);
        dy[i] = scale * (dz - means.x - normalised * means.y);
    }
}
