// y = f(γ·(x − mean)/√(var + ε) + β), with the statistics of each part. Counterpart: tensor/src/norm/forward.rs.

struct Problem {
    len: u32,
    c: u32,
    // Floats in a part.
    part_len: u32,
    // Where γ starts in θ, with β after it.
    gamma: u32,
    eps: f32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mean_var: array<f32>;
@group(0) @binding(3) var<storage, read> theta: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = element(group, groups, lane);
    if i >= p.len {
        return;
    }
    let channel = i % p.c;
    let stats = 2u * (i / p.part_len) * p.c + channel;
    let normalised = (x[i] - mean_var[stats]) / sqrt(mean_var[stats + p.c] + p.eps);
    let scaled = theta[p.gamma + channel] * normalised + theta[p.gamma + p.c + channel];
    y[i] = activate(p.activation, p.slope, scaled);
}
