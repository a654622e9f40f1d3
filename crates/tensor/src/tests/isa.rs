//! Kernels use the instruction set that they are given, and no other.

use std::fs;
use std::path::Path;

use ndarray::Array4;

use super::normal;
use crate::{Accum, Activation, Backend, Context, ConvAlgorithm, Isa, Window, conv};

const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };
const FULL: Window = Window { kernel: 4, stride: 1, pad: 0 };

/// The instruction sets of this processor that have a fused multiply-add.
fn fused_isas() -> impl Iterator<Item = Isa> {
    Isa::supported().filter(|&isa| isa != Isa::Portable)
}

/// y, dx and dw.
fn passes(
    (side, c_in, c_out, win): (usize, usize, usize, Window),
    backend: Backend,
) -> [Array4<f32>; 3] {
    let out = win.conv_size(side);
    let (x, w) = (normal((3, side, side, c_in), 0), normal((4, 4, c_in, c_out), 1));
    let dy = normal((3, out, out, c_out), 2);
    let (mut y, mut dx, mut dw) = (dy.clone(), x.clone(), w.clone());
    let (taps, sums) = (w.as_slice().unwrap(), dw.as_slice_mut().unwrap());
    let (identity, ctx) = (Activation::Identity, &mut Context::new(backend));
    conv::forward(x.view(), taps, win, identity, y.view_mut(), ctx);
    conv::backward_input(dy.view(), taps, win, identity, dx.view_mut(), ctx);
    conv::backward_weight(x.view(), dy.view(), win, Accum::Overwrite, sums, ctx);
    [y, dx, dw]
}

/// A fused multiply-add rounds once where two instructions round twice, so the bits show which was used.
#[test]
fn fused_multiply_adds_are_used_where_the_instruction_set_has_them_and_nowhere_else() {
    let layers = [
        ((16, 20, 24, HALVE), ConvAlgorithm::Winograd),
        ((8, 3, 20, HALVE), ConvAlgorithm::Direct),
        ((4, 20, 30, FULL), ConvAlgorithm::FullWindow),
    ];
    for (layer, algorithm) in layers {
        let results = |isa| passes(layer, Backend { conv: algorithm, isa, ..Backend::default() });
        let portable = results(Isa::Portable);
        assert_eq!(portable, results(Isa::Portable), "{algorithm:?} twice");
        for isa in fused_isas() {
            let fused = results(isa);
            // The weight gradient of the full window is a product by matrixmultiply.
            let own = if algorithm == ConvAlgorithm::FullWindow { 2 } else { 3 };
            for pass in 0..own {
                assert_ne!(portable[pass], fused[pass], "pass {pass} of {algorithm:?} on {isa:?}");
            }
        }
    }
}

/// y as one sum for each float in the order of the taps, with either kind of multiply-add.
fn forward_in_order(x: &Array4<f32>, w: &Array4<f32>, win: Window, fused: bool) -> Array4<f32> {
    let ((n, h, width, c_in), c_out) = (x.dim(), w.dim().3);
    let pixel = |n, y: usize, x_: usize, c| {
        let inside = y >= win.pad && x_ >= win.pad && y < h + win.pad && x_ < width + win.pad;
        if inside { x[[n, y - win.pad, x_ - win.pad, c]] } else { 0.0 }
    };
    Array4::from_shape_fn((n, win.conv_size(h), win.conv_size(width), c_out), |(n, i, j, o)| {
        let mut sum = 0.0_f32;
        for (ky, kx, c) in ndarray::indices((win.kernel, win.kernel, c_in)) {
            let (x, w) = (pixel(n, i * win.stride + ky, j * win.stride + kx, c), w[[ky, kx, c, o]]);
            sum = if fused { x.mul_add(w, sum) } else { x * w + sum };
        }
        sum
    })
}

/// Where nothing is transformed, each output is one sum in the order of the taps: bit for bit. The channels
/// fill whole vectors; the remainder of a row is not fused.
#[test]
fn products_round_as_their_instruction_set_does() {
    for (side, c_in, c_out, win, conv) in
        [(8, 3, 32, HALVE, ConvAlgorithm::Direct), (4, 20, 64, FULL, ConvAlgorithm::FullWindow)]
    {
        let (x, w) = (normal((3, side, side, c_in), 0), normal((4, 4, c_in, c_out), 1));
        let y = |isa| {
            passes((side, c_in, c_out, win), Backend { conv, isa, ..Backend::default() })[0].clone()
        };
        assert_eq!(y(Isa::Portable), forward_in_order(&x, &w, win, false), "{conv:?}");
        for isa in fused_isas() {
            assert_eq!(y(isa), forward_in_order(&x, &w, win, true), "{conv:?} on {isa:?}");
        }
    }
}

/// Not every kernel's bits show what it used, so the source is checked too: only the default backend
/// detects an instruction set, and only `simd.rs` names one.
#[test]
fn no_kernel_chooses_its_own_instruction_set() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = 0;
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
            let is_test = name.split(['/', '\\']).any(|part| part.starts_with("tests"));
            if path.is_dir() {
                folders.push(path);
            } else if !is_test {
                files += 1;
                let text = fs::read_to_string(&path).unwrap();
                let uses = |words: &[&str]| words.iter().any(|word| text.contains(word));
                assert_eq!(uses(&["Isa::detect("]), name == "backend.rs", "{name}");
                let named =
                    ["Isa::Avx", "Isa::Neon", "Isa::Portable", "Self::Avx", "feature_detected"];
                assert_eq!(uses(&named), name == "simd.rs", "{name}");
            }
        }
    }
    assert!(files > 40, "{files} files");
}
