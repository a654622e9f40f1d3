// average ← average + rest·(θ − average). Counterpart: optim/src/ema.rs.

struct Problem {
    len: u32,
    rest: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> theta: array<f32>;
@group(0) @binding(2) var<storage, read_write> average: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = element(group, groups, lane);
    if i < p.len {
        average[i] += p.rest * (theta[i] - average[i]);
    }
}
