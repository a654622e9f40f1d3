//! How the golden checkpoint was made, for the program that makes it and the test that reads it.

use dcgan_gan::{Config, Trainer};

/// Steps after which it was saved.
pub(crate) const SAVED: u64 = 3;

/// A run as small as can be.
pub(crate) const CONFIG: Config = Config {
    image_size: 16,
    channels: 3,
    nz: 4,
    ngf: 2,
    ndf: 2,
    batch_size: 2,
    // So large that two steps tell whether every float of the state was there.
    lr: 0.02,
    beta1: 0.5,
    seed: 11,
    ..Config::DEFAULT
};

/// One training step on images that depend only on the step.
pub(crate) fn step(trainer: &mut Trainer) -> [f32; 3] {
    let step = trainer.state().step;
    for (i, pixel) in trainer.real().iter_mut().enumerate() {
        *pixel = ((i as u64 * 37 + step * 101) % 255) as f32 / 127.5 - 1.0;
    }
    let losses = trainer.step();
    trainer.monitor();
    [losses.generator, losses.real, losses.fake]
}
