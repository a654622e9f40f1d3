// Adds partial sums in their order, then bias and activation: to[out + i] = f(bias + Σ partials[split, i]). Or else the
// derivative: to[out + i] = f′·Σ partials[split, i], from the output of f in `values`.

struct Problem {
    len: u32,
    splits: u32,
    out: u32,
    columns: u32,
    bias: u32,
    has_bias: u32,
    activation: u32,
    slope: f32,
    is_gradient: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read> theta: array<f32>;
@group(0) @binding(3) var<storage, read_write> to: array<f32>;
@group(0) @binding(4) var<storage, read> values: array<f32>;

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
    if p.is_gradient == 1u {
        to[p.out + i] = sum * derivative(p.activation, p.slope, values[p.out + i]);
        return;
    }
    if p.has_bias == 1u {
        sum += theta[p.bias + i % p.columns];
    }
    to[p.out + i] = activate(p.activation, p.slope, sum);
}
