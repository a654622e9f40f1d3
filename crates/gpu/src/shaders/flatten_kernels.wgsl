// Takes what alternates along rows and along columns out of each kernel of 4 × 4: the projection onto the kernels that
// are one of 3 × 3 convolved with a box. Counterpart: gan/src/upsample/constrain.rs. An invocation has one kernel.

struct Problem {
    weights: u32,
    // For each weight (4, 4, kernels): where it starts in θ, and its kernels. A uniform array has steps of 16 bytes.
    at: array<vec4<u32>, MAX_WEIGHTS>,
}

const MAX_WEIGHTS: u32 = 8u;

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read_write> theta: array<f32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    var kernel = element(group, groups, lane);
    for (var i = 0u; i < p.weights; i++) {
        let kernels = p.at[i].y;
        if kernel < kernels {
            flatten(p.at[i].x + kernel, kernels);
            return;
        }
        kernel -= kernels;
    }
}

// The kernel whose first tap is there.
fn flatten(start: u32, kernels: u32) {
    for (var row = 0u; row < 4u; row++) {
        flatten_line(start + 4u * row * kernels, kernels);
    }
    for (var column = 0u; column < 4u; column++) {
        flatten_line(start + column * kernels, 4u * kernels);
    }
}

// The taps at a, a + step, …
fn flatten_line(a: u32, step: u32) {
    let b = a + step;
    let c = b + step;
    let d = c + step;
    let component = (theta[a] - theta[b] + theta[c] - theta[d]) / 4.0;
    theta[a] -= component;
    theta[b] += component;
    theta[c] -= component;
    theta[d] += component;
}
