// y[n, oy, ox, o] = Σ x[n, iy, ix, c] · w[ky, kx, c, o]: a row for each pixel of y, a term for each (ky, kx, c), a
// column for each o. Counterpart: tensor/src/conv.rs, `forward`.

// The image of a pixel, and the corner of its window.
struct Row {
    image: u32,
    y: i32,
    x: i32,
}

struct Term {
    is_known: bool,
    y: i32,
    x: i32,
    c: u32,
    // Where the weights of this term start.
    weights: u32,
}

fn row(i: u32, phase: u32) -> Row {
    let image = i / (p.h_out * p.w_out);
    let pixel = i % (p.h_out * p.w_out);
    // No window of a row that does not exist meets an image.
    let y = select(-1000000, i32(pixel / p.w_out * STRIDE) - PAD, i < p.rows);
    return Row(image * p.h * p.w * p.c_in, y, i32(pixel % p.w_out * STRIDE) - PAD);
}

fn term(i: u32, end: u32, phase: u32) -> Term {
    let tap = i / p.c_in;
    let at = p.weight + i * p.c_out;
    return Term(i < end, i32(tap / KERNEL), i32(tap % KERNEL), i % p.c_in, at);
}

fn a(row: Row, at: Term) -> f32 {
    // Negative ones become large.
    let y = u32(row.y + at.y);
    let x = u32(row.x + at.x);
    if !at.is_known || y >= p.h || x >= p.w {
        return 0.0;
    }
    return left[row.image + (y * p.w + x) * p.c_in + at.c];
}

fn b(at: Term, column: u32) -> f32 {
    return right[at.weights + column];
}

fn output(i: u32, phase: u32) -> u32 {
    return select(NOWHERE, i * p.c_out, i < p.rows);
}
