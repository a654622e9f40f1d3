//! Layers against PyTorch, in double precision. `golden/make.py` wrote the numbers and says how.

use dcgan_tensor::{Activation, Context, Dims, Window};
use ndarray::{Array4, s};
use safetensors::{Dtype, SafeTensors};

use super::{backward, init_buffers, poison};
use crate::loss::bce_with_logits;
use crate::{BatchNorm2d, Conv2d, ConvTranspose2d, Layer, Saved};

/// Rounding of f32 sums of at most 125 products of size 1; torch's side has none to speak of.
const TOLERANCE: f64 = 1e-5;

struct Golden(SafeTensors<'static>);

impl Golden {
    fn load() -> Self {
        Self(SafeTensors::deserialize(include_bytes!("golden/layers.safetensors")).unwrap())
    }

    fn wide(&self, name: &str) -> Vec<f64> {
        let tensor = self.0.tensor(name).unwrap();
        assert_eq!(tensor.dtype(), Dtype::F64, "{name}");
        tensor.data().chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect()
    }

    fn floats(&self, name: &str) -> Vec<f32> {
        let tensor = self.0.tensor(name).unwrap();
        assert_eq!(tensor.dtype(), Dtype::F32, "{name}");
        tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }

    fn activations(&self, name: &str) -> Array4<f32> {
        let dims: Dims = match self.0.tensor(name).unwrap().shape() {
            &[n, h, w, c] => (n, h, w, c),
            other => panic!("{name} is {other:?}"),
        };
        Array4::from_shape_vec(dims, self.floats(name)).unwrap()
    }
}

#[track_caller]
fn assert_close<'a>(what: &str, got: impl IntoIterator<Item = &'a f32>, want: &[f64]) {
    let got: Vec<f64> = got.into_iter().map(|&v| f64::from(v)).collect();
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (got - want).abs();
        assert!(error <= TOLERANCE * (1.0 + want.abs()), "{what}[{i}] is {got}, wanted {want}");
    }
}

/// Runs a layer forward and backward; gives y, dx and dθ.
fn run(
    layer: &dyn Layer,
    theta: &[f32],
    x: &Array4<f32>,
    dy: &Array4<f32>,
) -> (Array4<f32>, Array4<f32>, Vec<f32>) {
    let ctx = &mut Context::default();
    let mut y = poison(dy.dim());
    let (mut extra, mut dtheta) = (vec![f32::NAN; layer.extra_len()], vec![f32::NAN; theta.len()]);
    let (input, output) = (x.view().into(), y.view_mut().into());
    layer.forward(theta, &mut init_buffers(layer), input, output, &mut extra, ctx);
    let saved = Saved { x: x.view(), y: y.view(), extra: &extra };
    let dx = backward(layer, theta, saved, dy, Some(&mut dtheta));
    (y, dx, dtheta)
}

fn check_convolution(golden: &Golden, key: &str, layer: &dyn Layer) {
    let of = |name: &str| format!("{key}.{name}");
    let (x, dy) = (golden.activations(&of("x")), golden.activations(&of("dy")));
    assert_eq!(layer.output(x.dim()), dy.dim(), "{key}");
    let (y, dx, dw) = run(layer, &golden.floats(&of("w")), &x, &dy);
    assert_close(&of("y"), &y, &golden.wide(&of("y")));
    assert_close(&of("dx"), &dx, &golden.wide(&of("dx")));
    assert_close(&of("dw"), &dw, &golden.wide(&of("dw")));
}

#[test]
fn convolutions_are_torch_s() {
    let golden = Golden::load();
    for (kernel, stride, pad) in [(4, 2, 1), (4, 1, 0), (3, 1, 1), (5, 3, 2)] {
        let window = Window { kernel, stride, pad };
        let key = |kind: &str, act: &str| format!("{kind}.{kernel}.{stride}.{pad}.{act}");
        let down = Conv2d::new(3, 5, window).activation(Activation::LeakyRelu(0.2));
        check_convolution(&golden, &key("conv", "leaky"), &down);
        for (name, act) in [("relu", Activation::Relu), ("tanh", Activation::Tanh)] {
            let up = ConvTranspose2d::new(3, 5, window).activation(act);
            check_convolution(&golden, &key("transpose", name), &up);
        }
    }
}

#[test]
fn batch_normalisation_is_torch_s() {
    let golden = Golden::load();
    let (x, dy) = (golden.activations("norm.x"), golden.activations("norm.dy"));
    let theta = [golden.floats("norm.gamma"), golden.floats("norm.beta")].concat();
    let layer = BatchNorm2d::new(6).activation(Activation::LeakyRelu(0.2));
    let (y, dx, dtheta) = run(&layer, &theta, &x, &dy);
    assert_close("y", &y, &golden.wide("norm.y"));
    assert_close("dx", &dx, &golden.wide("norm.dx"));
    assert_close("dγ", &dtheta[..6], &golden.wide("norm.dgamma"));
    assert_close("dβ", &dtheta[6..], &golden.wide("norm.dbeta"));
}

#[test]
fn running_statistics_are_torch_s() {
    let golden = Golden::load();
    let x = golden.activations("norm.x");
    let theta = [golden.floats("norm.gamma"), golden.floats("norm.beta")].concat();
    let mut buffers =
        [golden.floats("norm.running_mean"), golden.floats("norm.running_var")].concat();
    let ctx = &mut Context::default();
    let (mut y, mut extra) = (poison(x.dim()), vec![f32::NAN; 12]);

    let layer = BatchNorm2d::new(6).activation(Activation::Relu);
    for (c, (scale, shift)) in layer.scale_shift(&theta, &buffers).into_iter().enumerate() {
        let inference = x.slice(s![.., .., .., c]).mapv(|x| (scale * x + shift).max(0.0));
        y.slice_mut(s![.., .., .., c]).assign(&inference);
    }
    assert_close("inference", &y, &golden.wide("norm.infer"));

    let (input, output) = (x.view().into(), y.view_mut().into());
    layer.forward(&theta, &mut buffers, input, output, &mut extra, ctx);
    assert_close("mean", &buffers[..6], &golden.wide("norm.tracked_mean"));
    assert_close("variance", &buffers[6..], &golden.wide("norm.tracked_var"));
}

#[test]
fn cross_entropy_is_torch_s_even_far_out() {
    let golden = Golden::load();
    let logits = golden.floats("bce.logits");
    let logits = Array4::from_shape_vec((logits.len(), 1, 1, 1), logits).unwrap();
    for target in [0, 1] {
        let mut gradient = poison(logits.dim());
        let loss = bce_with_logits(logits.view(), gradient.view_mut(), target as f32);
        assert_close("loss", &[loss], &golden.wide(&format!("bce.{target}.loss")));
        assert_close("gradient", &gradient, &golden.wide(&format!("bce.{target}.gradient")));
    }
}
