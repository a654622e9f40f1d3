//! Times the training step with other block sizes than those that follow from the caches, so that the shares in
//! [`BlockSizes`] can be checked on another processor.
//!
//! One size is varied at a time. All settings take turns, a few steps each, for several rounds, so that drift
//! of the machine affects all alike; a setting's time is the median of its rounds. Nothing else should run.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints the result"
)]

use std::time::{Duration, Instant};

use dcgan_benches::{normal, pool};
use dcgan_gan::{Backend, Config, Trainer};
use dcgan_tensor::{BlockSizes, Caches};

const ROUNDS: usize = 11;
const STEPS: usize = 8;

/// A size: its name, and how to get at it.
type Size = (&'static str, fn(&mut BlockSizes) -> &mut usize);

const SIZES: [Size; 4] = [
    ("group_tiles", |sizes| &mut sizes.group_tiles),
    ("span_floats", |sizes| &mut sizes.span_floats),
    ("kept_weights", |sizes| &mut sizes.kept_weights),
    ("copied_weights", |sizes| &mut sizes.copied_weights),
];

fn main() {
    let caches = Caches::detect();
    let detected = BlockSizes::for_caches(caches);
    println!("{caches:?}\n{detected:?}");
    for batch_size in [16, 64] {
        tune(batch_size, detected);
    }
}

fn tune(batch_size: usize, detected: BlockSizes) {
    let mut settings: Vec<_> = candidates(detected)
        .into_iter()
        .map(|(name, blocks)| Setting::new(name, blocks, batch_size))
        .collect();
    pool().install(|| {
        for _ in 0..ROUNDS {
            // Each round begins elsewhere: the first setting of a round would otherwise always be the same one.
            settings.rotate_left(5);
            settings.iter_mut().for_each(Setting::measure);
        }
    });
    let base = settings.iter().find(|setting| setting.blocks == detected);
    let base = base.expect("it is the first candidate").median();
    println!("\nBatches of {batch_size}: {:.2} ms a step as detected", base.as_secs_f64() * 1e3);
    settings.sort_by_key(Setting::median);
    for setting in &settings {
        let ratio = setting.median().as_secs_f64() / base.as_secs_f64();
        println!("  {:<32} {:+.1} %", setting.name, 100.0 * (ratio - 1.0));
    }
    println!("Best: {:?}", settings[0].blocks);
}

/// The detected sizes, and each size halved and doubled, and a quarter and four times of it.
fn candidates(detected: BlockSizes) -> Vec<(String, BlockSizes)> {
    let mut all = vec![("as detected".to_owned(), detected)];
    for (name, size) in SIZES {
        for (numerator, denominator) in [(1, 4), (1, 2), (2, 1), (4, 1)] {
            let mut blocks = detected;
            let value = size(&mut blocks);
            *value = *value * numerator / denominator;
            all.push((format!("{name} {value}"), blocks));
        }
    }
    all
}

/// Block sizes, a trainer that uses them, and the times of its rounds.
struct Setting {
    name: String,
    blocks: BlockSizes,
    trainer: Trainer,
    rounds: Vec<Duration>,
}

impl Setting {
    fn new(name: String, blocks: BlockSizes, batch_size: usize) -> Self {
        let config = Config { batch_size, ..Config::default() };
        let backend = Backend { blocks, ..Backend::default() };
        let mut trainer = Trainer::new(config).expect("the default is valid").with_backend(backend);
        let images = normal(trainer.real().dim(), 0).mapv_into(f32::tanh);
        trainer.real().assign(&images);
        Self { name, blocks, trainer, rounds: Vec::new() }
    }

    /// A round, after a step that brings this trainer's memory into the caches.
    fn measure(&mut self) {
        self.trainer.step();
        let start = Instant::now();
        for _ in 0..STEPS {
            self.trainer.step();
        }
        self.rounds.push(start.elapsed() / STEPS as u32);
    }

    fn median(&self) -> Duration {
        let mut rounds = self.rounds.clone();
        rounds.sort_unstable();
        rounds[rounds.len() / 2]
    }
}
