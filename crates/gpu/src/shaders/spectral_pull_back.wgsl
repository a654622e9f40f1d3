// dL/dW = (dL/dW̄ − ⟨dL/dW̄, W̄⟩·v·uᵀ)/σ, in place.

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> buffers: array<f32>;
@group(0) @binding(2) var<storage, read> vectors: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = element(group, groups, lane);
    if i < p.rows * p.columns {
        let outer = vectors[i / p.columns] * buffers[p.u + i % p.columns];
        let at = p.weight + i;
        gradient[at] = (gradient[at] - vectors[along_at()] * outer) / vectors[sigma_at()];
    }
}
