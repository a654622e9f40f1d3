// dx = γ/√(var + ε)·(dz − mean(dz) − x̂·mean(dz·x̂)), in place of dy. Counterpart: tensor/src/norm/backward.rs.

struct Problem {
    len: u32,
    c: u32,
    part_len: u32,
    gamma: u32,
    eps: f32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> mean_var: array<f32>;
@group(0) @binding(4) var<storage, read> sums: array<f32>;
@group(0) @binding(5) var<storage, read> theta: array<f32>;
@group(0) @binding(6) var<storage, read_write> dy: array<f32>;

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
    let pixels = f32(p.part_len / p.c);
    let deviation = sqrt(mean_var[stats + p.c] + p.eps);
    let normalised = (x[i] - mean_var[stats]) / deviation;
    let dz = dy[i] * derivative(p.activation, p.slope, y[i]);
    let centred = dz - sums[stats] / pixels - normalised * (sums[stats + p.c] / pixels);
    dy[i] = theta[p.gamma + channel] / deviation * centred;
}
