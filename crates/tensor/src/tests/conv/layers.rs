//! Layers of some size, whose batches are cut into several groups.

use ndarray::Array4;

use super::super::{assert_close, normal, poison};
use super::case::{
    Case, HALVE, POINT, backward_input, backward_weight, by_every_method, forward, methods,
};
use crate::method::Way;
use crate::simd::Level;
use crate::{Act, Algorithm, Epilogue, Input, Method, Output, Scratch, conv, naive, norm};

/// Layers like those of the default networks, whose batches are cut into several groups.
#[test]
fn the_default_layers_agree_with_the_oracle() {
    let layers = [
        (64, 3, 32, HALVE),
        (16, 8, 16, HALVE),
        (16, 16, 64, HALVE),
        (8, 32, 8, HALVE),
        (8, 24, 130, HALVE),
        (4, 64, 1, POINT),
        (4, 16, 100, POINT),
    ];
    for ((side, c_in, c_out, win), method) in by_every_method(layers) {
        let n = if side == 64 { 3 } else { 37 };
        let case = Case::new((n, side, side, c_in), c_out, win, method);
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        assert_close(
            &forward(&x, &w, &case, Act::Identity),
            naive::forward(&x, &w, win),
            case.tolerances()[0],
        );
        let dx = naive::backward_input(&dy, &w, win, case.x);
        assert_close(&backward_input(&dy, &w, &case, Act::Identity), dx, case.tolerances()[1]);
        let dw = naive::backward_weight(&x, &dy, win);
        assert_close(&backward_weight(&x, &dy, &case), dw, case.tolerances()[2]);
    }
}

/// Weights that no longer lie in a cache when they are transformed, and more tiles than are worked on at
/// a time, so many that halves of the batch are summed apart. Columns, which the oracle has seen, are
/// quicker than it.
#[test]
fn a_wide_layer_of_many_pictures_agrees_with_columns() {
    let case = |method| Case::new((301, 8, 8, 72), 130, HALVE, method);
    let columns = case(Method { algorithm: Algorithm::Im2col, level: Level::detect() });
    let (x, dy) = (normal(columns.x, 0), normal(columns.y, 1));
    let w = normal(columns.weights(), 2);
    let results = |case: &Case| {
        let dw = backward_weight(&x, &dy, case);
        [forward(&x, &w, case, Act::Identity), backward_input(&dy, &w, case, Act::Identity), dw]
    };
    let want = results(&columns);
    for case in methods().into_iter().filter(|m| m.algorithm == Algorithm::Auto).map(case) {
        for (i, got) in results(&case).iter().enumerate() {
            let want = want[i].iter().map(|&float| f64::from(float));
            assert_close(got, want, 2.0 * case.tolerances()[i]);
        }
    }
}

/// Whichever way a batch was made, the moments gathered meanwhile are those of its pictures.
#[test]
fn an_output_is_left_with_the_moments_that_are_asked_for() {
    let layers = [
        (16, 3, 20, HALVE),
        (16, 16, 24, HALVE),
        (8, 72, 130, HALVE),
        (4, 20, 30, POINT),
        (9, 5, 7, HALVE),
    ];
    for ((side, c_in, c_out, win), method) in by_every_method(layers) {
        let case = Case::new((35, side, side, c_in), c_out, win, method);
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let w = w.as_slice().unwrap();
        let (mut y, mut dx) = (poison(case.y), poison(case.x));
        let asked = |c: usize| vec![f32::NAN; 2 * 35 * c];
        let (mut of_y, mut of_dx) = (asked(c_out), asked(c_in));
        let act = Act::LeakyRelu(0.2);
        let to = Output { pictures: y.view_mut(), moments: Some(&mut of_y) };
        conv::forward(x.view(), w, win, act, to, &mut case.scratch());
        assert_eq!(batch_moments(&y, Some(&of_y)), batch_moments(&y, None));
        let to = Output { pictures: dx.view_mut(), moments: Some(&mut of_dx) };
        conv::backward_input(dy.view(), w, win, act, to, &mut case.scratch());
        assert_eq!(batch_moments(&dx, Some(&of_dx)), batch_moments(&dx, None));
    }
}

fn batch_moments(pictures: &Array4<f32>, moments: Option<&[f32]>) -> Vec<f32> {
    let mut stats = vec![f32::NAN; 2 * pictures.dim().3];
    let x = Input { pictures: pictures.view(), moments };
    norm::moments(x, &mut stats, &mut Scratch::default());
    stats
}

/// A bias is added to each channel, before the activation, whichever way the output was made.
#[test]
fn an_epilogue_adds_its_bias_and_activates() {
    let layers = [
        (16, 3, 20, HALVE),
        (16, 16, 24, HALVE),
        (8, 70, 40, HALVE),
        (4, 20, 30, POINT),
        (9, 5, 7, HALVE),
    ];
    for ((side, c_in, c_out, win), method) in by_every_method(layers) {
        let case = Case::new((3, side, side, c_in), c_out, win, method);
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let bias = |c: usize| -> Vec<f32> { (0..c).map(|i| i as f32 - 2.5).collect() };
        let (down, up) = (bias(c_out), bias(c_in));
        let biased = |plain: &Array4<f32>, bias: &[f32]| {
            let sums = plain.indexed_iter().map(|((.., c), y)| (y + bias[c]).max(0.0));
            Array4::from_shape_vec(plain.dim(), sums.collect()).unwrap()
        };
        let taps = w.as_slice().unwrap();

        let mut y = poison(case.y);
        let end = Epilogue { bias: Some(&down), act: Act::Relu };
        conv::forward(x.view(), taps, win, end, y.view_mut(), &mut case.scratch());
        assert_eq!(y, biased(&forward(&x, &w, &case, Act::Identity), &down));

        let mut dx = poison(case.x);
        let end = Epilogue { bias: Some(&up), act: Act::Relu };
        conv::backward_input(dy.view(), taps, win, end, dx.view_mut(), &mut case.scratch());
        assert_eq!(dx, biased(&backward_input(&dy, &w, &case, Act::Identity), &up));
    }
}

/// A picture's result must not depend on its neighbours or on its place in the batch: a seed names
/// a picture.
#[test]
fn a_picture_does_not_depend_on_its_batch() {
    let layers = [(8, 24, 40), (16, 64, 3), (4, 300, 65)];
    for ((side, c_in, c_out), method) in by_every_method(layers) {
        let case = |n| Case::new((n, side, side, c_in), c_out, HALVE, method);
        let (x, w) = (normal(case(70).x, 0), normal(case(70).weights(), 1));
        let y = normal(case(70).y, 2);
        let down = forward(&x, &w, &case(70), Act::Identity);
        let up = backward_input(&y, &w, &case(70), Act::Identity);
        for i in [0, 1, 33, 69] {
            let one = |a: &Array4<f32>| a.slice(ndarray::s![i..=i, .., .., ..]).to_owned();
            assert_eq!(one(&down), forward(&one(&x), &w, &case(1), Act::Identity));
            assert_eq!(one(&up), backward_input(&one(&y), &w, &case(1), Act::Identity));
        }
    }
}

/// Tiles of 4 × 4 outputs see 8 × 8 pixels; what they do not divide is left to columns.
#[test]
fn sizes_that_tiles_do_not_divide_are_left_to_columns() {
    for (h, w, want) in [
        (8, 8, Way::Winograd),
        (16, 24, Way::Winograd),
        (4, 8, Way::Im2col),
        (8, 4, Way::Im2col),
        (12, 16, Way::Im2col),
        (16, 12, Way::Im2col),
        (10, 8, Way::Im2col),
    ] {
        for algorithm in [Algorithm::Auto, Algorithm::Winograd] {
            assert_eq!(algorithm.way((2, h, w, 16), 70, HALVE), want, "{h} × {w}");
        }
    }
}
