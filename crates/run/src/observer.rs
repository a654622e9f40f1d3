use std::path::Path;
use std::time::Duration;

use dcgan_gan::monitor::{NonFinite, Symptom};

use crate::Settings;
use crate::journal::{Evaluation, Metric, Record};
use crate::origin::Program;

/// Receives the events of a session.
pub trait Observer: Send + Sync {
    /// Handles an event. Called on the thread that runs the session.
    fn event(&mut self, event: &Event<'_>);

    /// Reports that `done` of `total` images have been read. Called before [`Event::Started`], from any thread and
    /// possibly from several at once.
    fn reading(&self, done: usize, total: usize) {
        let _ = (done, total);
    }
}

/// Ignores everything.
impl Observer for () {
    fn event(&mut self, _: &Event<'_>) {}
}

/// An event in a session. The variants are roughly in the order in which they occur.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The run was resumed from a checkpoint, or from its start if it has none yet.
    Resumed {
        /// The checkpoint.
        checkpoint: Option<&'a Path>,
        /// Steps taken.
        step: u64,
    },
    /// A message about the image cache, if the images are not in memory.
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
        /// Bytes that the run takes of the memory of a graphics card; `None` on the processor.
        device_memory: Option<u64>,
    },
    /// The first steps have been timed.
    Estimate {
        /// Steps of this session: those that are left of the run at its start.
        steps: u64,
        /// About how long they take.
        time: Duration,
        /// Milliseconds that a step takes.
        ms_per_step: f64,
        /// The same in one line.
        message: &'a str,
    },
    /// A training step was taken.
    Step(&'a Record),
    /// A line was added to `log.jsonl`, and the gradients were measured for it.
    Log(&'a Record),
    /// A grid of samples was written.
    Sample {
        /// Epochs taken; a whole number if the grid was due at the end of an epoch.
        epoch: f64,
        /// The image.
        path: &'a Path,
    },
    /// The samples of a checkpoint were compared with the dataset.
    Metric(&'a Metric),
    /// The images of the generator were compared with those of the dataset, as by `dcgan evaluate`.
    Evaluation(&'a Evaluation),
    /// A checkpoint was written.
    Checkpoint {
        /// Steps taken.
        step: u64,
        /// The file.
        path: &'a Path,
    },
    /// The monitor found a problem with the training, or that one has cleared.
    Symptom {
        /// The problem.
        symptom: Symptom,
        /// Whether it starts; otherwise it has cleared.
        starts: bool,
        /// One line: what was measured, and what may help.
        message: &'a str,
    },
    /// A warning. Training continues.
    Warning(&'a str),
    /// A file could not be written. Training continues and will try again; each problem is reported once.
    DiskTrouble(&'a str),
    /// Training diverged, and continues from an earlier state with different latents.
    RolledBack {
        /// What is not finite.
        lost: &'a NonFinite,
        /// Steps taken in the restored state.
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
        /// The checkpoint from which it can be resumed; `None` if no step was taken, or the state was no longer
        /// finite.
        checkpoint: Option<&'a Path>,
        /// What was no longer finite.
        lost: Option<&'a NonFinite>,
    },
    /// The run ends, and this problem with its result has not cleared: [`Event::Finished`] follows.
    Unresolved {
        /// The problem.
        symptom: Symptom,
        /// One line: what was measured, and what may help.
        message: &'a str,
    },
    /// The run has taken its last step, and everything is written.
    Finished {
        /// Steps taken, including those of earlier sessions.
        steps: u64,
        /// Duration of this session's training.
        time: Duration,
        /// The last grid of samples.
        sample: &'a Path,
        /// The folder of the run.
        folder: &'a Path,
    },
    /// The run was resumed after its last step, so there is nothing to do.
    AlreadyComplete {
        /// Steps taken.
        steps: u64,
        /// A larger number of epochs with which it could be resumed.
        epochs: u64,
        /// The folder of the run.
        folder: &'a Path,
    },
}
