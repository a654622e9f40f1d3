//! The generator that images are made with: averaged weights, with batch-norm statistics of their own.

use dcgan_gan::{
    Config, DNorm, Generator, GeneratorWeights, State, Trainer, checkpoint, generator, latent,
};
use dcgan_random::{Purpose, fill_normal, stream};
use dcgan_tensor::Context;
use ndarray::Array4;

const CONFIG: Config = Config {
    image_size: 32,
    channels: 3,
    nz: 10,
    ngf: 8,
    ndf: 8,
    batch_size: 16,
    lr: 2e-2,
    ema: 0.9,
    seed: 3,
    ..Config::DEFAULT
};

/// A run whose weights have moved so fast that its running statistics lag behind.
fn after(config: Config, steps: usize) -> State {
    let mut trainer = Trainer::new(config).unwrap();
    train(&mut trainer, steps);
    trainer.state().clone()
}

fn train(trainer: &mut Trainer, steps: usize) {
    for _ in 0..steps {
        let step = trainer.state().step;
        let mut real = trainer.real();
        let pixels = real.as_slice_mut().unwrap();
        fill_normal(&mut stream(9, Purpose::Noise, step), pixels);
        pixels.iter_mut().for_each(|v| *v = (*v / 4.0 + 0.4).tanh());
        trainer.step();
    }
}

/// The mean of each channel, in grey levels.
fn means(images: &Array4<f32>) -> Vec<f64> {
    let channels = images.dim().3;
    let mean = |c: usize| {
        let values = images.iter().skip(c).step_by(channels);
        values.map(|&v| f64::from(v)).sum::<f64>() / (images.len() / channels) as f64
    };
    (0..channels).map(|c| (mean(c) + 1.0) * 127.5).collect()
}

/// The images of G in training mode, normalised by their own batch.
fn in_training_mode(weights: &GeneratorWeights, z: &[f32]) -> Array4<f32> {
    let network = generator(&weights.config);
    let mut activations = network.activations(z.len() / weights.config.nz);
    activations.input_mut().as_slice_mut().unwrap().copy_from_slice(z);
    let mut buffers = network.init_buffers();
    network.forward(&weights.theta, &mut buffers, &mut activations, &mut Context::default());
    activations.output().to_owned()
}

/// How far the colours in inference mode are off those in training mode.
fn colour_error(weights: &GeneratorWeights) -> f64 {
    // Other latents than those of the statistics.
    let z = latent::from_seeds(10_000..11_000, weights.config.nz);
    let trained = means(&in_training_mode(weights, &z));
    let shown = means(&Generator::from_weights(weights).generate(&z));
    trained.iter().zip(&shown).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn colours_are_those_that_the_discriminator_saw() {
    let state = after(CONFIG, 24);
    let lagging = colour_error(&state.as_trained());
    assert!(lagging > 20.0, "running statistics are off by {lagging} levels only");
    for weights in [state.shown(), state.raw()] {
        let error = colour_error(&weights);
        assert!(error < 2.0, "off by {error} levels");
    }
}

#[test]
fn averaged_weights_are_shown_if_there_are_any() {
    let state = after(CONFIG, 10);
    assert!(state.shown().theta == *state.average.as_ref().unwrap());
    assert!(state.raw().theta == state.generator.theta && state.raw() != state.shown());
    let plain = after(Config { ema: 0.0, ..CONFIG }, 10);
    assert!(plain.average.is_none() && plain.shown() == plain.raw());
    assert!(plain.generator == state.generator, "an average changes no step");
}

#[test]
fn an_averaged_run_resumes_bit_for_bit() {
    let bytes = checkpoint::encode(&after(CONFIG, 3)).unwrap();
    let mut resumed = Trainer::resume(checkpoint::decode(&bytes).unwrap());
    train(&mut resumed, 3);
    let straight = after(CONFIG, 6);
    assert!(*resumed.state() == straight);

    let z = latent::from_seeds(0..3, CONFIG.nz);
    let mut loaded = Generator::from_checkpoint(&checkpoint::encode(&straight).unwrap()).unwrap();
    assert_eq!(loaded.generate(&z), Generator::new(&straight).generate(&z));
}

#[test]
fn statistics_are_saved_with_the_state_and_discarded_by_a_step() {
    let mut state = after(CONFIG, 3);
    let plain = checkpoint::encode(&state).unwrap();
    let shown = state.shown();
    state.compute_statistics();
    let saved = checkpoint::encode(&state).unwrap();
    assert!(saved.len() > plain.len() && state.shown() == shown);

    let read = checkpoint::decode(&saved).unwrap();
    assert!(read == state && read.statistics.as_ref() == Some(&shown.buffers));
    for bytes in [&plain, &saved] {
        assert!(checkpoint::decode_generator(bytes).unwrap() == shown);
    }
    // What is read is what was saved: other statistics, other images.
    state.statistics.as_mut().unwrap().as_mut_slice()[0] += 1.0;
    let other = checkpoint::encode(&state).unwrap();
    assert!(checkpoint::decode_generator(&other).unwrap() != shown);

    let mut trainer = Trainer::resume(read);
    train(&mut trainer, 1);
    assert!(trainer.state().statistics.is_none() && *trainer.state() == after(CONFIG, 4));
}

#[test]
fn a_run_with_every_setting_of_the_discriminator_resumes_bit_for_bit() {
    let config = Config {
        d_norm: DNorm::Spectral,
        r1: 1.0,
        lecam: 0.1,
        d_steps: 2,
        lr_half_life: Some(3),
        flip: true,
        ..CONFIG
    };
    let bytes = checkpoint::encode(&after(config, 3)).unwrap();
    let mut resumed = Trainer::resume(checkpoint::decode(&bytes).unwrap());
    train(&mut resumed, 4);
    assert!(*resumed.state() == after(config, 7));
}

#[test]
fn statistics_are_a_function_of_the_weights_alone() {
    let state = after(CONFIG, 2);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| state.shown())
    };
    assert!(on(1) == on(3));
}

#[test]
fn an_average_that_is_not_finite_is_not_written() {
    let mut state = after(CONFIG, 1);
    state.average.as_mut().unwrap().as_mut_slice()[7] = f32::NAN;
    let error = checkpoint::encode(&state).unwrap_err();
    assert_eq!(error.name, "main.0.weight");
}
