// Adds the sums of `batch_norm_sums.wgsl` over a part's chunks. Over all parts they are the gradients in β and γ.

struct Problem {
    c: u32,
    chunks: u32,
    parts: u32,
    // Where the gradient in γ goes, with that in β after it, if they are wanted.
    gamma: u32,
    wants_theta: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
// (part, Σ dz or Σ dz·x̂, channel)
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> dtheta: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let channel = group.x * CHANNELS + invocation % CHANNELS;
    let lane = invocation / CHANNELS;
    let end = select(0u, p.chunks, channel < p.c);
    var dbeta = 0.0;
    var dgamma = 0.0;
    for (var part = 0u; part < p.parts; part++) {
        var sum = 0.0;
        var with_normalised = 0.0;
        for (var chunk = lane; chunk < end; chunk += LANES) {
            let at = 2u * ((part * p.chunks + chunk) * p.c + channel);
            sum += partials[at];
            with_normalised += partials[at + 1u];
        }
        let total = sum_of_lanes(invocation, sum);
        let total_with_normalised = sum_of_lanes(invocation, with_normalised);
        if lane == 0u && channel < p.c {
            sums[2u * part * p.c + channel] = total;
            sums[(2u * part + 1u) * p.c + channel] = total_with_normalised;
        }
        dbeta += total;
        dgamma += total_with_normalised;
    }
    if p.wants_theta == 1u && lane == 0u && channel < p.c {
        dtheta[p.gamma + channel] = dgamma;
        dtheta[p.gamma + p.c + channel] = dbeta;
    }
}
