// y = f(γ·(x − mean)/√(var + ε) + β), with the statistics of each part. Every workgroup merges those of the chunks for
// its 16 channels (Chan, Golub & LeVeque 1979), always in the same order; the first one also keeps them, and moves the
// running statistics towards those of each part in turn. Counterparts: tensor/src/norm/stats.rs,
// tensor/src/norm/forward.rs, layers/src/batch_norm2d.rs.

struct Problem {
    c: u32,
    // Of a part.
    pixels: u32,
    chunk: u32,
    chunks: u32,
    // Pixels of a workgroup.
    block: u32,
    parts: u32,
    // Where γ starts in θ, with β after it.
    gamma: u32,
    // Where the running means start, with the running variances after them.
    running: u32,
    momentum: f32,
    eps: f32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
// (part, chunk, channel, 2), of `batch_stats.wgsl`
@group(0) @binding(2) var<storage, read> partials: array<f32>;
@group(0) @binding(3) var<storage, read> theta: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
// (part, mean or variance, channel)
@group(0) @binding(5) var<storage, read_write> mean_var: array<f32>;
@group(0) @binding(6) var<storage, read_write> buffers: array<f32>;

struct Stats {
    count: f32,
    mean: f32,
    squares: f32,
}

var<workgroup> lanes: array<Stats, 256>;

fn merged(a: Stats, b: Stats) -> Stats {
    let count = a.count + b.count;
    if count == 0.0 {
        return a;
    }
    let difference = b.mean - a.mean;
    let mean = a.mean + difference * (b.count / count);
    let between = difference * difference * (a.count * b.count / count);
    return Stats(count, mean, a.squares + b.squares + between);
}

// Those of a channel over all chunks of a part, for each of its invocations.
fn stats_of(part: u32, channel: u32, invocation: u32) -> Stats {
    let lane = invocation / CHANNELS;
    let end = select(0u, p.chunks, channel < p.c);
    var own = Stats(0.0, 0.0, 0.0);
    for (var chunk = lane; chunk < end; chunk += LANES) {
        let at = 2u * ((part * p.chunks + chunk) * p.c + channel);
        let count = f32(min(p.chunk, p.pixels - chunk * p.chunk));
        own = merged(own, Stats(count, partials[at], partials[at + 1u]));
    }
    lanes[invocation] = own;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        if lane < half {
            lanes[invocation] = merged(lanes[invocation], lanes[invocation + half * CHANNELS]);
        }
        workgroupBarrier();
    }
    let all = lanes[invocation % CHANNELS];
    workgroupBarrier();
    return all;
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let channel = group.x * CHANNELS + invocation % CHANNELS;
    let lane = invocation / CHANNELS;
    let keeps = group.y == 0u && group.z == 0u && lane == 0u && channel < p.c;
    var stats = Stats(0.0, 0.0, 0.0);
    for (var part = 0u; part < p.parts; part++) {
        let of_part = stats_of(part, channel, invocation);
        if part == group.z {
            stats = of_part;
        }
        if keeps {
            keep(part, channel, of_part);
        }
    }
    let known = min(channel, p.c - 1u);
    let deviation = sqrt(stats.squares / f32(p.pixels) + p.eps);
    let gamma = theta[p.gamma + known];
    let beta = theta[p.gamma + p.c + known];
    let first = group.y * p.block;
    let end = select(0u, min(first + p.block, p.pixels), channel < p.c);
    for (var pixel = first + lane; pixel < end; pixel += LANES) {
        let i = (group.z * p.pixels + pixel) * p.c + channel;
        let normalised = (x[i] - stats.mean) / deviation;
        y[i] = activate(p.activation, p.slope, gamma * normalised + beta);
    }
}

fn keep(part: u32, channel: u32, stats: Stats) {
    let pixels = f32(p.pixels);
    let variance = stats.squares / pixels;
    mean_var[2u * part * p.c + channel] = stats.mean;
    mean_var[(2u * part + 1u) * p.c + channel] = variance;
    let mean = p.running + channel;
    buffers[mean] += p.momentum * (stats.mean - buffers[mean]);
    // The variance of a single pixel cannot be estimated; it stays biased.
    let unbiased = variance * (pixels / max(pixels - 1.0, 1.0));
    buffers[mean + p.c] += p.momentum * (unbiased - buffers[mean + p.c]);
}
