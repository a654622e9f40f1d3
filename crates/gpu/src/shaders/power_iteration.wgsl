// A round of power iteration, one workgroup for a weight: v ← W·u/‖W·u‖, u ← Wᵀ·v/‖Wᵀ·v‖, σ ← ‖Wᵀ·v‖.

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> theta: array<f32>;
@group(0) @binding(2) var<storage, read_write> buffers: array<f32>;
@group(0) @binding(3) var<storage, read_write> vectors: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
    var squares = 0.0;
    for (var row = lane; row < p.rows; row += 256u) {
        var sum = 0.0;
        for (var column = 0u; column < p.columns; column++) {
            sum += theta[p.weight + row * p.columns + column] * buffers[p.u + column];
        }
        vectors[row] = sum;
        squares += sum * sum;
    }
    let length_of_v = max(sqrt(sum_of_all(lane, squares)), EPS);
    for (var row = lane; row < p.rows; row += 256u) {
        vectors[row] /= length_of_v;
    }
    storageBarrier();
    squares = 0.0;
    for (var first = 0u; first < p.columns; first += CHANNELS) {
        let column = first + lane % CHANNELS;
        var sum = 0.0;
        for (var row = lane / CHANNELS; row < p.rows; row += LANES) {
            if column < p.columns {
                sum += theta[p.weight + row * p.columns + column] * vectors[row];
            }
        }
        let total = sum_of_lanes(lane, sum);
        if lane < CHANNELS && column < p.columns {
            buffers[p.u + column] = total;
            squares += total * total;
        }
    }
    let length_of_u = sqrt(sum_of_all(lane, squares));
    storageBarrier();
    for (var column = lane; column < p.columns; column += 256u) {
        buffers[p.u + column] /= max(length_of_u, EPS);
    }
    if lane == 0u {
        vectors[sigma_at()] = max(length_of_u, EPS);
    }
}
