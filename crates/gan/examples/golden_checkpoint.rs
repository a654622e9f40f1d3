//! Makes the golden checkpoint of the present format, once in each version of it, and prints the losses
//! of the two steps after it: both belong to `tests/it/format.rs`.
#![expect(clippy::print_stdout, reason = "the numbers that belong to the file")]

#[path = "../tests/golden/checkpoint.rs"]
mod made;

use dcgan_gan::{DataPrint, State, Trainer, checkpoint};
use made::{CONFIG, SAVED, step};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut state = State::new(CONFIG)?;
    state.data = DataPrint { pictures: 5, crc32: 0x0123_4567 };
    state.rollbacks = 2;
    let mut trainer = Trainer::resume(state);
    for _ in 0..SAVED {
        step(&mut trainer);
    }
    let name = format!("checkpoint_v{}.ckpt", checkpoint::VERSION);
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    std::fs::write(golden, checkpoint::encode(trainer.state()))?;
    println!("{:?}", [step(&mut trainer), step(&mut trainer)]);
    Ok(())
}
