//! The oracles: each kernel in index notation, in double precision, with no thought of speed.

use ndarray::Array4;

use crate::{Dims, Window};

/// Every (n, oy, ox, o, ky, kx, c) with the pixel (iy, ix) it reads, padding left out.
fn for_each_term(
    x: Dims,
    out: (usize, usize, usize),
    win: Window,
    mut visit: impl FnMut([usize; 4], [usize; 4], [usize; 4]),
) {
    let (n, h, w, c_in) = x;
    let (h_out, w_out, c_out) = out;
    for (n, oy, ox) in ndarray::indices((n, h_out, w_out)) {
        for (ky, kx) in ndarray::indices((win.kernel, win.kernel)) {
            let (iy, ix) = (oy * win.stride + ky, ox * win.stride + kx);
            if iy < win.pad || ix < win.pad || iy >= h + win.pad || ix >= w + win.pad {
                continue;
            }
            for (c, o) in ndarray::indices((c_in, c_out)) {
                visit([n, iy - win.pad, ix - win.pad, c], [n, oy, ox, o], [ky, kx, c, o]);
            }
        }
    }
}

/// y\[n, oy, ox, o\] = Σ x\[n, iy, ix, c\] · w\[ky, kx, c, o\].
pub fn forward(x: &Array4<f32>, w: &Array4<f32>, win: Window) -> Array4<f64> {
    let (n, h, width, _) = x.dim();
    let out = (win.conv_size(h), win.conv_size(width), w.dim().3);
    let mut y = Array4::zeros((n, out.0, out.1, out.2));
    for_each_term(x.dim(), out, win, |at, to, tap| {
        y[to] += f64::from(x[at]) * f64::from(w[tap]);
    });
    y
}

/// dx\[n, iy, ix, c\] = Σ dy\[n, oy, ox, o\] · w\[ky, kx, c, o\].
pub fn backward_input(dy: &Array4<f32>, w: &Array4<f32>, win: Window, x: Dims) -> Array4<f64> {
    let (_, h_out, w_out, c_out) = dy.dim();
    let mut dx = Array4::zeros(x);
    for_each_term(x, (h_out, w_out, c_out), win, |at, from, tap| {
        dx[at] += f64::from(dy[from]) * f64::from(w[tap]);
    });
    dx
}

/// dw\[ky, kx, c, o\] = Σ x\[n, iy, ix, c\] · dy\[n, oy, ox, o\].
pub fn backward_weight(x: &Array4<f32>, dy: &Array4<f32>, win: Window) -> Array4<f64> {
    let (_, h_out, w_out, c_out) = dy.dim();
    let mut dw = Array4::zeros((win.kernel, win.kernel, x.dim().3, c_out));
    for_each_term(x.dim(), (h_out, w_out, c_out), win, |at, from, tap| {
        dw[tap] += f64::from(x[at]) * f64::from(dy[from]);
    });
    dw
}
