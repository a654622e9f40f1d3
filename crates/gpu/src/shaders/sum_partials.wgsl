// Adds partial sums in their order, then bias and activation: to[out + i] = f(bias + Σ partials[split, i]).

struct Problem {
    len: u32,
    splits: u32,
    out: u32,
    columns: u32,
    bias: u32,
    has_bias: u32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read> theta: array<f32>;
@group(0) @binding(3) var<storage, read_write> to: array<f32>;

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
    var sum = 0.0;
    for (var split = 0u; split < p.splits; split++) {
        sum += partials[split * p.len + i];
    }
    if p.has_bias == 1u {
        sum += theta[p.bias + i % p.columns];
    }
    to[p.out + i] = activate(p.activation, p.slope, sum);
}
