//! Writes the golden checkpoint of the present format, once for each version, and prints the losses of the
//! two steps after it: both belong to `tests/it/format.rs`.
#![expect(clippy::print_stdout, reason = "the numbers that belong to the file")]

#[path = "../tests/golden/run.rs"]
mod golden_run;

use dcgan_gan::{DatasetFingerprint, State, Trainer, checkpoint};
use golden_run::{CONFIG, SAVED, step};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut state = State::new(CONFIG)?;
    state.dataset = DatasetFingerprint { images: 5, crc32: 0x0123_4567 };
    state.rollbacks = 2;
    let mut trainer = Trainer::resume(state);
    for _ in 0..SAVED {
        step(&mut trainer);
    }
    let name = format!("checkpoint_v{}.ckpt", checkpoint::VERSION);
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    std::fs::write(golden, checkpoint::encode(trainer.state())?)?;
    println!("{:?}", [step(&mut trainer), step(&mut trainer)]);
    Ok(())
}
