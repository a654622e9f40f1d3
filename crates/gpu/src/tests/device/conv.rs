//! The passes of convolutions against the oracle in index notation and double precision.

use dcgan_tensor::{Activation, Window, naive};
use ndarray::Array4;

use super::support::{array, assert_near, gpu, nan, noise, run};
use crate::floats::Floats;
use crate::kernels::conv::{Conv, Epilogue};
use crate::recorder::Recorder;
use crate::{Gpu, GpuError};

const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };
const PROJECT: Window = Window { kernel: 4, stride: 1, pad: 0 };
const SAME: Window = Window { kernel: 3, stride: 1, pad: 1 };
const THIRDS: Window = Window { kernel: 5, stride: 3, pad: 2 };

/// Rounding in single precision of sums of up to some thousand terms.
const TOLERANCE: f64 = 2e-6;

/// (n, h, w, c_in, c_out)
type Sizes = (usize, usize, usize, usize, usize);

/// Sizes and window: layers of G and D, every width of tile, sums in one split and in many, odd
/// sizes, and windows that leave pixels unread.
const CASES: [(Sizes, Window); 14] = [
    ((2, 16, 16, 3, 8), HALVE),
    ((6, 8, 8, 8, 16), HALVE),
    ((5, 4, 4, 16, 1), PROJECT),
    ((3, 4, 4, 256, 1), PROJECT),
    ((3, 4, 4, 40, 10), PROJECT),
    ((64, 4, 4, 64, 100), PROJECT),
    ((1, 7, 5, 5, 3), HALVE),
    ((3, 9, 6, 33, 4), HALVE),
    ((2, 6, 6, 35, 67), HALVE),
    ((1, 8, 8, 130, 36), HALVE),
    ((2, 5, 7, 6, 9), SAME),
    ((2, 10, 8, 4, 7), THIRDS),
    ((1, 2, 2, 1, 1), HALVE),
    ((16, 32, 32, 3, 2), HALVE),
];

struct Case {
    conv: Conv,
    /// (n, h, w, c_in), (n, h_out, w_out, c_out) and the weight.
    x: Array4<f32>,
    dy: Array4<f32>,
    weight: Array4<f32>,
    /// θ: something else, then the weight, then biases for each side.
    theta: Vec<f32>,
}

/// Where the weight starts.
const WEIGHT: usize = 5;

impl Case {
    fn new(((n, h, w, c_in, c_out), window): (Sizes, Window)) -> Self {
        let conv = Conv { window, n, h, w, c_in, c_out, weight: WEIGHT };
        let images = |seed, dims: (usize, usize, usize, usize)| {
            Array4::from_shape_vec(dims, noise(seed, dims.0 * dims.1 * dims.2 * dims.3)).unwrap()
        };
        let (h_out, w_out) = (window.conv_size(h), window.conv_size(w));
        let weight = images(2, (window.kernel, window.kernel, c_in, c_out));
        let mut theta = vec![1e3; WEIGHT];
        theta.extend(&weight);
        theta.extend(noise(3, c_in.max(c_out)));
        let (x, dy) = (images(0, (n, h, w, c_in)), images(1, (n, h_out, w_out, c_out)));
        Self { conv, x, dy, weight, theta }
    }

    fn bias(&self) -> usize {
        WEIGHT + self.weight.len()
    }

    /// What a pass writes to an array of `len` NaNs.
    fn pass(
        &self,
        gpu: &Gpu,
        len: usize,
        pass: impl FnOnce(&mut Recorder, [&Floats; 3], &Floats) -> Result<(), GpuError>,
    ) -> Vec<f32> {
        let [result] = run(gpu, |to| {
            let x = array(to, self.x.as_slice().unwrap());
            let dy = array(to, self.dy.as_slice().unwrap());
            let theta = array(to, &self.theta);
            let result = nan(to, len);
            pass(to, [&x, &dy, &theta], &result)?;
            Ok([result])
        });
        result
    }

    fn forward(&self, gpu: &Gpu, epilogue: Epilogue) -> Vec<f32> {
        self.pass(gpu, self.dy.len(), |to, [x, _, theta], y| {
            self.conv.forward(to, (x, theta), epilogue, y)
        })
    }

    fn backward_input(&self, gpu: &Gpu, epilogue: Epilogue) -> Vec<f32> {
        self.pass(gpu, self.x.len(), |to, [_, dy, theta], dx| {
            self.conv.backward_input(to, (dy, theta), epilogue, dx)
        })
    }

    /// In an array like θ.
    fn backward_weight(&self, gpu: &Gpu) -> Vec<f32> {
        self.pass(gpu, self.theta.len(), |to, [x, dy, _], dtheta| {
            self.conv.backward_weight(to, (x, dy), dtheta)
        })
    }
}

#[test]
fn forward_is_that_of_the_oracle() {
    let gpu = gpu();
    for sizes in CASES {
        let case = Case::new(sizes);
        let want = naive::forward(&case.x, &case.weight, case.conv.window);
        let got = case.forward(&gpu, Epilogue::NONE);
        assert_near(&format!("{sizes:?}"), &got, want.as_slice().unwrap(), TOLERANCE);
    }
}

#[test]
fn backward_input_is_that_of_the_oracle() {
    let gpu = gpu();
    for sizes in CASES {
        let case = Case::new(sizes);
        let Case { conv, x, dy, weight, .. } = &case;
        let want = naive::backward_input(dy, weight, conv.window, x.dim());
        let got = case.backward_input(&gpu, Epilogue::NONE);
        assert_near(&format!("{sizes:?}"), &got, want.as_slice().unwrap(), TOLERANCE);
    }
}

#[test]
fn backward_weight_is_that_of_the_oracle_and_nothing_else_is_written() {
    let gpu = gpu();
    for sizes in CASES {
        let case = Case::new(sizes);
        let want = naive::backward_weight(&case.x, &case.dy, case.conv.window);
        let got = case.backward_weight(&gpu);
        let (before, rest) = got.split_at(WEIGHT);
        let (weight, after) = rest.split_at(want.len());
        assert_near(&format!("{sizes:?}"), weight, want.as_slice().unwrap(), TOLERANCE);
        assert!(before.iter().chain(after).all(|v| v.is_nan()), "{sizes:?}");
    }
}

/// Once in a single split, where the kernel applies them, and once where the partial sums are added.
#[test]
fn bias_and_activation_are_applied_last() {
    let gpu = gpu();
    for (sizes, activation) in [
        (CASES[0], Activation::LeakyRelu(0.2)),
        (CASES[13], Activation::Relu),
        (CASES[4], Activation::Tanh),
        (CASES[9], Activation::Identity),
    ] {
        let case = Case::new(sizes);
        let epilogue = Epilogue { bias: Some(case.bias()), activation, gradient_at: None };
        let bias = &case.theta[case.bias()..];
        let finished = |(i, sum): (usize, &f64), channels: usize| {
            let x = sum + f64::from(bias[i % channels]);
            match activation {
                Activation::Identity => x,
                Activation::Relu => x.max(0.0),
                Activation::LeakyRelu(slope) => x.max(f64::from(slope) * x),
                Activation::Tanh => x.tanh(),
            }
        };
        let Conv { window, c_in, c_out, .. } = case.conv;
        let y = naive::forward(&case.x, &case.weight, window);
        let want: Vec<f64> = y.iter().enumerate().map(|sum| finished(sum, c_out)).collect();
        assert_near(&format!("{sizes:?}"), &case.forward(&gpu, epilogue), &want, 1e-5);
        if window == PROJECT {
            continue;
        }
        let dx = naive::backward_input(&case.dy, &case.weight, window, case.x.dim());
        let want: Vec<f64> = dx.iter().enumerate().map(|sum| finished(sum, c_in)).collect();
        assert_near(&format!("{sizes:?}"), &case.backward_input(&gpu, epilogue), &want, 1e-5);
    }
}

/// In a single split, in several, and for a transposed convolution.
#[test]
fn a_gradient_goes_on_through_the_activation_before_it() {
    let gpu = gpu();
    for (sizes, activation) in [
        (CASES[0], Activation::LeakyRelu(0.2)),
        (CASES[13], Activation::Relu),
        (CASES[9], Activation::Tanh),
    ] {
        let case = Case::new(sizes);
        let [y, x] = [&case.dy, &case.x].map(|images| images.mapv(f32::tanh));
        let through = |sums: Array4<f64>, y: &Array4<f32>| -> Vec<f64> {
            let mut factors = vec![1.0; y.len()];
            activation.backward(y.as_slice().unwrap(), &mut factors);
            sums.iter().zip(factors).map(|(sum, factor)| sum * f64::from(factor)).collect()
        };
        let want = through(naive::forward(&case.x, &case.weight, case.conv.window), &y);
        let got = case.pass(&gpu, case.dy.len(), |to, [x, _, theta], result| {
            let y = array(to, y.as_slice().unwrap());
            case.conv.forward(to, (x, theta), Epilogue::through(activation, &y), result)
        });
        assert_near(&format!("{sizes:?}"), &got, &want, 1e-5);
        let sums = naive::backward_input(&case.dy, &case.weight, case.conv.window, case.x.dim());
        let want = through(sums, &x);
        let got = case.pass(&gpu, case.x.len(), |to, [_, dy, theta], result| {
            let x = array(to, x.as_slice().unwrap());
            let through = Epilogue::through(activation, &x);
            case.conv.backward_input(to, (dy, theta), through, result)
        });
        assert_near(&format!("{sizes:?}"), &got, &want, 1e-5);
    }
}

/// ⟨A·x, dy⟩ = ⟨x, Aᵀ·dy⟩ = ⟨w, dw⟩.
#[test]
fn the_passes_are_adjoint() {
    let gpu = gpu();
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    for sizes in [CASES[1], CASES[5], CASES[8], CASES[11]] {
        let case = Case::new(sizes);
        let (y, dx) =
            (case.forward(&gpu, Epilogue::NONE), case.backward_input(&gpu, Epilogue::NONE));
        let dw = case.backward_weight(&gpu);
        let forward = dot(&y, case.dy.as_slice().unwrap());
        let scale = dot(&y, &y).sqrt() * dot(&dx, &dx).sqrt();
        let weight = case.weight.as_slice().unwrap();
        for other in
            [dot(case.x.as_slice().unwrap(), &dx), dot(weight, &dw[WEIGHT..][..weight.len()])]
        {
            assert!((forward - other).abs() < 1e-5 * scale, "{sizes:?}: {forward}, {other}");
        }
    }
}
