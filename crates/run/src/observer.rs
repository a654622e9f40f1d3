use std::path::Path;
use std::time::Duration;

use dcgan_gan::monitor::{NonFinite, Symptom};

use crate::Settings;
use crate::journal::{Metric, Record};
use crate::origin::Program;

/// Sees everything that happens in a session.
pub trait Observer: Send + Sync {
    /// Something has happened. Called on the thread that runs the session.
    fn event(&mut self, event: &Event<'_>);

    /// `done` of `total` images have been read. Called from any thread, several at a time, before
    /// [`Event::Started`].
    fn reading(&self, done: usize, total: usize) {
        let _ = (done, total);
    }
}

/// Ignores everything.
impl Observer for () {
    fn event(&mut self, _: &Event<'_>) {}
}

/// What happens in a session, in the order of its variants.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The run continues from a checkpoint, or from its first step where it has none yet.
    Resumed {
        /// The checkpoint.
        checkpoint: Option<&'a Path>,
        /// Steps taken.
        step: u64,
    },
    /// A line about where the images are kept, where that is not in memory.
    Images(&'a str),
    /// All images are read, and training starts.
    Started {
        /// The settings of the run, with its fingerprints.
        settings: &'a Settings,
        /// Number of images.
        images: usize,
        /// The folder of the run.
        folder: &'a Path,
        /// Steps taken before.
        step: u64,
        /// Steps after which the run ends.
        total: u64,
        /// The program that trains.
        program: Program,
    },
    /// A training step was taken.
    Step(&'a Record),
    /// A line was added to `log.jsonl`, and the gradients were measured for it.
    Log(&'a Record),
    /// A grid of samples was written.
    Sample {
        /// Epochs taken, a whole number where the grid was due at the end of one.
        epoch: f64,
        /// The image.
        path: &'a Path,
    },
    /// The samples of a checkpoint were compared with the dataset.
    Metric(&'a Metric),
    /// A checkpoint was written.
    Checkpoint {
        /// Steps taken.
        step: u64,
        /// The file.
        path: &'a Path,
    },
    /// The monitor noticed a problem with the training, or that it has passed.
    Symptom {
        /// The problem.
        symptom: Symptom,
        /// Whether it starts; otherwise it has cleared.
        starts: bool,
        /// One line: what was measured, and what may help.
        message: &'a str,
    },
    /// Something that the user should know of. Training continues.
    Warning(&'a str),
    /// Something could not be written. Training continues, and it is tried again; reported once for each
    /// problem.
    DiskTrouble(&'a str),
    /// Training diverged, and continues from an earlier state with different latents.
    RolledBack {
        /// What is not finite.
        lost: &'a NonFinite,
        /// Steps taken in the state that it continues from.
        to: u64,
        /// Rollbacks of this run, this one included.
        rollbacks: u32,
        /// The same in one line.
        message: &'a str,
    },
    /// The session was stopped by its [`crate::Control`].
    Interrupted {
        /// Steps taken.
        step: u64,
        /// Steps after which the run ends.
        total: u64,
        /// The folder of the run.
        folder: &'a Path,
        /// The checkpoint from which it can be resumed; none where no step was taken, or where the state was
        /// no longer finite.
        checkpoint: Option<&'a Path>,
        /// What was no longer finite.
        lost: Option<&'a NonFinite>,
    },
    /// The run has taken its last step, and everything is written.
    Finished {
        /// Steps taken, those of earlier sessions included.
        steps: u64,
        /// Duration of this session's training.
        time: Duration,
        /// The last grid of samples.
        sample: &'a Path,
        /// The folder of the run.
        folder: &'a Path,
    },
}
