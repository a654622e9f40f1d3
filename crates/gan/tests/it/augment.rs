//! Training with augmentation: what it must not change, and what follows from seed and step.

use dcgan_gan::{Augment, Config, Losses, State, Trainer, checkpoint};
use dcgan_random::{Purpose, fill_normal, stream};
use ndarray::Array4;

const CONFIG: Config = Config {
    image_size: 16,
    nz: 6,
    ngf: 4,
    ndf: 4,
    batch_size: 6,
    augment: Augment::ALL,
    ..Config::DEFAULT
};

fn real(step: u64) -> Array4<f32> {
    let mut images = Array4::zeros((6, 16, 16, 3));
    fill_normal(&mut stream(9, Purpose::Noise, step), images.as_slice_mut().unwrap());
    images.mapv_into(f32::tanh)
}

fn train(trainer: &mut Trainer, steps: usize) {
    for _ in 0..steps {
        let images = real(trainer.state().step);
        trainer.real().assign(&images);
        trainer.step();
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

/// The losses of one step from a state, with latents and images that are always the same.
fn losses(state: State) -> Losses {
    let mut trainer = Trainer::resume(state);
    trainer.real().assign(&real(0));
    let mut z = Array4::zeros((6, 1, 1, 6));
    fill_normal(&mut stream(9, Purpose::Noise, 1), z.as_slice_mut().unwrap());
    trainer.step_with(z.view())
}

#[test]
fn every_step_draws_again_and_so_does_a_run_that_rolled_back() {
    let start = State::new(CONFIG).unwrap();
    let of = |change: fn(&mut State)| {
        let mut state = start.clone();
        change(&mut state);
        losses(state)
    };
    let first = of(|_| ());
    assert_eq!(of(|_| ()), first);
    assert_ne!(of(|state| state.step = 1), first);
    assert_ne!(of(|state| state.rollbacks = 1), first);
    assert_ne!(of(|state| state.config.seed = 1), first);
    assert_ne!(of(|state| state.config.augment = Augment::NONE), first);
}

/// What the monitor and samples look at is what was given and what G made, not what D saw.
#[test]
fn the_images_of_a_step_are_not_augmented() {
    let mut trainer = Trainer::new(CONFIG).unwrap();
    let mut plain = Trainer::new(Config { augment: Augment::NONE, ..CONFIG }).unwrap();
    for trainer in [&mut trainer, &mut plain] {
        train(trainer, 1);
    }
    assert_eq!(trainer.images(), plain.images());
    assert_eq!(trainer.fakes(), plain.fakes());
    assert_ne!(trainer.logits().real, plain.logits().real);
    assert_ne!(trainer.logits().fake, plain.logits().fake);
}

/// A batch that is trained on twice is augmented twice from what it was, not from what became of it.
#[test]
fn a_batch_remains_what_it_was() {
    let [mut once, mut twice] = [(); 2].map(|()| Trainer::new(CONFIG).unwrap());
    for trainer in [&mut once, &mut twice] {
        trainer.real().assign(&real(0));
        trainer.step();
    }
    twice.real().assign(&real(0));
    once.step();
    twice.step();
    assert!(once.state() == twice.state());
}
