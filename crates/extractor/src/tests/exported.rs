//! The networks that this workspace exports, executed by the runtime for extractors.

use dcgan_gan::interop::{Pixels, export_discriminator_onnx, export_generator_onnx};
use dcgan_gan::{Config, DNorm, Fingerprint, Generator, State, Upsample, latent};
use rten::{Model, ModelOptions, Value};
use rten_tensor::prelude::*;

fn state(channels: usize, d_norm: DNorm, upsample: Upsample) -> State {
    let sizes = Config { image_size: 32, channels, nz: 5, ngf: 4, ndf: 4, ..Config::default() };
    State::new(Config { d_norm, upsample, ..sizes }).unwrap()
}

fn load(bytes: Vec<u8>) -> Model {
    ModelOptions::with_all_ops().load(bytes).unwrap()
}

fn run(model: &Model, shape: [usize; 4], floats: &[f32]) -> Value {
    let input = Value::from_shape(shape, floats.to_vec()).unwrap();
    model.run_one(input.into(), None).unwrap()
}

/// The runtime knows nothing of our kernels, nor of how they fold batch norm. It has no cast to bytes.
#[test]
fn a_generator_gives_the_same_images_at_any_batch() {
    for (channels, upsample) in
        [(1, Upsample::Transposed), (3, Upsample::Nearest), (4, Upsample::Transposed)]
    {
        let weights = state(channels, DNorm::Batch, upsample).shown();
        let model = load(export_generator_onnx(&weights, Pixels::Floats));
        let mut generator = Generator::from_weights(&weights);
        for n in [1, 3] {
            let z = latent::from_seeds(0..n as u64, 5);
            let ours = generator.generate(&z);
            let theirs = run(&model, [n, 5, 1, 1], &z).into_tensor::<f32>().unwrap();
            assert_eq!(theirs.shape(), [n, channels, 32, 32]);
            let planes = ours.view().permuted_axes([0, 3, 1, 2]);
            for (theirs, ours) in theirs.to_vec().iter().zip(planes.iter()) {
                assert!((theirs - ours).abs() < 1e-5, "{theirs} for {ours}");
            }
        }
    }
}

/// Of D there is no inference here to compare with: `check_onnx.py` compares it with arithmetic in NumPy.
#[test]
fn every_kind_of_discriminator_gives_a_logit_for_each_image() {
    for d_norm in [DNorm::Batch, DNorm::None, DNorm::Spectral] {
        let state = state(3, d_norm, Upsample::Nearest);
        let model = load(export_discriminator_onnx(&state, Fingerprint::hash(["a model"])));
        let images: Vec<f32> =
            (0..2 * 3 * 32 * 32).map(|i| (i % 255) as f32 / 127.5 - 1.0).collect();
        let both = run(&model, [2, 3, 32, 32], &images).into_tensor::<f32>().unwrap();
        assert_eq!(both.shape(), [2, 1]);
        let second = run(&model, [1, 3, 32, 32], &images[3 * 32 * 32..]);
        let second = second.into_tensor::<f32>().unwrap().to_vec()[0];
        assert!((both.to_vec()[1] - second).abs() < 1e-5);
        assert!(both.to_vec().iter().all(|logit| logit.is_finite() && *logit != 0.0));
    }
}
