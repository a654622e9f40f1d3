// What `augment.wgsl` and `augment_adjoint.wgsl` share.

struct Problem {
    side: u32,
    channels: u32,
    // The first image among those that are drawn for.
    first: u32,
}

// The random numbers of an image, as factors.
struct Drawn {
    // Colours are own·x + grey·(sum of the pixel) + from_mean·(mean of the image) + brightness.
    own: f32,
    grey: f32,
    from_mean: f32,
    brightness: f32,
    shift_rows: f32,
    shift_columns: f32,
    // The grey square: rows from top to before bottom, columns from left to before right.
    top: f32,
    bottom: f32,
    left: f32,
    right: f32,
}

@group(0) @binding(0) var<uniform> p: Problem;
@group(0) @binding(1) var<storage, read> drawn: array<Drawn>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const OUTSIDE: u32 = 0xffffffffu;

var<workgroup> tree: array<f32, 256>;

fn sum_of_image(lane: u32, value: f32) -> f32 {
    tree[lane] = value;
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        if lane < half {
            tree[lane] += tree[lane + half];
        }
        workgroupBarrier();
    }
    return tree[0];
}

fn sum_of_pixel(at: u32) -> f32 {
    var sum = 0.0;
    for (var channel = 0u; channel < p.channels; channel++) {
        sum += x[at + channel];
    }
    return sum;
}

// The pixel that many rows and columns further, if it is in the image.
fn shifted(row: u32, column: u32, rows: f32, columns: f32) -> u32 {
    // Negative ones become large.
    let to_row = u32(i32(row) + i32(rows));
    let to_column = u32(i32(column) + i32(columns));
    return select(OUTSIDE, to_row * p.side + to_column, to_row < p.side && to_column < p.side);
}

fn is_cut(drawn: Drawn, row: u32, column: u32) -> bool {
    let at = vec2<f32>(f32(row), f32(column));
    return at.x >= drawn.top && at.x < drawn.bottom && at.y >= drawn.left && at.y < drawn.right;
}
