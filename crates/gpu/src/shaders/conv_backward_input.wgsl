// dx[n, iy, ix, c] = Σ dy[n, oy, ox, o] · w[ky, kx, c, o] over all windows that contain the pixel, which is also the
// forward pass of a transposed convolution. Counterpart: tensor/src/conv.rs, `backward_input`.
//
// Pixels whose row and column leave the same remainders by the stride meet the same taps of the kernel. So there is a
// product for each such phase: a row for each of its pixels, a term for each (tap, o), a column for each c.

// Taps that a pixel meets in each direction, at most.
const TAPS: u32 = (KERNEL + STRIDE - 1u) / STRIDE;

// The image of a pixel in dy, and the window that its first tap belongs to.
struct Row {
    image: u32,
    y: i32,
    x: i32,
}

struct Term {
    is_known: bool,
    y: i32,
    x: i32,
    o: u32,
    // Where the weights of this term start.
    weights: u32,
}

fn phase_size() -> vec2<u32> {
    return vec2<u32>((p.h + STRIDE - 1u) / STRIDE, (p.w + STRIDE - 1u) / STRIDE);
}

// The pixel (n, iy, ix) of a row.
fn pixel(i: u32, phase: u32) -> vec3<u32> {
    let size = phase_size();
    let within = i % (size.x * size.y);
    let y = within / size.y * STRIDE + phase / STRIDE;
    let x = within % size.y * STRIDE + phase % STRIDE;
    return vec3<u32>(i / (size.x * size.y), y, x);
}

fn row(i: u32, phase: u32) -> Row {
    let at = pixel(i, phase);
    let y = (at.y + u32(PAD)) / STRIDE;
    let x = (at.z + u32(PAD)) / STRIDE;
    return Row(at.x * p.h_out * p.w_out * p.c_out, select(-1000000, i32(y), i < p.rows), i32(x));
}

fn term(i: u32, end: u32, phase: u32) -> Term {
    let tap = i / p.c_out;
    let o = i % p.c_out;
    let ky = (phase / STRIDE + u32(PAD)) % STRIDE + tap / TAPS * STRIDE;
    let kx = (phase % STRIDE + u32(PAD)) % STRIDE + tap % TAPS * STRIDE;
    let is_known = i < end && ky < KERNEL && kx < KERNEL;
    let weights = p.weight + (ky * KERNEL + kx) * p.c_in * p.c_out + o;
    return Term(is_known, -i32(tap / TAPS), -i32(tap % TAPS), o, weights);
}

fn a(row: Row, at: Term) -> f32 {
    // Negative ones become large.
    let y = u32(row.y + at.y);
    let x = u32(row.x + at.x);
    if !at.is_known || y >= p.h_out || x >= p.w_out {
        return 0.0;
    }
    return left[row.image + (y * p.w_out + x) * p.c_out + at.o];
}

fn b(at: Term, column: u32) -> f32 {
    return right[at.weights + column * p.c_out];
}

fn output(i: u32, phase: u32) -> u32 {
    let at = pixel(i, phase);
    let is_known = i < p.rows && at.y < p.h && at.z < p.w;
    return select(NOWHERE, ((at.x * p.h + at.y) * p.w + at.z) * p.c_in, is_known);
}
