use dcgan_tensor::{Accum, Activation, Context, Dims, Input, Output, Window};
use ndarray::{Array4, s};

use super::{init_buffers, normal, poison};
use crate::{
    BatchNorm2d, Conv2d, ConvTranspose2d, GradBuffers, Layer, LayerSpec, Network, OutputGrad,
    ParamSpec, Params,
};

const DOWNSAMPLE: Window = Window { kernel: 4, stride: 2, pad: 1 };

fn network() -> Network {
    Network::new([8, 8, 3])
        .push("conv1", Conv2d::new(3, 4, DOWNSAMPLE).activation(Activation::LeakyRelu(0.2)))
        .push("conv2", Conv2d::new(4, 6, DOWNSAMPLE))
        .push("norm2", BatchNorm2d::new(6).activation(Activation::LeakyRelu(0.2)))
}

/// Parameters that differ from one another.
fn theta(network: &Network) -> Params {
    let mut draws = super::normals(10_000, 3).into_iter();
    network.init(&mut || draws.next().unwrap())
}

#[test]
fn parameters_lie_in_order_under_their_names() {
    let network = network();
    let theta = theta(&network);
    let names: Vec<&str> = theta.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["conv1.weight", "conv2.weight", "norm2.weight", "norm2.bias"]);
    assert_eq!(theta.entries()[1].spec.shape, [4, 4, 4, 6]);
    assert_eq!(theta.len(), 4 * 4 * 3 * 4 + 4 * 4 * 4 * 6 + 6 + 6);
    assert_eq!(theta.iter().map(|(_, floats)| floats.len()).sum::<usize>(), theta.len());

    let running = network.init_buffers();
    let names: Vec<&str> = running.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["norm2.running_mean", "norm2.running_var"]);
    assert_eq!(running.as_slice(), [[0.0; 6], [1.0; 6]].concat());
}

#[test]
fn two_forward_passes_live_at_once() {
    let network = network();
    let (theta, ctx) = (theta(&network), &mut Context::default());
    let buffers = &mut network.init_buffers();
    let (mut a, mut b) = (network.activations(3), network.activations(3));
    a.input_mut().assign(&normal((3, 8, 8, 3), 0));
    b.input_mut().assign(&normal((3, 8, 8, 3), 1));
    network.forward(&theta, buffers, &mut a, ctx);
    let alone = a.output().to_owned();
    network.forward(&theta, buffers, &mut b, ctx);
    assert_eq!(a.output(), alone);
    assert_ne!(b.output(), alone);
}

/// Where a layer wants per-image statistics of its input, the layer before provides them.
#[test]
fn every_layer_provides_the_image_statistics_that_the_next_one_wants() {
    let point = Window { kernel: 8, stride: 1, pad: 0 };
    let layers: [(Dims, Box<dyn Layer>); 3] = [
        ((5, 8, 8, 3), Box::new(Conv2d::new(3, 4, DOWNSAMPLE))),
        (
            (5, 1, 1, 3),
            Box::new(ConvTranspose2d::new(3, 4, point).bias().activation(Activation::Tanh)),
        ),
        ((5, 2, 3, 4), Box::new(BatchNorm2d::new(4).activation(Activation::Relu))),
    ];
    for (dims, layer) in layers {
        let theta: usize = layer.params().iter().map(ParamSpec::len).sum();
        let (theta, x) = (super::normals(theta, 0), normal(dims, 1));
        let mut y = poison(layer.output(dims));
        let (mut moments, mut extra) =
            (vec![f32::NAN; 5 * 2 * 4], vec![f32::NAN; layer.extra_len()]);
        let buffers = &mut init_buffers(&*layer);
        let to = Output { images: y.view_mut(), image_stats: Some(&mut moments) };
        layer.forward(&theta, buffers, x.view().into(), to, &mut extra, &mut Context::default());
        for (moments, y) in moments.chunks(8).zip(y.outer_iter()) {
            for c in 0..4 {
                let channel = y.slice(s![.., .., c]).mapv(f64::from);
                let mean = channel.mean().unwrap();
                let spread = channel.mapv(|y| (y - mean).powi(2)).sum();
                assert!((f64::from(moments[c]) - mean).abs() < 1e-4, "{mean}");
                assert!((f64::from(moments[4 + c]) - spread).abs() < 1e-4 * (1.0 + spread));
            }
        }
    }
}

/// A layer that is given statistics of its input does not compute them.
#[test]
fn batch_norm_uses_the_image_statistics_that_it_is_given() {
    let (layer, x) = (BatchNorm2d::new(2), normal((2, 4, 4, 2), 0));
    let forward = |moments| {
        let (mut y, mut extra) = (poison(x.dim()), vec![f32::NAN; 4]);
        let x = Input { images: x.view(), image_stats: moments };
        let theta = [1.0, 1.0, 0.0, 0.0];
        let y = y.view_mut().into();
        let buffers = &mut init_buffers(&layer);
        layer.forward(&theta, buffers, x, y, &mut extra, &mut Context::default());
        extra
    };
    // Two images of 16 pixels, with means 1 and 3, and sums of squares around these of 16 and 48.
    let given = [[1.0, 1.0, 16.0, 16.0], [3.0, 3.0, 48.0, 48.0]].concat();
    assert_eq!(forward(Some(&given)), [2.0, 2.0, 3.0, 3.0]);
    assert_ne!(forward(None), [2.0, 2.0, 3.0, 3.0]);
}

/// The gradient of an output, in buffers.
fn filled<'a>(grads: &'a mut GradBuffers, dy: &Array4<f32>) -> OutputGrad<'a> {
    let mut doutput = grads.output_grad(dy.dim());
    doutput.view_mut().assign(dy);
    doutput
}

/// A pass of several parts equals as many separate passes: the same outputs, buffers and gradients in
/// the input, bit for bit, and the same sum of gradients in θ.
#[test]
fn the_parts_of_a_pass_are_independent() {
    let network = network();
    let (theta, ctx) = (theta(&network), &mut Context::default());
    let mut together = network.activations_of_parts(2, 5);
    let (mut tracked, mut running) = (network.init_buffers(), network.init_buffers());
    let dy = |part: u64| normal((5, 2, 2, 6), 10 + part);
    for part in 0..2 {
        together.part_input_mut(part).assign(&normal((5, 8, 8, 3), part as u64));
    }
    network.forward(&theta, &mut tracked, &mut together, ctx);
    let [first, second] = [0, 1].map(|part| {
        let mut alone = network.activations(5);
        alone.input_mut().assign(&normal((5, 8, 8, 3), part as u64));
        network.forward(&theta, &mut running, &mut alone, ctx);
        assert_eq!(together.part_output(part), alone.output());

        let (mut grads, mut other) = (GradBuffers::new([&alone]), GradBuffers::new([&together]));
        let dy = dy(part as u64);
        let doutput = filled(&mut grads, &dy);
        let dx = network.backward_input(&theta, &alone, 0, doutput, ctx);
        let doutput = filled(&mut other, &dy);
        let same = network.backward_input(&theta, &together, part, doutput, ctx);
        assert_eq!(same.view(), dx.view());
        let (doutput, mut dtheta) = (filled(&mut grads, &dy), theta.zeros_like());
        let to = (Accum::Overwrite, &mut dtheta);
        network.backward_params(&theta, &alone, doutput, to, ctx);
        dtheta
    });
    assert_eq!(tracked.as_slice(), running.as_slice());

    let both = ndarray::concatenate![ndarray::Axis(0), dy(0), dy(1)];
    let (mut grads, mut dtheta) = (GradBuffers::new([&together]), theta.zeros_like());
    let doutput = filled(&mut grads, &both);
    network.backward_params(&theta, &together, doutput, (Accum::Overwrite, &mut dtheta), ctx);
    let sums = first.as_slice().iter().zip(second.as_slice()).map(|(first, second)| first + second);
    for (together, sum) in dtheta.as_slice().iter().zip(sums) {
        assert!((together - sum).abs() < 1e-4, "{together} and {sum}");
    }
}

#[test]
#[should_panic = "no room for the gradient in an output of (5, 99, 2, 6)"]
fn a_gradient_larger_than_every_activation_is_refused() {
    GradBuffers::new([&network().activations(5)]).output_grad((5, 99, 2, 6));
}

#[test]
#[should_panic = "an output and its gradient differ in shape"]
fn the_gradient_of_another_output_is_refused() {
    let (network, ctx) = (network(), &mut Context::default());
    let (theta, activations) = (theta(&network), network.activations(5));
    let mut grads = GradBuffers::new([&activations]);
    let doutput = grads.output_grad((5, 2, 2, 5));
    network.backward_input(&theta, &activations, 0, doutput, ctx);
}

#[test]
fn after_many_batches_inference_agrees_with_training() {
    let network = network();
    let (theta, ctx) = (theta(&network), &mut Context::default());
    let mut buffers = network.init_buffers();
    let mut activations = network.activations(16);
    activations.input_mut().assign(&normal((16, 8, 8, 3), 0));
    for _ in 0..200 {
        network.forward(&theta, &mut buffers, &mut activations, ctx);
    }
    let gamma_beta = &theta.as_slice()[theta.entries()[2].range.start..];
    let line = BatchNorm2d::new(6).scale_shift(gamma_beta, buffers.as_slice());
    let mut inference = activations.layer_output(1).to_owned();
    for (c, (scale, shift)) in line.into_iter().enumerate() {
        let leaky = |x: f32| if x > 0.0 { x } else { 0.2 * x };
        inference.slice_mut(s![.., .., .., c]).mapv_inplace(|x| leaky(scale * x + shift));
    }
    // The running variance is the unbiased one, larger by 64/63.
    let error = (&activations.output() - &inference).iter().map(|d| d.abs()).fold(0.0, f32::max);
    assert!(error < 3e-2, "off by {error}");
}

/// An engine that builds its networks from the description must get every size.
#[test]
fn a_network_describes_itself() {
    let spec = network().spec();
    assert_eq!(spec.input, [8, 8, 3]);
    let activation = Activation::LeakyRelu(0.2);
    assert_eq!(
        spec.layers[0],
        (
            "conv1".to_owned(),
            LayerSpec::Conv2d {
                c_in: 3,
                c_out: 4,
                window: DOWNSAMPLE,
                bias: false,
                spectral_norm: false,
                activation
            }
        )
    );
    let norm = LayerSpec::BatchNorm2d { c: 6, eps: 1e-5, momentum: 0.1, activation };
    assert_eq!(spec.layers[2], ("norm2".to_owned(), norm));
    let transposed = ConvTranspose2d::new(5, 3, DOWNSAMPLE).bias().activation(Activation::Tanh);
    let activation = Activation::Tanh;
    assert_eq!(
        transposed.spec(),
        LayerSpec::ConvTranspose2d {
            c_in: 5,
            c_out: 3,
            window: DOWNSAMPLE,
            bias: true,
            activation
        }
    );
}
