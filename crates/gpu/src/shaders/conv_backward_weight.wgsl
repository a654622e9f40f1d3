// dw[ky, kx, c, o] = Σ x[n, iy, ix, c] · dy[n, oy, ox, o]: a row for each (ky, kx, c), a term for each pixel of dy, a
// column for each o. Counterpart: tensor/src/conv.rs, `backward_weight`.

struct Row {
    y: i32,
    x: i32,
    c: u32,
}

// The image of a pixel of dy in x, the corner of its window, and where its gradient starts.
struct Term {
    is_known: bool,
    image: u32,
    y: i32,
    x: i32,
    gradient: u32,
}

fn row(i: u32, phase: u32) -> Row {
    let tap = i / p.c_in;
    let y = select(-1000000, i32(tap / KERNEL) - PAD, i < p.rows);
    return Row(y, i32(tap % KERNEL) - PAD, i % p.c_in);
}

fn term(i: u32, end: u32, phase: u32) -> Term {
    let image = i / (p.h_out * p.w_out);
    let pixel = i % (p.h_out * p.w_out);
    let y = i32(pixel / p.w_out * STRIDE);
    let x = i32(pixel % p.w_out * STRIDE);
    return Term(i < end, image * p.h * p.w * p.c_in, y, x, i * p.c_out);
}

fn a(row: Row, at: Term) -> f32 {
    // Negative ones become large.
    let y = u32(row.y + at.y);
    let x = u32(row.x + at.x);
    if !at.is_known || y >= p.h || x >= p.w {
        return 0.0;
    }
    return left[at.image + (y * p.w + x) * p.c_in + row.c];
}

fn b(at: Term, column: u32) -> f32 {
    return right[at.gradient + column];
}

fn output(i: u32, phase: u32) -> u32 {
    return select(NOWHERE, i * p.c_out, i < p.rows);
}
