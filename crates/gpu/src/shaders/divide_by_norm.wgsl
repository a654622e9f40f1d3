// The parameters of a layer as they are used: W/σ, and the bias as it is.

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> theta: array<f32>;
@group(0) @binding(2) var<storage, read> vectors: array<f32>;
@group(0) @binding(3) var<storage, read_write> normalised: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = element(group, groups, lane);
    if i < p.len {
        let scale = select(1.0, 1.0 / vectors[sigma_at()], i < p.rows * p.columns);
        normalised[p.weight + i] = scale * theta[p.weight + i];
    }
}
