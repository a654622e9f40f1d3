// dy ← dy ⊙ f′, from y = f(x). Counterpart: tensor/src/activation.rs, `backward`.

struct Problem {
    len: u32,
    activation: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> dy: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = element(group, groups, lane);
    if i < p.len {
        dy[i] *= derivative(p.activation, p.slope, y[i]);
    }
}
