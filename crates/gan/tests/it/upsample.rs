//! Nearest-neighbour upsampling and a convolution of 3 × 3, as a transposed convolution with constrained kernels.

use dcgan_gan::{Config, State, Trainer, Upsample, generator};
use dcgan_layers::{ConvTranspose2d, Network, Params};
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::{Context, Window};

const CONFIG: Config = Config {
    image_size: 16,
    channels: 3,
    nz: 6,
    ngf: 4,
    ndf: 4,
    batch_size: 6,
    ema: 0.9,
    lr: 1e-2,
    upsample: Upsample::Nearest,
    ..Config::DEFAULT
};

fn trained(steps: usize) -> State {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    for step in 0..steps {
        let mut real = trainer.real();
        fill_normal(&mut stream(4, Purpose::Noise, step as u64), real.as_slice_mut().unwrap());
        trainer.step();
    }
    trainer.state().clone()
}

/// The weights (4, 4, c_out, c_in) of the layers that double the size, with c_out · c_in.
fn doubling(theta: &Params) -> impl Iterator<Item = (&[f32], [usize; 2])> {
    let weights = theta.iter().filter(|(entry, _)| entry.spec.shape.len() == 4).skip(1);
    weights.map(|(entry, floats)| (floats, [entry.spec.shape[2], entry.spec.shape[3]]))
}

/// The taps of one direction of 3 × 3 whose convolution with a box of two are these four, which is checked.
fn three(four: [f64; 4]) -> [f64; 3] {
    let three = [four[0], four[1] - four[0], four[3]];
    let error = three[1] + three[2] - four[2];
    assert!(error.abs() < 1e-6, "{four:?} is nothing convolved with a box");
    three
}

/// The kernel of 3 × 3 for one pair of channels.
fn kernel(weight: &[f32], pairs: usize, pair: usize) -> [[f64; 3]; 3] {
    let tap = |ky: usize, kx: usize| f64::from(weight[(4 * ky + kx) * pairs + pair]);
    let columns = [0, 1, 2, 3].map(|kx| three([0, 1, 2, 3].map(|ky| tap(ky, kx))));
    [0, 1, 2].map(|ky| three(columns.map(|column| column[ky])))
}

#[test]
fn kernels_of_a_trained_generator_are_3_by_3_convolved_with_a_box() {
    let state = trained(5);
    let free = State::new(Config { upsample: Upsample::Transposed, ..CONFIG }).unwrap();
    assert!(state.generator.theta != free.generator.theta);
    for theta in [&state.generator.theta, state.average.as_ref().unwrap()] {
        assert_eq!(doubling(theta).count(), 2);
        for (weight, [c_out, c_in]) in doubling(theta) {
            (0..c_out * c_in).for_each(|pair| {
                kernel(weight, c_out * c_in, pair);
            });
        }
    }
}

#[test]
fn such_a_layer_interpolates_and_then_convolves() {
    let state = trained(2);
    let side = 5;
    for (weight, [c_out, c_in]) in doubling(&state.generator.theta) {
        let window = Window { kernel: 4, stride: 2, pad: 1 };
        let net =
            Network::new([side, side, c_in]).push("up", ConvTranspose2d::new(c_in, c_out, window));
        let mut theta = net.init(&mut || 0.0);
        theta.as_mut_slice().copy_from_slice(weight);
        let mut activations = net.activations(1);
        let mut x = activations.input_mut();
        fill_normal(&mut stream(4, Purpose::Noise, 99), x.as_slice_mut().unwrap());
        let x = x.to_owned();
        net.forward(&theta, &mut net.init_buffers(), &mut activations, &mut Context::default());
        for ((_, oy, ox, o), &got) in activations.output().indexed_iter() {
            let mut want = 0.0;
            for c in 0..c_in {
                let kernel = kernel(weight, c_out * c_in, o * c_in + c);
                for (ky, row) in kernel.iter().enumerate() {
                    for (kx, w) in row.iter().enumerate() {
                        // A convolution of 3 × 3 over an image of twice the size, padded by one. Its kernel is
                        // turned, as that of every transposed convolution.
                        let (iy, ix) = (oy + 1, ox + 1);
                        if (ky..2 * side + ky).contains(&iy) && (kx..2 * side + kx).contains(&ix) {
                            let pixel = x[[0, (iy - ky) / 2, (ix - kx) / 2, c]];
                            want += w * f64::from(pixel);
                        }
                    }
                }
            }
            assert!((f64::from(got) - want).abs() < 1e-6, "{got}, not {want}");
        }
    }
}

#[test]
fn a_flat_feature_map_gives_a_flat_image() {
    let state = trained(3);
    let flatness = |theta: &Params| {
        let (weight, [c_out, c_in]) = doubling(theta).last().unwrap();
        let phase = |py: usize, px: usize, pair: usize| -> f64 {
            let taps = [(py, px), (py + 2, px), (py, px + 2), (py + 2, px + 2)];
            let tap = |(ky, kx)| f64::from(weight[(4 * ky + kx) * c_out * c_in + pair]);
            taps.into_iter().map(tap).sum()
        };
        let differences = (0..c_out * c_in).map(|pair| {
            let phases = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(py, px)| phase(py, px, pair));
            phases.iter().map(|p| (p - phases[0]).abs()).sum::<f64>()
        });
        differences.fold(0.0, f64::max)
    };
    assert!(flatness(&state.generator.theta) < 1e-6);
    let free = State::new(Config { upsample: Upsample::Transposed, ..CONFIG }).unwrap();
    assert!(flatness(&free.generator.theta) > 1e-3);
    assert_eq!(generator(&CONFIG).spec(), generator(&free.config).spec());
}
