//! A whole training step of the default configuration, without augmentation and with it, and a batch of the trained
//! generator.
//!
//! The throughput `elem/s` is images per second.

use criterion::{Criterion, SamplingMode, Throughput};
use dcgan_benches::{BATCH, criterion, normal, pool};
use dcgan_gan::{Augment, Config, Generator, State, Threads, Trainer, latent};

fn main() {
    let mut criterion = criterion();
    let pool = pool();
    training(&mut criterion, &pool);
    inference(&mut criterion, &pool);
    criterion.final_summary();
}

fn training(criterion: &mut Criterion, pool: &Threads) {
    let mut group = criterion.benchmark_group("step");
    // The same number of steps in every sample: at this length there are few to distribute.
    group.sampling_mode(SamplingMode::Flat);
    for (name, augment) in [("train 64", Augment::NONE), ("train 64, augmented", Augment::ALL)] {
        let config = Config { augment, ..Config::default() };
        let mut trainer = Trainer::new(config).expect("the default is valid");
        let images = normal(trainer.real().dim(), 0).mapv_into(f32::tanh);
        trainer.real().assign(&images);
        group.throughput(Throughput::Elements(config.batch_size as u64));
        group.bench_function(name, |bencher| {
            pool.install(|| bencher.iter(|| trainer.step()));
        });
    }
    group.finish();
}

fn inference(criterion: &mut Criterion, pool: &Threads) {
    let mut group = criterion.benchmark_group("step");
    let config = Config::default();
    let mut generator = Generator::new(&State::new(config).expect("the default is valid"));
    let latents = latent::from_seeds(0..BATCH as u64, config.nz);
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("generate 64", |bencher| {
        pool.install(|| bencher.iter(|| generator.generate(&latents)));
    });
    group.finish();
}
