// Takes what alternates along rows and along columns out of each kernel of 4 × 4: the projection onto the kernels that
// are one of 3 × 3 convolved with a box. Counterpart: gan/src/upsample/constrain.rs. An invocation has one kernel.

struct Problem {
    // Where the weight (4, 4, kernels) starts in θ.
    weight: u32,
    kernels: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read_write> theta: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let kernel = element(group, groups, lane);
    if kernel >= p.kernels {
        return;
    }
    for (var row = 0u; row < 4u; row++) {
        flatten_line(kernel, 4u * row, 1u);
    }
    for (var column = 0u; column < 4u; column++) {
        flatten_line(kernel, column, 4u);
    }
}

// The taps first, first + step, …
fn flatten_line(kernel: u32, first: u32, step: u32) {
    let a = p.weight + first * p.kernels + kernel;
    let b = a + step * p.kernels;
    let c = b + step * p.kernels;
    let d = c + step * p.kernels;
    let component = (theta[a] - theta[b] + theta[c] - theta[d]) / 4.0;
    theta[a] -= component;
    theta[b] += component;
    theta[c] -= component;
    theta[d] += component;
}
