// ⟨dL/dW̄, W̄⟩, one workgroup for a weight.

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> normalised: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> vectors: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    var sum = 0.0;
    for (var i = lane; i < p.rows * p.columns; i += 256u) {
        sum += gradient[p.weight + i] * normalised[p.weight + i];
    }
    let total = sum_of_all(lane, sum);
    if lane == 0u {
        vectors[along_at()] = total;
    }
}
