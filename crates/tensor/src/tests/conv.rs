use ndarray::Array4;
use proptest::prelude::*;

use super::{assert_close, dot, normal, poison};
use crate::{Act, Dims, Scratch, Window, conv, naive};

/// f32 products of at most some 300 terms of size 1, against double precision.
const TOLERANCE: f64 = 2e-5;

/// A convolution from x to y, with window and weights that fit.
#[derive(Clone, Debug)]
struct Case {
    x: Dims,
    y: Dims,
    win: Window,
}

impl Case {
    fn weights(&self) -> Dims {
        (self.win.kernel, self.win.kernel, self.x.3, self.y.3)
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let window = (1usize..=5, 1usize..=3)
        .prop_flat_map(|(kernel, stride)| (Just(kernel), Just(stride), 0..kernel));
    let sizes = (1usize..=5, 1usize..=12, 1usize..=12, 1usize..=9, 1usize..=9);
    (window, sizes).prop_map(|((kernel, stride, pad), (n, h, w, c_in, c_out))| {
        let win = Window { kernel, stride, pad };
        let (h, w) = (h.max(kernel), w.max(kernel));
        Case { x: (n, h, w, c_in), y: (n, win.down(h), win.down(w), c_out), win }
    })
}

fn forward(x: &Array4<f32>, w: &Array4<f32>, case: &Case, act: Act) -> Array4<f32> {
    let (mut y, w) = (poison(case.y), w.as_slice().unwrap());
    conv::forward(x.view(), w, case.win, act, y.view_mut(), &mut Scratch::default());
    y
}

fn backward_input(dy: &Array4<f32>, w: &Array4<f32>, case: &Case, act: Act) -> Array4<f32> {
    let (mut dx, w) = (poison(case.x), w.as_slice().unwrap());
    conv::backward_input(dy.view(), w, case.win, act, dx.view_mut(), &mut Scratch::default());
    dx
}

/// Starting from `dw`, since the kernel adds.
fn backward_weight(
    x: &Array4<f32>,
    dy: &Array4<f32>,
    case: &Case,
    mut dw: Array4<f32>,
) -> Array4<f32> {
    let sum = dw.as_slice_mut().unwrap();
    conv::backward_weight(x.view(), dy.view(), case.win, sum, &mut Scratch::default());
    dw
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forward_is_the_sum_over_the_window(case in cases()) {
        let (x, w) = (normal(case.x, 0), normal(case.weights(), 1));
        let want = naive::forward(&x, &w, case.win);
        assert_close(&forward(&x, &w, &case, Act::Identity), want.iter().copied(), TOLERANCE);
        let rectified = want.iter().map(|y| y.max(0.0));
        assert_close(&forward(&x, &w, &case, Act::Relu), rectified, TOLERANCE);
    }

    #[test]
    fn backward_input_is_the_sum_over_the_windows_that_saw_a_pixel(case in cases()) {
        let (dy, w) = (normal(case.y, 0), normal(case.weights(), 1));
        let want = naive::backward_input(&dy, &w, case.win, case.x);
        assert_close(&backward_input(&dy, &w, &case, Act::Identity), want.iter().copied(), TOLERANCE);
        let squashed = want.iter().map(|dx| dx.tanh());
        assert_close(&backward_input(&dy, &w, &case, Act::Tanh), squashed, TOLERANCE);
    }

    #[test]
    fn backward_weight_is_the_sum_over_windows_and_adds(case in cases()) {
        let (x, dy, before) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let sums = naive::backward_weight(&x, &dy, case.win);
        let want = sums.iter().zip(&before).map(|(sum, &before)| sum + f64::from(before));
        assert_close(&backward_weight(&x, &dy, &case, before.clone()), want, 10.0 * TOLERANCE);
    }

    /// ⟨conv(x; w), y⟩ = ⟨x, backward_input(y; w)⟩ = ⟨w, backward_weight(x, y)⟩.
    #[test]
    fn the_three_passes_are_adjoint(case in cases()) {
        let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let a = dot(&forward(&x, &w, &case, Act::Identity), &y);
        let b = dot(&x, &backward_input(&y, &w, &case, Act::Identity));
        let c = dot(&w, &backward_weight(&x, &y, &case, Array4::zeros(case.weights())));
        let scale = dot(&y, &y).sqrt() * dot(&x, &x).sqrt() * dot(&w, &w).sqrt();
        prop_assert!((a - b).abs() < 1e-5 * scale, "{a} in y, {b} in x");
        prop_assert!((a - c).abs() < 1e-5 * scale, "{a} in y, {c} in w");
    }
}

/// The layers of the default networks, whose batches are cut into several groups.
#[test]
fn the_default_layers_agree_with_the_oracle() {
    let halve = Window { kernel: 4, stride: 2, pad: 1 };
    let point = Window { kernel: 4, stride: 1, pad: 0 };
    for (side, c_in, c_out, win) in [
        (64, 3, 32, halve),
        (16, 8, 16, halve),
        (8, 32, 8, halve),
        (4, 64, 1, point),
        (4, 16, 100, point),
    ] {
        let n = if side == 64 { 3 } else { 37 };
        let case =
            Case { x: (n, side, side, c_in), y: (n, win.down(side), win.down(side), c_out), win };
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let zero = Array4::zeros(case.weights());
        assert_close(&forward(&x, &w, &case, Act::Identity), naive::forward(&x, &w, win), 5e-5);
        let dx = naive::backward_input(&dy, &w, win, case.x);
        assert_close(&backward_input(&dy, &w, &case, Act::Identity), dx, 5e-5);
        let dw = naive::backward_weight(&x, &dy, win);
        assert_close(&backward_weight(&x, &dy, &case, zero), dw, 2e-4);
    }
}

/// A picture's result must not depend on its neighbours or on its place in the batch: a seed names
/// a picture.
#[test]
fn a_picture_does_not_depend_on_its_batch() {
    for (side, c_in, c_out) in [(8, 24, 40), (16, 64, 3), (4, 300, 65)] {
        let win = Window { kernel: 4, stride: 2, pad: 1 };
        let case = |n| Case { x: (n, side, side, c_in), y: (n, side / 2, side / 2, c_out), win };
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
