//! Every layer's backward against central differences of its forward, along random directions.

use dcgan_tensor::{Accum, Activation, Context, Dims, Window};
use ndarray::Array4;

use super::{backward, dot, init_buffers, normal, normals, poison};
use crate::{BatchNorm2d, Conv2d, ConvTranspose2d, Grads, Layer, Saved};

/// Half the step of a central difference: large compared with f32 rounding, small compared with the
/// curvature.
const H: f32 = 1e-3;

/// A layer, a point at which to differentiate it, and a gradient of its output.
struct Check<'a> {
    layer: &'a dyn Layer,
    theta: Vec<f32>,
    x: Array4<f32>,
    dy: Array4<f32>,
}

impl<'a> Check<'a> {
    fn new(layer: &'a dyn Layer, dims: Dims) -> Self {
        let len = layer.params().iter().map(|spec| spec.len()).sum();
        let dy = normal(layer.output(dims), 2);
        Self { layer, theta: normals(len, 0), x: normal(dims, 1), dy }
    }

    fn forward(&self, theta: &[f32], x: &Array4<f32>) -> (Array4<f32>, Vec<f32>) {
        let mut y = poison(self.dy.dim());
        let mut extra = vec![f32::NAN; self.layer.extra_len()];
        let (ctx, buffers) = (&mut Context::default(), &mut init_buffers(self.layer));
        let (x, to) = (x.view().into(), y.view_mut().into());
        self.layer.forward(theta, buffers, x, to, &mut extra, ctx);
        (y, extra)
    }

    /// L(θ, x) = ⟨dy, f(θ, x)⟩, whose gradient in y is dy.
    fn loss(&self, theta: &[f32], x: &Array4<f32>) -> f64 {
        dot(&self.forward(theta, x).0, &self.dy)
    }

    fn gradients(&self) -> (Vec<f32>, Array4<f32>) {
        let (y, extra) = self.forward(&self.theta, &self.x);
        let mut dtheta = vec![f32::NAN; self.theta.len()];
        let saved = Saved { x: self.x.view(), y: y.view(), extra: &extra };
        let dx = backward(self.layer, &self.theta, saved, &self.dy, Some(&mut dtheta));
        (dtheta, dx)
    }

    /// Compares ⟨gradient, u⟩ with the difference along u, for random u in θ and in x.
    fn run(&self, tolerance: f64) {
        let (dtheta, dx) = self.gradients();
        for i in 10..14 {
            let u = normals(self.theta.len(), i);
            let at = |h: f32| -> Vec<f32> {
                self.theta.iter().zip(&u).map(|(theta, u)| theta + h * u).collect()
            };
            let slope =
                (self.loss(&at(H), &self.x) - self.loss(&at(-H), &self.x)) / (2.0 * f64::from(H));
            assert_slope(slope, dot(&dtheta, &u), dot(&dtheta, &dtheta).sqrt(), tolerance, "θ");

            let u = normal(self.x.dim(), 100 + i);
            let at = |h: f32| &self.x + &(&u * h);
            let slope = (self.loss(&self.theta, &at(H)) - self.loss(&self.theta, &at(-H)))
                / (2.0 * f64::from(H));
            assert_slope(slope, dot(&dx, &u), dot(&dx, &dx).sqrt(), tolerance, "x");
        }
    }
}

#[track_caller]
fn assert_slope(slope: f64, got: f64, norm: f64, tolerance: f64, of: &str) {
    assert!((slope - got).abs() <= tolerance * norm, "in {of}: {got} for a slope of {slope}");
}

/// Curvature and f32 rounding at H; both shrink or grow with it.
const SMOOTH: f64 = 1e-3;

/// As above, and some values cross the kink of the activation between the two points.
const KINKED: f64 = 4e-2;

const WINDOWS: [Window; 4] = [
    Window { kernel: 4, stride: 2, pad: 1 },
    Window { kernel: 4, stride: 1, pad: 0 },
    Window { kernel: 3, stride: 1, pad: 1 },
    Window { kernel: 5, stride: 3, pad: 2 },
];

#[test]
fn conv2d() {
    for window in WINDOWS {
        let layer = || Conv2d::new(3, 5, window);
        Check::new(&layer(), (3, 8, 7, 3)).run(SMOOTH);
        Check::new(&layer().activation(Activation::LeakyRelu(0.2)), (3, 8, 7, 3)).run(KINKED);
    }
}

#[test]
fn conv_transpose2d() {
    for window in WINDOWS {
        let layer = || ConvTranspose2d::new(5, 3, window);
        Check::new(&layer(), (3, 4, 5, 5)).run(SMOOTH);
        Check::new(&layer().activation(Activation::Relu), (3, 4, 5, 5)).run(KINKED);
        Check::new(&layer().bias(), (3, 4, 5, 5)).run(SMOOTH);
    }
    // Small weights keep tanh out of saturation.
    let layer = ConvTranspose2d::new(2, 3, WINDOWS[0]).activation(Activation::Tanh);
    let mut check = Check::new(&layer, (2, 4, 4, 2));
    check.theta.iter_mut().for_each(|w| *w *= 0.2);
    check.run(SMOOTH);
}

#[test]
fn batch_norm2d() {
    Check::new(&BatchNorm2d::new(6), (4, 5, 3, 6)).run(SMOOTH);
    Check::new(&BatchNorm2d::new(6).activation(Activation::LeakyRelu(0.2)), (4, 5, 3, 6))
        .run(KINKED);
    Check::new(&BatchNorm2d::new(6).activation(Activation::Relu), (4, 5, 3, 6)).run(KINKED);
}

/// Gradients that are not wanted are not written, and the others do not depend on that. Where they are
/// accumulated, they are added to what is there.
#[test]
fn each_gradient_alone_is_the_same() {
    let layers: [(&dyn Layer, Dims); 3] = [
        (&Conv2d::new(3, 5, WINDOWS[0]).activation(Activation::Relu), (2, 8, 8, 3)),
        (&ConvTranspose2d::new(3, 5, WINDOWS[0]).activation(Activation::Tanh), (2, 4, 4, 3)),
        (&BatchNorm2d::new(3).activation(Activation::Relu), (2, 4, 4, 3)),
    ];
    for (layer, dims) in layers {
        let check = Check::new(layer, dims);
        let (dtheta, dx) = check.gradients();
        let (y, extra) = check.forward(&check.theta, &check.x);
        let saved = Saved { x: check.x.view(), y: y.view(), extra: &extra };
        assert_eq!(backward(layer, &check.theta, saved, &check.dy, None), dx);

        let (mut alone, mut dy) = (vec![f32::NAN; dtheta.len()], check.dy.clone());
        let to = Grads { theta: Some(&mut alone), accum: Accum::Overwrite, x: None };
        layer.backward(&check.theta, saved, dy.view_mut(), to, &mut Context::default());
        assert_eq!(alone, dtheta);

        let (before, mut dy) = (normals(dtheta.len(), 7), check.dy.clone());
        let mut sum = before.clone();
        let to = Grads { theta: Some(&mut sum), accum: Accum::Add, x: None };
        layer.backward(&check.theta, saved, dy.view_mut(), to, &mut Context::default());
        for ((sum, before), d) in sum.iter().zip(&before).zip(&dtheta) {
            assert!(
                (sum - (before + d)).abs() <= 1e-4 * (1.0 + d.abs()),
                "{sum} for {before} + {d}"
            );
        }
    }
}
