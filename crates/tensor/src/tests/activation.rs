use super::normal;
use crate::{Activation, Isa, activation};

#[test]
fn tanh_is_within_three_ulp_of_one() {
    for i in -400_000i32..=400_000 {
        let x = i as f32 * 3e-5;
        let mut y = [x];
        Activation::Tanh.apply(&mut y);
        let want = f64::from(x).tanh();
        let error = (f64::from(y[0]) - want).abs();
        assert!(error <= 3e-7 * want.abs().max(1e-3), "tanh {x} is {}, wanted {want}", y[0]);
    }
}

#[test]
fn tanh_of_the_extremes() {
    let mut y = [f32::NEG_INFINITY, -1e30, -0.0, 1e-30, 1e30, f32::INFINITY, f32::NAN];
    Activation::Tanh.apply(&mut y);
    assert_eq!(y[..6], [-1.0, -1.0, -0.0, 1e-30, 1.0, 1.0]);
    assert!(y[2].is_sign_negative() && y[6].is_nan());
}

#[test]
fn the_corners_are_torch_s() {
    let (mut relu, mut leaky) = ([-2.0, 0.0, 3.0], [-2.0, 0.0, 3.0]);
    Activation::Relu.apply(&mut relu);
    Activation::LeakyRelu(0.2).apply(&mut leaky);
    assert_eq!((relu, leaky), ([0.0, 0.0, 3.0], [-0.4, 0.0, 3.0]));

    let (mut d_relu, mut d_leaky) = ([1.0; 3], [1.0; 3]);
    Activation::Relu.backward(&relu, &mut d_relu);
    Activation::LeakyRelu(0.2).backward(&leaky, &mut d_leaky);
    assert_eq!((d_relu, d_leaky), ([0.0, 0.0, 1.0], [0.2, 0.2, 1.0]));
}

#[test]
fn backward_is_the_derivative() {
    let h = 1e-3f32;
    for act in
        [Activation::Identity, Activation::Relu, Activation::LeakyRelu(0.2), Activation::Tanh]
    {
        for x in [-1.7f32, -0.4, -0.01, 0.02, 0.5, 2.0] {
            let (mut low, mut high, mut y, mut dy) = ([x - h], [x + h], [x], [3.0]);
            for y in [&mut low, &mut high, &mut y] {
                act.apply(y);
            }
            act.backward(&y, &mut dy);
            let slope = (high[0] - low[0]) / (2.0 * h);
            assert!((dy[0] - 3.0 * slope).abs() < 2e-3, "{act:?} at {x}: {} for {slope}", dy[0]);
        }
    }
}

#[test]
fn in_parallel_as_alone() {
    let dims = (5, 33, 31, 7);
    let (y, dy) = (normal(dims, 0), normal(dims, 1));
    let (mut together, mut alone) = (dy.clone(), dy);
    activation::backward(Isa::detect(), Activation::Tanh, y.view(), together.view_mut());
    Activation::Tanh.backward(y.as_slice().unwrap(), alone.as_slice_mut().unwrap());
    assert_eq!(together, alone);
}
