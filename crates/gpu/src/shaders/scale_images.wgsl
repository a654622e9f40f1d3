// to ← sₙ·xₙ, or to + sₙ·xₙ, for each image n. Counterpart: layers/src/logit_grads.rs.

struct Problem {
    len: u32,
    image_len: u32,
    adds: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
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
    var before = 0.0;
    if p.adds == 1u {
        before = to[i];
    }
    to[i] = before + scales[i / p.image_len] * x[i];
}
