// The product C = A·B that every pass of a convolution is. A and C are never stored as matrices: the file of the pass
// says where their elements are in the images.
//
// A workgroup computes a tile of C, each of its invocations 4 × 4 elements. Slices of A and B pass through workgroup
// memory, where each element is read by a whole row or column of invocations. Rows and columns come in groups of four.
//
// The depth of the product may be split between workgroups, which then write partial sums: `sum_partials.wgsl`.
//
// Known here from the pass: ROW_GROUPS, COLUMN_GROUPS, TILE_DEPTH, B_BY_DEPTH, Row, Term, row, term, a, b, output.

struct Problem {
    rows: u32,
    columns: u32,
    depth: u32,
    splits: u32,
    // Of one split, a multiple of TILE_DEPTH.
    split_depth: u32,
    // The image side of the convolution (n, h, w, c_in), and the other side (n, h_out, w_out, c_out).
    h: u32,
    w: u32,
    c_in: u32,
    h_out: u32,
    w_out: u32,
    c_out: u32,
    // Where in its buffer the weight starts, where the bias, and where the output.
    weight: u32,
    bias: u32,
    out: u32,
    has_bias: u32,
    activation: u32,
    slope: f32,
    // Floats of one split's partial sums.
    split_len: u32,
    // Whether the result is a gradient that goes on through the activation, whose output is in `values`.
    is_gradient: u32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read> values: array<f32>;

const INVOCATIONS: u32 = ROW_GROUPS * COLUMN_GROUPS;
// Groups of rows that an invocation loads in each slice.
const A_LOADS: u32 = ROW_GROUPS * TILE_DEPTH / INVOCATIONS;
const B_LOADS: u32 = (COLUMN_GROUPS * TILE_DEPTH + INVOCATIONS - 1u) / INVOCATIONS;
// One more than needed, so that neighbouring invocations write to different banks of the memory.
const A_STRIDE: u32 = ROW_GROUPS + 1u;
const B_STRIDE: u32 = COLUMN_GROUPS + 1u;
// A row of C without an element.
const NOWHERE: u32 = 0xffffffffu;

var<workgroup> tile_a: array<vec4<f32>, A_STRIDE * TILE_DEPTH>;
var<workgroup> tile_b: array<vec4<f32>, B_STRIDE * TILE_DEPTH>;

@compute @workgroup_size(INVOCATIONS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let tile = group.y * groups.x + group.x;
    let column_tiles = (p.columns + 4u * COLUMN_GROUPS - 1u) / (4u * COLUMN_GROUPS);
    let first_row = tile / column_tiles * (4u * ROW_GROUPS);
    let first_column = tile % column_tiles * (4u * COLUMN_GROUPS);
    if first_row >= p.rows {
        return;
    }
    let split = group.z % p.splits;
    let phase = group.z / p.splits;
    let end = min(p.depth, (split + 1u) * p.split_depth);

    let a_depth = lane % TILE_DEPTH;
    var rows: array<Row, 4u * A_LOADS>;
    for (var i = 0u; i < 4u * A_LOADS; i++) {
        let row_group = lane / TILE_DEPTH + i / 4u * (INVOCATIONS / TILE_DEPTH);
        rows[i] = row(first_row + 4u * row_group + i % 4u, phase);
    }
    var sums: array<vec4<f32>, 4>;
    for (var start = split * p.split_depth; start < end; start += TILE_DEPTH) {
        let at = term(start + a_depth, end, phase);
        for (var i = 0u; i < A_LOADS; i++) {
            let row_group = lane / TILE_DEPTH + i * (INVOCATIONS / TILE_DEPTH);
            tile_a[a_depth * A_STRIDE + row_group] = vec4<f32>(
                a(rows[4u * i], at),
                a(rows[4u * i + 1u], at),
                a(rows[4u * i + 2u], at),
                a(rows[4u * i + 3u], at),
            );
        }
        for (var i = 0u; i < B_LOADS; i++) {
            let load = lane + i * INVOCATIONS;
            let depth = select(load / COLUMN_GROUPS, load % TILE_DEPTH, B_BY_DEPTH);
            let column_group = select(load % COLUMN_GROUPS, load / TILE_DEPTH, B_BY_DEPTH);
            if load < COLUMN_GROUPS * TILE_DEPTH {
                let at = term(start + depth, end, phase);
                let column = first_column + 4u * column_group;
                tile_b[depth * B_STRIDE + column_group] = vec4<f32>(
                    b_or_zero(at, column),
                    b_or_zero(at, column + 1u),
                    b_or_zero(at, column + 2u),
                    b_or_zero(at, column + 3u),
                );
            }
        }
        workgroupBarrier();
        for (var depth = 0u; depth < TILE_DEPTH; depth++) {
            let left_of = tile_a[depth * A_STRIDE + lane / COLUMN_GROUPS];
            let right_of = tile_b[depth * B_STRIDE + lane % COLUMN_GROUPS];
            sums[0] += left_of.x * right_of;
            sums[1] += left_of.y * right_of;
            sums[2] += left_of.z * right_of;
            sums[3] += left_of.w * right_of;
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < 4u; i++) {
        let to = output(first_row + 4u * (lane / COLUMN_GROUPS) + i, phase);
        let column = first_column + 4u * (lane % COLUMN_GROUPS);
        for (var j = 0u; j < 4u; j++) {
            if to != NOWHERE && column + j < p.columns {
                let at = p.out + split * p.split_len + to + column + j;
                result[at] = finished(sums[i][j], column + j, at);
            }
        }
    }
}

fn b_or_zero(at: Term, column: u32) -> f32 {
    if !at.is_known || column >= p.columns {
        return 0.0;
    }
    return b(at, column);
}

// With bias and activation, or the derivative of the activation, unless it is a partial sum.
fn finished(sum: f32, column: u32, at: u32) -> f32 {
    if p.splits > 1u {
        return sum;
    }
    if p.is_gradient == 1u {
        return sum * derivative(p.activation, p.slope, values[at]);
    }
    var value = sum;
    if p.has_bias == 1u {
        value += right[p.bias + column];
    }
    return activate(p.activation, p.slope, value);
}
