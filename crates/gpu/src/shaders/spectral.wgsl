// What the kernels of spectral normalisation share: a weight W as a matrix of rows and columns, with its singular
// vectors. Counterpart: layers/src/spectral_norm.rs.

struct Problem {
    rows: u32,
    columns: u32,
    // Where the weight starts in θ.
    weight: u32,
    // Where u starts among the buffers.
    u: u32,
    // Floats of weight and bias together.
    len: u32,
}

const EPS: f32 = 1e-12;

// An array for each weight has v, then these two.
fn sigma_at() -> u32 {
    return p.rows;
}

fn along_at() -> u32 {
    return p.rows + 1u;
}

var<workgroup> whole: array<f32, 256>;

// The sum over a workgroup of 256.
fn sum_of_all(lane: u32, value: f32) -> f32 {
    whole[lane] = value;
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        if lane < half {
            whole[lane] += whole[lane + half];
        }
        workgroupBarrier();
    }
    let sum = whole[0];
    workgroupBarrier();
    return sum;
}
