// Sums over pixels for each channel: a workgroup has 16 channels side by side, as they lie in memory, and 16 lanes,
// each of which takes every 16th pixel. The lanes are added as a tree, always in the same order.

const CHANNELS: u32 = 16u;
const LANES: u32 = 16u;

var<workgroup> tree: array<f32, 256>;

// The sum over the lanes of a channel, for each of its invocations.
fn sum_of_lanes(invocation: u32, value: f32) -> f32 {
    tree[invocation] = value;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        if invocation / CHANNELS < half {
            tree[invocation] += tree[invocation + half * CHANNELS];
        }
        workgroupBarrier();
    }
    let sum = tree[invocation % CHANNELS];
    workgroupBarrier();
    return sum;
}
