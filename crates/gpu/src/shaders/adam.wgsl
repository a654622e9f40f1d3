// One step of Adam over θ and its moments, 4,096 floats a workgroup, and what the norm of the gradient is summed from.
// Counterparts: optim/src/adam.rs, gan/src/monitor/norms.rs.

struct Problem {
    len: u32,
    rate: f32,
    // 1/√(1 − β₂ᵗ)
    root: f32,
    beta1: f32,
    beta2: f32,
    rest1: f32,
    rest2: f32,
    eps: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> theta: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;
// For each workgroup: Σ g² of ordinary components, Σ (SCALE·g)² of larger ones, and how many are not finite.
@group(0) @binding(5) var<storage, read_write> squares: array<f32>;

// No sum of 4,096 squares below LARGE overflows, nor one of squares above it that are scaled first.
const LARGE: f32 = 0x1p57f;
const SCALE: f32 = 0x1p-80f;

var<workgroup> tree: array<vec3<f32>, 256>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let chunk = group.y * groups.x + group.x;
    var own = vec3<f32>(0.0);
    for (var i = 0u; i < 16u; i++) {
        let at = chunk * 4096u + i * 256u + lane;
        if at < p.len {
            let g = gradient[at];
            own += square(g);
            m[at] = p.beta1 * m[at] + p.rest1 * g;
            v[at] = p.beta2 * v[at] + p.rest2 * g * g;
            theta[at] -= p.rate * m[at] / (sqrt(v[at]) * p.root + p.eps);
        }
    }
    tree[lane] = own;
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        if lane < half {
            tree[lane] += tree[lane + half];
        }
        workgroupBarrier();
    }
    if lane == 0u && chunk * 4096u < p.len {
        squares[3u * chunk] = tree[0].x;
        squares[3u * chunk + 1u] = tree[0].y;
        squares[3u * chunk + 2u] = tree[0].z;
    }
}

fn square(g: f32) -> vec3<f32> {
    // By the exponent, since a compiler may assume that there is no infinity.
    if (bitcast<u32>(g) & 0x7f800000u) == 0x7f800000u {
        return vec3<f32>(0.0, 0.0, 1.0);
    }
    if abs(g) < LARGE {
        return vec3<f32>(g * g, 0.0, 0.0);
    }
    return vec3<f32>(0.0, (SCALE * g) * (SCALE * g), 0.0);
}
