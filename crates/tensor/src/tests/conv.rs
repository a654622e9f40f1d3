use ndarray::Array4;
use proptest::prelude::*;

use super::{assert_close, dot, normal, poison};
use crate::method::Way;
use crate::simd::Level;
use crate::{
    Act, Algorithm, Dims, Epilogue, Input, Method, Output, Scratch, Window, conv, naive, norm,
    winograd,
};

/// How far a sum of so many products of size 1 may be from the same in double precision: rounding
/// errors grow like a random walk. Minimal filtering adds before it multiplies, and rounds there too;
/// the more so the more points it takes.
fn tolerance(terms: usize, case: &Case) -> f64 {
    let step = match case.method.algorithm.way(case.x, case.y.3, case.win) {
        Way::Winograd if winograd::is_four(case.x) => 6e-6,
        Way::Winograd => 4e-6,
        Way::Im2col | Way::Direct | Way::Point => 2e-6,
    };
    step * (terms.max(16) as f64).sqrt()
}

/// A convolution from x to y, with window and weights that fit, and a way to compute it.
#[derive(Clone, Debug)]
struct Case {
    x: Dims,
    y: Dims,
    win: Window,
    method: Method,
}

impl Case {
    fn new(x: Dims, c_out: usize, win: Window, method: Method) -> Self {
        Self { x, y: (x.0, win.down(x.1), win.down(x.2), c_out), win, method }
    }

    fn weights(&self) -> Dims {
        (self.win.kernel, self.win.kernel, self.x.3, self.y.3)
    }

    /// For y, dx and dw.
    fn tolerances(&self) -> [f64; 3] {
        let taps = self.win.taps();
        let terms = [taps * self.x.3, taps * self.y.3, self.y.0 * self.y.1 * self.y.2];
        terms.map(|terms| tolerance(terms, self))
    }

    fn scratch(&self) -> Scratch {
        Scratch::with(self.method)
    }
}

const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };

/// Every way to compute on this processor.
fn methods() -> Vec<Method> {
    let levels = [Level::Avx512, Level::Avx2, Level::Portable].into_iter().filter(|l| l.is_here());
    let ours = levels.flat_map(|level| {
        [Algorithm::Winograd, Algorithm::Auto].map(|algorithm| Method { algorithm, level })
    });
    let im2col = Method { algorithm: Algorithm::Im2col, level: Level::detect() };
    ours.chain([im2col]).collect()
}

/// Any geometry, and of those that every way can do as many.
fn cases() -> impl Strategy<Value = Case> {
    prop_oneof![any_cases(), halving_cases()]
}

/// Tiles of 4 × 4 outputs need 16 × 16 pixels or as many.
fn halving_cases() -> impl Strategy<Value = Case> {
    let sides = [(4, 4), (4, 8), (8, 8), (12, 4), (12, 8), (16, 16), (16, 16), (16, 24), (32, 8)];
    let sizes = (1usize..=5, prop::sample::select(sides.to_vec()), 1usize..=40, 1usize..=140);
    (sizes, prop::sample::select(methods())).prop_map(|((n, (h, w), c_in, c_out), method)| {
        Case::new((n, h, w, c_in), c_out, HALVE, method)
    })
}

fn any_cases() -> impl Strategy<Value = Case> {
    let window = (1usize..=5, 1usize..=3)
        .prop_flat_map(|(kernel, stride)| (Just(kernel), Just(stride), 0..kernel));
    let sizes = (1usize..=5, 1usize..=12, 1usize..=12, 1usize..=9, 1usize..=40);
    (window, sizes, prop::sample::select(methods())).prop_map(
        |((kernel, stride, pad), (n, h, w, c_in, c_out), method)| {
            let win = Window { kernel, stride, pad };
            let (h, w) = (h.max(kernel), w.max(kernel));
            Case::new((n, h, w, c_in), c_out, win, method)
        },
    )
}

fn forward(x: &Array4<f32>, w: &Array4<f32>, case: &Case, act: Act) -> Array4<f32> {
    let (mut y, w) = (poison(case.y), w.as_slice().unwrap());
    conv::forward(x.view(), w, case.win, act, y.view_mut(), &mut case.scratch());
    y
}

fn backward_input(dy: &Array4<f32>, w: &Array4<f32>, case: &Case, act: Act) -> Array4<f32> {
    let (mut dx, w) = (poison(case.x), w.as_slice().unwrap());
    conv::backward_input(dy.view(), w, case.win, act, dx.view_mut(), &mut case.scratch());
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
    conv::backward_weight(x.view(), dy.view(), case.win, sum, &mut case.scratch());
    dw
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forward_is_the_sum_over_the_window(case in cases()) {
        let (x, w) = (normal(case.x, 0), normal(case.weights(), 1));
        let want = naive::forward(&x, &w, case.win);
        assert_close(&forward(&x, &w, &case, Act::Identity), want.iter().copied(), case.tolerances()[0]);
        let rectified = want.iter().map(|y| y.max(0.0));
        assert_close(&forward(&x, &w, &case, Act::Relu), rectified, case.tolerances()[0]);
    }

    #[test]
    fn backward_input_is_the_sum_over_the_windows_that_saw_a_pixel(case in cases()) {
        let (dy, w) = (normal(case.y, 0), normal(case.weights(), 1));
        let want = naive::backward_input(&dy, &w, case.win, case.x);
        assert_close(&backward_input(&dy, &w, &case, Act::Identity), want.iter().copied(), case.tolerances()[1]);
        let squashed = want.iter().map(|dx| dx.tanh());
        assert_close(&backward_input(&dy, &w, &case, Act::Tanh), squashed, case.tolerances()[1]);
    }

    #[test]
    fn backward_weight_is_the_sum_over_windows_and_adds(case in cases()) {
        let (x, dy, before) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let sums = naive::backward_weight(&x, &dy, case.win);
        let want = sums.iter().zip(&before).map(|(sum, &before)| sum + f64::from(before));
        assert_close(&backward_weight(&x, &dy, &case, before.clone()), want, case.tolerances()[2]);
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

/// Layers like those of the default networks, whose batches are cut into several groups.
#[test]
fn the_default_layers_agree_with_the_oracle() {
    let point = Window { kernel: 4, stride: 1, pad: 0 };
    let layers = [
        (64, 3, 32, HALVE),
        (16, 8, 16, HALVE),
        (16, 16, 64, HALVE),
        (8, 32, 8, HALVE),
        (8, 24, 130, HALVE),
        (4, 64, 1, point),
        (4, 16, 100, point),
    ];
    for ((side, c_in, c_out, win), method) in
        layers.into_iter().flat_map(|layer| methods().into_iter().map(move |m| (layer, m)))
    {
        let n = if side == 64 { 3 } else { 37 };
        let case = Case::new((n, side, side, c_in), c_out, win, method);
        let (x, dy, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        let zero = Array4::zeros(case.weights());
        assert_close(
            &forward(&x, &w, &case, Act::Identity),
            naive::forward(&x, &w, win),
            case.tolerances()[0],
        );
        let dx = naive::backward_input(&dy, &w, win, case.x);
        assert_close(&backward_input(&dy, &w, &case, Act::Identity), dx, case.tolerances()[1]);
        let dw = naive::backward_weight(&x, &dy, win);
        assert_close(&backward_weight(&x, &dy, &case, zero), dw, case.tolerances()[2]);
    }
}

/// Weights that no longer lie in a cache when they are transformed, and more tiles than are worked on at
/// a time. Columns, which the oracle has seen, are quicker than it.
#[test]
fn a_wide_layer_of_many_pictures_agrees_with_columns() {
    for (c_in, c_out) in [(72, 130), (130, 72)] {
        let case = |method| Case::new((250, 8, 8, c_in), c_out, HALVE, method);
        let columns = case(Method { algorithm: Algorithm::Im2col, level: Level::detect() });
        let (x, dy) = (normal(columns.x, 0), normal(columns.y, 1));
        let w = normal(columns.weights(), 2);
        let wide = |a: Array4<f32>| a.into_iter().map(f64::from);
        let results = |case: &Case| {
            let dw = backward_weight(&x, &dy, case, Array4::zeros(case.weights()));
            [forward(&x, &w, case, Act::Identity), backward_input(&dy, &w, case, Act::Identity), dw]
        };
        let want = results(&columns);
        for case in methods().into_iter().map(case) {
            for (i, got) in results(&case).iter().enumerate() {
                assert_close(got, wide(want[i].clone()), 2.0 * case.tolerances()[i]);
            }
        }
    }
}

/// Whichever way a batch was made, the moments gathered meanwhile are those of its pictures.
#[test]
fn an_output_is_left_with_the_moments_that_are_asked_for() {
    let point = Window { kernel: 4, stride: 1, pad: 0 };
    let layers = [
        (16, 3, 20, HALVE),
        (16, 16, 24, HALVE),
        (8, 72, 130, HALVE),
        (4, 20, 30, point),
        (9, 5, 7, HALVE),
    ];
    for ((side, c_in, c_out, win), method) in
        layers.into_iter().flat_map(|layer| methods().into_iter().map(move |m| (layer, m)))
    {
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

fn batch_moments(pictures: &Array4<f32>, moments: Option<&[f32]>) -> (Vec<f32>, Vec<f32>) {
    let c = pictures.dim().3;
    let (mut mean, mut var) = (vec![f32::NAN; c], vec![f32::NAN; c]);
    let x = Input { pictures: pictures.view(), moments };
    norm::moments(x, &mut mean, &mut var, &mut Scratch::default());
    (mean, var)
}

/// A bias is added to each channel, before the activation, whichever way the output was made.
#[test]
fn an_epilogue_adds_its_bias_and_activates() {
    let point = Window { kernel: 4, stride: 1, pad: 0 };
    let layers = [
        (16, 3, 20, HALVE),
        (16, 16, 24, HALVE),
        (8, 70, 40, HALVE),
        (4, 20, 30, point),
        (9, 5, 7, HALVE),
    ];
    for ((side, c_in, c_out, win), method) in
        layers.into_iter().flat_map(|layer| methods().into_iter().map(move |m| (layer, m)))
    {
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
    for ((side, c_in, c_out), method) in
        layers.into_iter().flat_map(|layer| methods().into_iter().map(move |m| (layer, m)))
    {
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
