// The slopes of the losses of G and D in D's logits, one workgroup for all of them. Counterparts: gan/src/objective.rs
// and layers/src/loss/, gan/src/lecam.rs. The losses themselves follow from the logits, on the host.

struct Problem {
    // Logits of generated images, then as many of real ones.
    batch: u32,
    objective: u32,
    // D's target for real images.
    target_real: f32,
    // λ of the LeCam penalty, its anchors before this step, and how far they move towards the means.
    lecam: f32,
    anchor_real: f32,
    anchor_fake: f32,
    rest: f32,
}

const NON_SATURATING: u32 = 0u;
const LEAST_SQUARES: u32 = 1u;
const HINGE: u32 = 2u;
const RELATIVISTIC: u32 = 3u;
const WASSERSTEIN: u32 = 4u;

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
// Of G's loss, in the logits of generated images.
@group(0) @binding(2) var<storage, read_write> of_g: array<f32>;
// Of D's loss, in all logits.
@group(0) @binding(3) var<storage, read_write> of_d: array<f32>;

var<workgroup> tree: array<f32, 256>;

fn sigmoid(l: f32) -> f32 {
    let t = exp(-abs(l));
    return select(t / (1.0 + t), 1.0 / (1.0 + t), l >= 0.0);
}

fn mean_from(first: u32, lane: u32) -> f32 {
    var sum = 0.0;
    for (var i = lane; i < p.batch; i += 256u) {
        sum += logits[first + i];
    }
    tree[lane] = sum;
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        if lane < half {
            tree[lane] += tree[lane + half];
        }
        workgroupBarrier();
    }
    let total = tree[0];
    workgroupBarrier();
    return total / f32(p.batch);
}

fn slope_of_g(real: f32, fake: f32) -> f32 {
    switch p.objective {
        case NON_SATURATING: { return sigmoid(fake) - 1.0; }
        case LEAST_SQUARES: { return fake - 1.0; }
        case RELATIVISTIC: { return -sigmoid(real - fake); }
        default: { return -1.0; }
    }
}

fn slope_of_d_at_real(real: f32, fake: f32) -> f32 {
    switch p.objective {
        case NON_SATURATING: { return sigmoid(real) - p.target_real; }
        case LEAST_SQUARES: { return real - p.target_real; }
        case HINGE: { return select(0.0, -1.0, 1.0 - real > 0.0); }
        case RELATIVISTIC: { return -sigmoid(fake - real); }
        default: { return -1.0; }
    }
}

fn slope_of_d_at_fake(real: f32, fake: f32) -> f32 {
    switch p.objective {
        case NON_SATURATING: { return sigmoid(fake); }
        case LEAST_SQUARES: { return fake; }
        case HINGE: { return select(0.0, 1.0, 1.0 + fake > 0.0); }
        case RELATIVISTIC: { return sigmoid(fake - real); }
        default: { return 1.0; }
    }
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    let mean_fake = mean_from(0u, lane);
    let mean_real = mean_from(p.batch, lane);
    let anchor_real = p.anchor_real + p.rest * (mean_real - p.anchor_real);
    let anchor_fake = p.anchor_fake + p.rest * (mean_fake - p.anchor_fake);
    let n = f32(p.batch);
    let pull = 2.0 * p.lecam / n;
    for (var i = lane; i < p.batch; i += 256u) {
        let fake = logits[i];
        let real = logits[p.batch + i];
        of_g[i] = slope_of_g(real, fake) / n;
        of_d[i] = slope_of_d_at_fake(real, fake) / n + pull * (fake - anchor_real);
        of_d[p.batch + i] = slope_of_d_at_real(real, fake) / n + pull * (real - anchor_fake);
    }
}
