//! Layers of realistic size, whose batches are divided into several groups.

use ndarray::Array4;

use super::super::{assert_close, normal, poison};
use super::case::{Case, FULL, HALVE, backward_input, backward_weight, by_every_kernel, forward};
use crate::conv::{self, ConvKernel};
use crate::{Activation, Backend, Context, ConvAlgorithm, Epilogue, Input, Output, naive, norm};

/// Layers like those of the default networks, whose batches are divided into several groups.
#[test]
fn the_default_layers_agree_with_the_oracle() {
    let layers = [
        (64, 3, 32, HALVE),
        (16, 8, 16, HALVE),
        (16, 16, 64, HALVE),
        (8, 32, 8, HALVE),
        (8, 24, 130, HALVE),
        (4, 64, 1, FULL),
        (4, 16, 100, FULL),
    ];
    for (side, c_in, c_out, win) in layers {
        let n = if side == 64 { 3 } else { 37 };
        let cases = by_every_kernel((n, side, side, c_in), c_out, win);
        let (x, dy) = (normal(cases[0].x, 0), normal(cases[0].y, 1));
        let w = normal(cases[0].weights(), 2);
        let y = naive::forward(&x, &w, win);
        let dx = naive::backward_input(&dy, &w, win, x.dim());
        let dw = naive::backward_weight(&x, &dy, win);
        for case in cases {
            let tolerances = case.tolerances();
            let identity = Activation::Identity;
            assert_close(&forward(&x, &w, &case, identity), y.iter().copied(), tolerances[0]);
            let got = backward_input(&dy, &w, &case, identity);
            assert_close(&got, dx.iter().copied(), tolerances[1]);
            assert_close(&backward_weight(&x, &dy, &case), dw.iter().copied(), tolerances[2]);
        }
    }
}

/// Transformed weights that exceed a cache, and more tiles than are processed at a time, enough for the
/// halves of the batch to be summed separately. im2col, which the oracle has checked, is faster than the
/// oracle.
#[test]
fn a_wide_layer_of_many_images_agrees_with_im2col() {
    let cases = by_every_kernel((301, 8, 8, 72), 130, HALVE);
    let im2col = cases.iter().find(|case| case.kernel() == ConvKernel::Im2col).unwrap();
    let (x, dy) = (normal(im2col.x, 0), normal(im2col.y, 1));
    let w = normal(im2col.weights(), 2);
    let results = |case: &Case| {
        let dw = backward_weight(&x, &dy, case);
        let identity = Activation::Identity;
        [forward(&x, &w, case, identity), backward_input(&dy, &w, case, identity), dw]
    };
    let want = results(im2col);
    for case in cases.iter().filter(|case| case.kernel() == ConvKernel::Winograd) {
        for (i, got) in results(case).iter().enumerate() {
            let want = want[i].iter().map(|&float| f64::from(float));
            assert_close(got, want, 2.0 * case.tolerances()[i]);
        }
    }
}

/// Whichever kernel wrote a batch, the statistics that it gathered are those of its images.
#[test]
fn an_output_has_the_statistics_that_are_requested() {
    let layers = [
        (16, 3, 20, HALVE),
        (16, 16, 24, HALVE),
        (8, 72, 130, HALVE),
        (4, 20, 30, FULL),
        (9, 5, 7, HALVE),
    ];
    let cases =
        layers.map(|(side, c_in, c_out, win)| by_every_kernel((35, side, side, c_in), c_out, win));
    for case in cases.into_iter().flatten() {
        let (win, c_in, c_out) = (case.win, case.x.3, case.y.3);
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let w = w.as_slice().unwrap();
        let (mut y, mut dx) = (poison(case.y), poison(case.x));
        let requested = |c: usize| vec![f32::NAN; 2 * 35 * c];
        let (mut y_stats, mut dx_stats) = (requested(c_out), requested(c_in));
        let act = Activation::LeakyRelu(0.2);
        let to = Output { images: y.view_mut(), image_stats: Some(&mut y_stats) };
        conv::forward(x.view(), w, win, act, to, &mut case.context());
        assert_eq!(batch_stats(&y, Some(&y_stats)), batch_stats(&y, None));
        let to = Output { images: dx.view_mut(), image_stats: Some(&mut dx_stats) };
        conv::backward_input(dy.view(), w, win, act, to, &mut case.context());
        assert_eq!(batch_stats(&dx, Some(&dx_stats)), batch_stats(&dx, None));
    }
}

fn batch_stats(images: &Array4<f32>, image_stats: Option<&[f32]>) -> Vec<f32> {
    let mut stats = vec![f32::NAN; 2 * images.dim().3];
    let x = Input { images: images.view(), image_stats };
    norm::batch_stats(x, &mut stats, &mut Context::default());
    stats
}

/// A bias is added to each channel, before the activation, whichever kernel wrote the output.
#[test]
fn an_epilogue_adds_its_bias_and_activates() {
    let layers = [
        (16, 3, 20, HALVE),
        (16, 16, 24, HALVE),
        (8, 70, 40, HALVE),
        (4, 20, 30, FULL),
        (9, 5, 7, HALVE),
    ];
    let cases =
        layers.map(|(side, c_in, c_out, win)| by_every_kernel((3, side, side, c_in), c_out, win));
    for case in cases.into_iter().flatten() {
        let (win, c_in, c_out) = (case.win, case.x.3, case.y.3);
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let bias = |c: usize| -> Vec<f32> { (0..c).map(|i| i as f32 - 2.5).collect() };
        let (down, up) = (bias(c_out), bias(c_in));
        let biased = |plain: &Array4<f32>, bias: &[f32]| {
            let sums = plain.indexed_iter().map(|((.., c), y)| (y + bias[c]).max(0.0));
            Array4::from_shape_vec(plain.dim(), sums.collect()).unwrap()
        };
        let taps = w.as_slice().unwrap();

        let mut y = poison(case.y);
        let epilogue = Epilogue { bias: Some(&down), activation: Activation::Relu };
        conv::forward(x.view(), taps, win, epilogue, y.view_mut(), &mut case.context());
        assert_eq!(y, biased(&forward(&x, &w, &case, Activation::Identity), &down));

        let mut dx = poison(case.x);
        let epilogue = Epilogue { bias: Some(&up), activation: Activation::Relu };
        conv::backward_input(dy.view(), taps, win, epilogue, dx.view_mut(), &mut case.context());
        assert_eq!(dx, biased(&backward_input(&dy, &w, &case, Activation::Identity), &up));
    }
}

/// An image's result must not depend on its neighbours or on its place in the batch, so that a seed
/// identifies an image.
#[test]
fn an_image_does_not_depend_on_its_batch() {
    for (side, c_in, c_out) in [(8, 24, 40), (16, 64, 3), (4, 300, 65), (8, 3, 20)] {
        for case in by_every_kernel((70, side, side, c_in), c_out, HALVE) {
            let alone = Case::new((1, side, side, c_in), c_out, HALVE, case.backend);
            let (x, w, y) = (normal(case.x, 0), normal(case.weights(), 1), normal(case.y, 2));
            let down = forward(&x, &w, &case, Activation::Identity);
            let up = backward_input(&y, &w, &case, Activation::Identity);
            for i in [0, 1, 33, 69] {
                let one = |a: &Array4<f32>| a.slice(ndarray::s![i..=i, .., .., ..]).to_owned();
                assert_eq!(one(&down), forward(&one(&x), &w, &alone, Activation::Identity));
                assert_eq!(one(&up), backward_input(&one(&y), &w, &alone, Activation::Identity));
            }
        }
    }
}

/// Which kernel computes a geometry, for each algorithm: the requested one where it can, im2col
/// elsewhere, and the fastest by default.
#[test]
fn each_geometry_has_its_kernel() {
    use ConvAlgorithm::{Auto, Direct, FullWindow, Winograd};
    use ConvKernel as Kernel;
    let isa = crate::Isa::Portable;
    let kernel = |(h, w, c_in), c_out, win, conv| {
        Case::new((2, h, w, c_in), c_out, win, Backend { conv, isa, ..Backend::default() }).kernel()
    };
    // Tiles of 4 × 4 outputs read 8 × 8 pixels.
    for (h, w, want) in [
        (8, 8, Kernel::Winograd),
        (16, 24, Kernel::Winograd),
        (4, 8, Kernel::Im2col),
        (8, 4, Kernel::Im2col),
        (12, 16, Kernel::Im2col),
        (16, 12, Kernel::Im2col),
        (10, 8, Kernel::Im2col),
    ] {
        assert_eq!(kernel((h, w, 16), 70, HALVE, Auto), want, "{h} × {w}");
        assert_eq!(kernel((h, w, 16), 70, HALVE, Winograd), want, "{h} × {w}");
    }
    assert_eq!(kernel((8, 8, 15), 16, HALVE, Auto), Kernel::Im2col);
    assert_eq!(kernel((8, 8, 16), 15, HALVE, Auto), Kernel::Im2col);
    assert_eq!(kernel((8, 8, 1), 1, HALVE, Winograd), Kernel::Winograd);
    assert_eq!(kernel((8, 8, 16), 16, FULL, Winograd), Kernel::Im2col);

    // A window and a pixel of y are at most one panel of 64 floats.
    assert_eq!(kernel((9, 9, 4), 64, HALVE, Auto), Kernel::Direct);
    assert_eq!(kernel((9, 9, 4), 65, HALVE, Direct), Kernel::Im2col);
    assert_eq!(kernel((9, 9, 5), 64, HALVE, Direct), Kernel::Im2col);
    assert_eq!(kernel((9, 9, 4), 15, HALVE, Auto), Kernel::Im2col);
    assert_eq!(kernel((9, 9, 4), 1, HALVE, Direct), Kernel::Direct);

    assert_eq!(kernel((4, 4, 64), 1, FULL, Auto), Kernel::FullWindow);
    assert_eq!(kernel((4, 5, 64), 1, FULL, FullWindow), Kernel::Im2col);
    assert_eq!(kernel((5, 4, 64), 1, FULL, FullWindow), Kernel::Im2col);
    assert_eq!(kernel((4, 4, 64), 1, HALVE, FullWindow), Kernel::Im2col);
    assert_eq!(kernel((4, 4, 64), 1, FULL, ConvAlgorithm::Im2col), Kernel::Im2col);
}
