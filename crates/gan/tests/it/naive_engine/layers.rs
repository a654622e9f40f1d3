//! Layers in index notation and double precision, built from their descriptions alone.

use dcgan_layers::{LayerSpec, NetworkSpec};
use dcgan_tensor::{Activation, Dims, Window};

/// A batch of activations: (n, h, w, c), row-major.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) dims: Dims,
    pub(crate) data: Vec<f64>,
}

impl Tensor {
    pub(crate) fn zeros(dims: Dims) -> Self {
        Self { dims, data: vec![0.0; dims.0 * dims.1 * dims.2 * dims.3] }
    }
}

/// How statistics of a normalisation are obtained.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// From the batch; running statistics move towards them.
    Train,
    /// Running statistics.
    Infer,
}

/// One layer of a forward pass.
pub(crate) struct Step {
    spec: LayerSpec,
    x: Tensor,
    y: Tensor,
    /// Of a normalisation: x̂, and √(var + ε) of each channel.
    normalised: Option<(Tensor, Vec<f64>)>,
    /// Where its parameters start.
    theta: usize,
}

/// Numbers of parameters and of buffers of a layer.
fn sizes(spec: &LayerSpec) -> (usize, usize) {
    match *spec {
        LayerSpec::Conv2d { c_in, c_out, window, bias, spectral_norm, .. } => {
            let u = if spectral_norm { c_out } else { 0 };
            (window.taps() * c_in * c_out + if bias { c_out } else { 0 }, u)
        }
        LayerSpec::ConvTranspose2d { c_in, c_out, window, bias, .. } => {
            (window.taps() * c_in * c_out + if bias { c_out } else { 0 }, 0)
        }
        LayerSpec::BatchNorm2d { c, .. } => (2 * c, 2 * c),
    }
}

/// Every (x, y, w) of y\[n, oy, ox, o\] = Σ x\[n, iy, ix, c\] · w\[ky, kx, c, o\], as flat indices.
fn for_each_term(x: Dims, y: Dims, win: Window, mut visit: impl FnMut(usize, usize, usize)) {
    let (n, h, w, c_in) = x;
    let (_, h_out, w_out, c_out) = y;
    for (n, oy, ox) in ndarray::indices((n, h_out, w_out)) {
        for (ky, kx) in ndarray::indices((win.kernel, win.kernel)) {
            let (iy, ix) = (oy * win.stride + ky, ox * win.stride + kx);
            if iy < win.pad || ix < win.pad || iy >= h + win.pad || ix >= w + win.pad {
                continue;
            }
            let from = ((n * h + iy - win.pad) * w + ix - win.pad) * c_in;
            let to = ((n * h_out + oy) * w_out + ox) * c_out;
            let tap = (ky * win.kernel + kx) * c_in * c_out;
            for c in 0..c_in {
                for o in 0..c_out {
                    visit(from + c, to + o, tap + c * c_out + o);
                }
            }
        }
    }
}

fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Identity => x,
        Activation::Relu => x.max(0.0),
        Activation::LeakyRelu(slope) => {
            if x > 0.0 {
                x
            } else {
                f64::from(slope) * x
            }
        }
        Activation::Tanh => x.tanh(),
    }
}

/// The derivative, from the output.
fn slope(activation: Activation, y: f64) -> f64 {
    match activation {
        Activation::Identity => 1.0,
        Activation::Relu => {
            if y > 0.0 {
                1.0
            } else {
                0.0
            }
        }
        Activation::LeakyRelu(slope) => {
            if y > 0.0 {
                1.0
            } else {
                f64::from(slope)
            }
        }
        Activation::Tanh => 1.0 - y * y,
    }
}

fn activation(spec: &LayerSpec) -> Activation {
    match *spec {
        LayerSpec::Conv2d { activation, .. }
        | LayerSpec::ConvTranspose2d { activation, .. }
        | LayerSpec::BatchNorm2d { activation, .. } => activation,
    }
}

/// All layers of a network from `x` on.
pub(crate) fn forward(
    network: &NetworkSpec,
    theta: &[f32],
    buffers: &mut [f32],
    x: Tensor,
    mode: Mode,
) -> Vec<Step> {
    let (mut steps, mut x, mut at, mut buffer) = (Vec::new(), x, 0, 0);
    for (_, spec) in &network.layers {
        let (parameters, stats) = sizes(spec);
        let own = &theta[at..at + parameters];
        let (mut y, normalised) = match *spec {
            LayerSpec::Conv2d { c_out, window, bias, .. } => {
                let (n, h, w, _) = x.dims;
                let mut y = Tensor::zeros((n, window.conv_size(h), window.conv_size(w), c_out));
                for_each_term(x.dims, y.dims, window, |from, to, tap| {
                    y.data[to] += x.data[from] * f64::from(own[tap]);
                });
                if bias {
                    add_bias(&mut y, &own[parameters - c_out..]);
                }
                (y, None)
            }
            LayerSpec::ConvTranspose2d { c_out, window, bias, .. } => {
                let (n, h, w, _) = x.dims;
                let mut y = Tensor::zeros((
                    n,
                    window.conv_transpose_size(h),
                    window.conv_transpose_size(w),
                    c_out,
                ));
                for_each_term(y.dims, x.dims, window, |to, from, tap| {
                    y.data[to] += x.data[from] * f64::from(own[tap]);
                });
                if bias {
                    add_bias(&mut y, &own[parameters - c_out..]);
                }
                (y, None)
            }
            LayerSpec::BatchNorm2d { .. } => {
                let buffers = &mut buffers[buffer..buffer + stats];
                let (y, normalised) = batch_norm(spec, own, buffers, &x, mode);
                (y, Some(normalised))
            }
        };
        let activation = activation(spec);
        y.data.iter_mut().for_each(|y| *y = activate(activation, *y));
        steps.push(Step { spec: *spec, x, y: y.clone(), normalised, theta: at });
        (x, at, buffer) = (y, at + parameters, buffer + stats);
    }
    steps
}

fn add_bias(y: &mut Tensor, bias: &[f32]) {
    y.data.iter_mut().zip(bias.iter().cycle()).for_each(|(y, b)| *y += f64::from(*b));
}

fn batch_norm(
    spec: &LayerSpec,
    theta: &[f32],
    buffers: &mut [f32],
    x: &Tensor,
    mode: Mode,
) -> (Tensor, (Tensor, Vec<f64>)) {
    let LayerSpec::BatchNorm2d { c, eps, momentum, .. } = *spec else { unreachable!() };
    let (running_mean, running_var) = buffers.split_at_mut(c);
    let (mut normalised, mut deviation) = (Tensor::zeros(x.dims), vec![0.0; c]);
    let mut y = Tensor::zeros(x.dims);
    let m = (x.data.len() / c) as f64;
    for channel in 0..c {
        let values = || x.data.iter().skip(channel).step_by(c);
        let (mean, var) = match mode {
            Mode::Train => {
                let mean = values().sum::<f64>() / m;
                let var = values().map(|x| (x - mean).powi(2)).sum::<f64>() / m;
                let towards = |running: &mut f32, value: f64| {
                    *running += momentum * (value as f32 - *running);
                };
                towards(&mut running_mean[channel], mean);
                towards(&mut running_var[channel], var * m / (m - 1.0).max(1.0));
                (mean, var)
            }
            Mode::Infer => (f64::from(running_mean[channel]), f64::from(running_var[channel])),
        };
        deviation[channel] = (var + f64::from(eps)).sqrt();
        let (gamma, beta) = (f64::from(theta[channel]), f64::from(theta[c + channel]));
        for i in (channel..x.data.len()).step_by(c) {
            normalised.data[i] = (x.data[i] - mean) / deviation[channel];
            y.data[i] = gamma * normalised.data[i] + beta;
        }
    }
    (y, (normalised, deviation))
}

/// dL/dx, with dL/dθ added to `dtheta`, from dL/d(output).
pub(crate) fn backward(steps: &[Step], theta: &[f32], dtheta: &mut [f64], dy: Tensor) -> Tensor {
    let mut dy = dy;
    for step in steps.iter().rev() {
        let own = step.theta..step.theta + sizes(&step.spec).0;
        dy = backward_layer(step, &theta[own.clone()], &mut dtheta[own], dy);
    }
    dy
}

/// The same for one layer, with its own parameters.
fn backward_layer(step: &Step, theta: &[f32], dtheta: &mut [f64], dy: Tensor) -> Tensor {
    let dy = before_activation(step, dy);
    let mut dx = Tensor::zeros(step.x.dims);
    match step.spec {
        LayerSpec::Conv2d { c_out, window, bias, .. } => {
            for_each_term(dx.dims, dy.dims, window, |x, y, tap| {
                dx.data[x] += dy.data[y] * f64::from(theta[tap]);
                dtheta[tap] += step.x.data[x] * dy.data[y];
            });
            let weights = dtheta.len() - if bias { c_out } else { 0 };
            for (i, dy) in dy.data.iter().enumerate().filter(|_| bias) {
                dtheta[weights + i % c_out] += dy;
            }
        }
        LayerSpec::ConvTranspose2d { window, bias, .. } => {
            assert!(!bias, "only the folded generator has a bias, and it is not trained");
            for_each_term(dy.dims, dx.dims, window, |y, x, tap| {
                dx.data[x] += dy.data[y] * f64::from(theta[tap]);
                dtheta[tap] += step.x.data[x] * dy.data[y];
            });
        }
        LayerSpec::BatchNorm2d { c, .. } => {
            batch_norm_backward(c, step, theta, dtheta, &dy, &mut dx)
        }
    }
    dx
}

/// dy ⊙ f′ of the layer's activation f.
fn before_activation(step: &Step, mut dy: Tensor) -> Tensor {
    for (dy, y) in dy.data.iter_mut().zip(&step.y.data) {
        *dy *= slope(activation(&step.spec), *y);
    }
    dy
}

/// Adds w·∂/∂θ Σ ½‖∇D(xₙ)‖², for a D without normalisation: ∇D is sent forward again through the linearised layers,
/// and meets the backward pass at each weight.
pub(crate) fn penalty(steps: &[Step], theta: &[f32], dtheta: &mut [f64], weight: f64) {
    let mut dy = Tensor::zeros(output(steps).dims);
    dy.data.fill(1.0);
    let mut grads = Vec::new();
    for step in steps.iter().rev() {
        let own = step.theta..step.theta + sizes(&step.spec).0;
        grads.push(before_activation(step, dy.clone()));
        dy = backward_layer(step, &theta[own.clone()], &mut vec![0.0; own.len()], dy);
    }
    let mut t = dy;
    for (step, dy) in steps.iter().zip(grads.iter().rev()) {
        let LayerSpec::Conv2d { window, .. } = step.spec else { panic!("D has convolutions only") };
        let mut next = Tensor::zeros(step.y.dims);
        for_each_term(t.dims, next.dims, window, |x, y, tap| {
            next.data[y] += t.data[x] * f64::from(theta[step.theta + tap]);
            dtheta[step.theta + tap] += weight * t.data[x] * dy.data[y];
        });
        t = before_activation(step, next);
    }
}

fn batch_norm_backward(
    c: usize,
    step: &Step,
    theta: &[f32],
    dtheta: &mut [f64],
    dy: &Tensor,
    dx: &mut Tensor,
) {
    let (normalised, deviation) = step.normalised.as_ref().expect("a normalisation");
    let m = (dy.data.len() / c) as f64;
    for channel in 0..c {
        let all = || (channel..dy.data.len()).step_by(c);
        let sum: f64 = all().map(|i| dy.data[i]).sum();
        let sum_normalised: f64 = all().map(|i| dy.data[i] * normalised.data[i]).sum();
        dtheta[channel] += sum_normalised;
        dtheta[c + channel] += sum;
        let factor = f64::from(theta[channel]) / deviation[channel];
        for i in all() {
            dx.data[i] = factor * (dy.data[i] - sum / m - normalised.data[i] * sum_normalised / m);
        }
    }
}

/// The output of a forward pass.
pub(crate) fn output(steps: &[Step]) -> &Tensor {
    &steps.last().expect("a network has layers").y
}
