mod case;
mod gradients;
mod layers;
mod smallest;

use proptest::prelude::*;

use self::case::{
    Case, FULL, HALVE, backends, backward_input, backward_weight, by_every_kernel, forward,
};
use super::{assert_close, dot, normal};
use crate::{Activation, Window, naive};

/// Any geometry, and in equal shares those of the specialised kernels.
fn cases() -> impl Strategy<Value = Case> {
    prop_oneof![any_cases(), halving_cases(), full_window_cases()]
}

/// Whole tiles of 4 × 4 outputs, except for one size that they do not divide.
fn halving_cases() -> impl Strategy<Value = Case> {
    let sides = [(8, 8), (8, 16), (12, 8), (16, 8), (16, 16), (16, 16), (16, 24), (24, 8), (32, 8)];
    let sizes = (1usize..=5, prop::sample::select(sides.to_vec()), 1usize..=40, 1usize..=140);
    (sizes, prop::sample::select(backends())).prop_map(|((n, (h, w), c_in, c_out), backend)| {
        Case::new((n, h, w, c_in), c_out, HALVE, backend)
    })
}

fn any_cases() -> impl Strategy<Value = Case> {
    let window = (1usize..=5, 1usize..=3)
        .prop_flat_map(|(kernel, stride)| (Just(kernel), Just(stride), 0..kernel));
    let sizes = (1usize..=5, 1usize..=12, 1usize..=12, 1usize..=9, 1usize..=40);
    (window, sizes, prop::sample::select(backends())).prop_map(
        |((kernel, stride, pad), (n, h, w, c_in, c_out), backend)| {
            let win = Window { kernel, stride, pad };
            let (h, w) = (h.max(kernel), w.max(kernel));
            Case::new((n, h, w, c_in), c_out, win, backend)
        },
    )
}

fn full_window_cases() -> impl Strategy<Value = Case> {
    let sizes = (1usize..=20, 1usize..=5, 1usize..=20, 1usize..=140);
    (sizes, prop::sample::select(backends())).prop_map(|((n, kernel, c_in, c_out), backend)| {
        let win = Window { kernel, stride: 1, pad: 0 };
        Case::new((n, kernel, kernel, c_in), c_out, win, backend)
    })
}

/// Every kernel with every instruction set, few enough for an emulated processor. In one or another the
/// micro-kernel has blocks of every width and the most rows, and a remainder of both.
#[test]
fn small_cases_of_every_kernel_are_the_naive_sums() {
    for (x, c_out, win) in [
        ((14, 8, 8, 17), 76, HALVE),
        ((14, 4, 4, 3), 72, FULL),
        ((14, 4, 4, 2), 69, FULL),
        ((3, 6, 10, 3), 47, HALVE),
    ] {
        for case in by_every_kernel(x, c_out, win) {
            let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
            let [in_y, in_x, in_w] = case.tolerances();
            let identity = Activation::Identity;
            assert_close(&forward(&x, &w, &case, identity), naive::forward(&x, &w, win), in_y);
            let dx = naive::backward_input(&y, &w, win, case.x);
            assert_close(&backward_input(&y, &w, &case, identity), dx, in_x);
            let dw = naive::backward_weight(&x, &y, win);
            assert_close(&backward_weight(&x, &y, &case), dw, in_w);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 450, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forward_is_the_sum_over_the_window(case in cases()) {
        let (x, w) = (normal(case.x, 0), normal(case.weights(), 1));
        let want = naive::forward(&x, &w, case.win);
        assert_close(&forward(&x, &w, &case, Activation::Identity), want.iter().copied(), case.tolerances()[0]);
        let rectified = want.iter().map(|y| y.max(0.0));
        assert_close(&forward(&x, &w, &case, Activation::Relu), rectified, case.tolerances()[0]);
    }

    #[test]
    fn backward_input_is_the_sum_over_the_windows_that_saw_a_pixel(case in cases()) {
        let (dy, w) = (normal(case.y, 0), normal(case.weights(), 1));
        let want = naive::backward_input(&dy, &w, case.win, case.x);
        assert_close(&backward_input(&dy, &w, &case, Activation::Identity), want.iter().copied(), case.tolerances()[1]);
        let squashed = want.iter().map(|dx| dx.tanh());
        assert_close(&backward_input(&dy, &w, &case, Activation::Tanh), squashed, case.tolerances()[1]);
    }

    #[test]
    fn backward_weight_is_the_sum_over_windows(case in cases()) {
        let (x, dy) = (normal(case.x, 0), normal(case.y, 1));
        let want = naive::backward_weight(&x, &dy, case.win);
        assert_close(&backward_weight(&x, &dy, &case), want, case.tolerances()[2]);
    }

    /// ⟨conv(x; w), y⟩ = ⟨x, backward_input(y; w)⟩ = ⟨w, backward_weight(x, y)⟩.
    #[test]
    fn the_three_passes_are_adjoint(case in cases()) {
        let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let a = dot(&forward(&x, &w, &case, Activation::Identity), &y);
        let b = dot(&x, &backward_input(&y, &w, &case, Activation::Identity));
        let c = dot(&w, &backward_weight(&x, &y, &case));
        let scale = dot(&y, &y).sqrt() * dot(&x, &x).sqrt() * dot(&w, &w).sqrt();
        prop_assert!((a - b).abs() < 1e-5 * scale, "{a} in y, {b} in x");
        prop_assert!((a - c).abs() < 1e-5 * scale, "{a} in y, {c} in w");
    }
}
