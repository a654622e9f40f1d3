//! A run is a function of its configuration and images; threads and interruptions do not matter.

use crate::naive_engine::infer;
use dcgan_gan::interop::export_generator;
use dcgan_gan::{Backend, Config, Generator, Isa, State, Trainer, checkpoint, latent};
use dcgan_random::{Purpose, fill_normal, stream};

/// Sizes at which every kernel still has several groups.
const CONFIG: Config = Config {
    image_size: 32,
    channels: 3,
    nz: 10,
    ngf: 8,
    ndf: 8,
    batch_size: 24,
    lr: 2e-4,
    beta1: 0.5,
    seed: 3,
    ..Config::DEFAULT
};

/// Takes training steps on images that depend only on the step.
fn train(trainer: &mut Trainer, steps: usize) {
    for _ in 0..steps {
        let step = trainer.state().step;
        let mut real = trainer.real();
        let pixels = real.as_slice_mut().unwrap();
        fill_normal(&mut stream(9, Purpose::Noise, step), pixels);
        pixels.iter_mut().for_each(|v| *v = v.tanh());
        let losses = trainer.step();
        assert!(losses.generator.is_finite() && losses.real.is_finite() && losses.fake.is_finite());
    }
}

fn after(steps: usize) -> State {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    train(&mut trainer, steps);
    trainer.state().clone()
}

#[test]
fn six_steps_are_three_saved_and_three_more() {
    let bytes = checkpoint::encode(&after(3)).unwrap();
    let mut resumed = Trainer::resume(checkpoint::decode(&bytes).unwrap());
    train(&mut resumed, 3);
    assert!(*resumed.state() == after(6));
}

/// D normalises a generated and a real batch in each step.
#[test]
fn batches_are_counted_as_batch_norm_sees_them() {
    let State { generator, discriminator, .. } = after(3);
    assert_eq!((generator.num_batches_tracked, discriminator.num_batches_tracked), (3, 6));
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| after(3))
    };
    let alone = on(1);
    for threads in [2, 3, 8] {
        assert!(on(threads) == alone, "{threads} threads");
    }
}

/// The same instructions give the same bits. Without a fused multiply-add they differ; instruction
/// sets with one may agree, but nothing relies on that.
#[test]
fn the_bits_are_those_of_the_instructions() {
    let by = |isa| {
        let backend = Backend { isa, ..Backend::default() };
        let mut trainer = Trainer::new(CONFIG).unwrap().with_backend(backend);
        train(&mut trainer, 3);
        trainer.state().clone()
    };
    let portable = by(Isa::Portable);
    assert!(by(Isa::Portable) == portable);
    for isa in Isa::supported().filter(|&isa| isa != Isa::Portable) {
        let fused = by(isa);
        assert!(by(isa) == fused, "{isa:?} twice");
        assert!(fused != portable, "{isa:?}");
    }
}

#[test]
fn the_seed_decides() {
    let start = |seed| State::new(Config { seed, ..CONFIG }).unwrap();
    assert!(start(3) == start(3));
    assert!(start(3).generator != start(4).generator);
    let state = &start(3);
    assert_ne!(state.generator.theta.as_slice()[..64], state.discriminator.theta.as_slice()[..64]);
}

#[test]
fn a_seed_gives_the_same_image_in_any_batch() {
    let state = after(2);
    for isa in Isa::supported() {
        let backend = Backend { isa, ..Backend::default() };
        let made = |seeds| {
            let mut generator = Generator::new(&state).with_backend(backend);
            generator.generate(&latent::from_seeds(seeds, CONFIG.nz))
        };
        let all = made(0..150);
        for seed in [0, 1, 37, 63, 64, 149] {
            let at = seed as usize;
            let among = all.slice(ndarray::s![at..=at, .., .., ..]);
            assert_eq!(among, made(seed..seed + 1), "seed {seed}, {isa:?}");
        }
        assert!(all.iter().all(|v| (-1.0..=1.0).contains(v)));
    }
}

/// A generator computes with its batch norms folded into its convolutions. It must equal the network as it
/// was trained, with running statistics.
#[test]
fn images_are_those_of_the_network_in_inference() {
    let state = after(5);
    let latents = latent::from_seeds(0..8, CONFIG.nz);
    let wanted = infer(&state, &latents);
    let images = Generator::from_weights(&state.as_trained()).generate(&latents);
    assert_eq!(images.len(), wanted.len());
    for (got, want) in images.iter().zip(wanted) {
        assert!((f64::from(*got) - want).abs() < 1e-5, "{got} instead of {want}");
    }
}

/// All ways to a trained generator give the same images, and bytes are their floats, rounded.
#[test]
fn a_generator_is_the_same_from_state_checkpoint_and_safetensors() {
    let state = after(2);
    let z = latent::from_seeds(0..4, CONFIG.nz);
    let images = Generator::new(&state).generate(&z);
    let bytes = checkpoint::encode(&state).unwrap();
    let mut loaded = Generator::from_checkpoint(&bytes).unwrap();
    assert_eq!(loaded.generate(&z), images);
    let safetensors = export_generator(&state.shown());
    assert_eq!(Generator::from_torch(&safetensors).unwrap().generate(&z), images);
    for (byte, x) in loaded.generate_bytes(&z).iter().zip(&images) {
        assert!((f32::from(*byte) - (x + 1.0) * 127.5).abs() <= 0.5, "{byte} for {x}");
    }
    assert!(Generator::from_checkpoint(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn the_discriminator_learns_what_is_easy() {
    let mut trainer = Trainer::new(Config { lr: 1e-3, ..CONFIG }).unwrap();
    let mut last = None;
    for _ in 0..30 {
        trainer.real().fill(0.9);
        last = Some(trainer.step());
    }
    let last = last.unwrap();
    assert!(last.d_real > 0.7 && last.d_fake < 0.3, "{last:?}");
}

#[test]
fn every_size_and_channel_count_steps() {
    for (image_size, channels) in [(16, 1), (16, 4), (64, 3), (128, 1), (256, 3)] {
        let small = Config { image_size, channels, ngf: 2, ndf: 3, nz: 5, batch_size: 2, ..CONFIG };
        let mut trainer = Trainer::new(small).unwrap();
        trainer.real().fill(0.1);
        trainer.step();
        assert_eq!(trainer.fakes().dim(), (2, image_size, image_size, channels));
        assert!(trainer.fakes().iter().all(|v| v.is_finite()));
    }
}

#[test]
fn the_default_networks_are_those_of_the_article() {
    let state = State::new(Config::default()).unwrap();
    let shapes = |network: &dcgan_gan::NetworkState| -> Vec<Vec<usize>> {
        let convolutions = network.theta.entries().iter().filter(|e| e.spec.shape.len() == 4);
        convolutions.map(|e| e.spec.shape.clone()).collect()
    };
    assert_eq!(
        shapes(&state.generator),
        [[4, 4, 256, 100], [4, 4, 128, 256], [4, 4, 64, 128], [4, 4, 32, 64], [4, 4, 3, 32]]
    );
    assert_eq!(
        shapes(&state.discriminator),
        [[4, 4, 3, 32], [4, 4, 32, 64], [4, 4, 64, 128], [4, 4, 128, 256], [4, 4, 256, 1]]
    );
}
