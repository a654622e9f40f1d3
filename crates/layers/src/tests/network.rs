use dcgan_tensor::{Activation, Context, Dims, Input, Output, Window};
use ndarray::s;

use super::{normal, poison};
use crate::{BatchNorm2d, Conv2d, ConvTranspose2d, Layer, Network, Params, Spec, WayBack};

const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };

fn network() -> Network {
    Network::new([8, 8, 3])
        .push("conv1", Conv2d::new(3, 4, HALVE).act(Activation::LeakyRelu(0.2)))
        .push("conv2", Conv2d::new(4, 6, HALVE))
        .push("norm2", BatchNorm2d::new(6).act(Activation::LeakyRelu(0.2)))
}

/// Draws that differ.
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

    let running = network.init_running();
    let names: Vec<&str> = running.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["norm2.running_mean", "norm2.running_var"]);
    assert_eq!(running.as_slice(), [[0.0; 6], [1.0; 6]].concat());
}

#[test]
fn two_passes_live_at_once_and_forward_changes_neither_theta_nor_statistics() {
    let network = network();
    let (theta, scratch) = (theta(&network), &mut Context::default());
    let (mut a, mut b) = (network.pass(3), network.pass(3));
    a.input().assign(&normal((3, 8, 8, 3), 0));
    b.input().assign(&normal((3, 8, 8, 3), 1));
    network.forward(&theta, &mut a, scratch);
    let alone = a.output().to_owned();
    network.forward(&theta, &mut b, scratch);
    assert_eq!(a.output(), alone);
    assert_ne!(b.output(), alone);
}

/// Where a layer asks for the moments of its input, whatever is before it leaves them.
#[test]
fn every_layer_leaves_the_moments_that_the_next_one_asks_for() {
    let point = Window { kernel: 8, stride: 1, pad: 0 };
    let layers: [(Dims, Box<dyn Layer>); 3] = [
        ((5, 8, 8, 3), Box::new(Conv2d::new(3, 4, HALVE))),
        ((5, 1, 1, 3), Box::new(ConvTranspose2d::new(3, 4, point).bias().act(Activation::Tanh))),
        ((5, 2, 3, 4), Box::new(BatchNorm2d::new(4).act(Activation::Relu))),
    ];
    for (dims, layer) in layers {
        let theta: usize = layer.params().iter().map(Spec::len).sum();
        let (theta, x) = (super::normals(theta, 0), normal(dims, 1));
        let mut y = poison(layer.output(dims));
        let (mut moments, mut saved) = (vec![f32::NAN; 5 * 2 * 4], vec![f32::NAN; layer.saved()]);
        let to = Output { images: y.view_mut(), image_stats: Some(&mut moments) };
        layer.forward(&theta, x.view().into(), to, &mut saved, &mut Context::default());
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

/// A layer that is told the moments of its input does not look for them.
#[test]
fn a_normalisation_takes_the_moments_that_it_is_given() {
    let (layer, x) = (BatchNorm2d::new(2), normal((2, 4, 4, 2), 0));
    let forward = |moments| {
        let (mut y, mut saved) = (poison(x.dim()), vec![f32::NAN; 4]);
        let x = Input { images: x.view(), image_stats: moments };
        let theta = [1.0, 1.0, 0.0, 0.0];
        let y = y.view_mut().into();
        layer.forward(&theta, x, y, &mut saved, &mut Context::default());
        saved
    };
    // Two pictures of 16 pixels, with means 1 and 3, and spreads around these of 16 and 48.
    let told = [[1.0, 1.0, 16.0, 16.0], [3.0, 3.0, 48.0, 48.0]].concat();
    assert_eq!(forward(Some(&told)), [2.0, 2.0, 3.0, 3.0]);
    assert_ne!(forward(None), [2.0, 2.0, 3.0, 3.0]);
}

/// A run of several parts is as many runs: the same outputs, statistics and gradients of the input, bit
/// for bit, and the same sum of their gradients of θ.
#[test]
fn the_parts_of_a_run_know_nothing_of_each_other() {
    let network = network();
    let (theta, scratch) = (theta(&network), &mut Context::default());
    let mut together = network.pass_of(2, 5);
    let (mut tracked, mut running) = (network.init_running(), network.init_running());
    let dy = |part: u64| normal((5, 2, 2, 6), 10 + part);
    for part in 0..2 {
        together.input_of(part).assign(&normal((5, 8, 8, 3), part as u64));
    }
    network.forward(&theta, &mut together, scratch);
    network.track(&together, &mut tracked);
    let [first, second] = [0, 1].map(|part| {
        let mut alone = network.pass(5);
        alone.input().assign(&normal((5, 8, 8, 3), part as u64));
        network.forward(&theta, &mut alone, scratch);
        network.track(&alone, &mut running);
        assert_eq!(together.output_of(part), alone.output());

        let (mut back, mut other) = (WayBack::through([&alone]), WayBack::through([&together]));
        alone.head(&mut back).1.assign(&dy(part as u64));
        together.head_of(part, &mut other).1.assign(&dy(part as u64));
        let dx = network.backward_input(&theta, &alone, 0, &mut back, scratch);
        let same = network.backward_input(&theta, &together, part, &mut other, scratch);
        assert_eq!(same, dx);
        alone.head(&mut back).1.assign(&dy(part as u64));
        let mut dtheta = theta.zeros_like();
        network.backward_params(&theta, &alone, &mut back, &mut dtheta, scratch);
        dtheta
    });
    assert_eq!(tracked.as_slice(), running.as_slice());

    let both = ndarray::concatenate![ndarray::Axis(0), dy(0), dy(1)];
    let (mut back, mut dtheta) = (WayBack::through([&together]), theta.zeros_like());
    together.head(&mut back).1.assign(&both);
    network.backward_params(&theta, &together, &mut back, &mut dtheta, scratch);
    let sums = first.as_slice().iter().zip(second.as_slice()).map(|(first, second)| first + second);
    for (together, sum) in dtheta.as_slice().iter().zip(sums) {
        assert!((together - sum).abs() < 1e-4, "{together} and {sum}");
    }
}

#[test]
fn after_many_batches_inference_agrees_with_training() {
    let network = network();
    let (theta, scratch) = (theta(&network), &mut Context::default());
    let mut running = network.init_running();
    let mut pass = network.pass(16);
    pass.input().assign(&normal((16, 8, 8, 3), 0));
    for _ in 0..200 {
        network.forward(&theta, &mut pass, scratch);
        network.track(&pass, &mut running);
    }
    let trained = pass.output().to_owned();
    network.infer(&theta, &running, &mut pass, scratch);
    // The running variance is the unbiased one, larger by 64/63.
    let error = (&pass.output() - &trained).iter().map(|d| d.abs()).fold(0.0, f32::max);
    assert!(error < 3e-2, "off by {error}");
}
