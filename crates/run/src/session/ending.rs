use std::time::Duration;

use super::{Outcome, Session};
use crate::cache;
use crate::checkpoint_dir::Reason;
use crate::observer::Event;
use crate::run_error::{Context, Result};

impl Session<'_> {
    pub(super) fn already_complete(self) -> Outcome {
        let steps = self.step();
        let epochs = self.settings.epochs.unwrap_or(self.batches.epoch(steps).max(1));
        self.observer.event(&Event::AlreadyComplete {
            steps,
            epochs: epochs.saturating_mul(2),
            folder: self.folder.path(),
        });
        Outcome::AlreadyComplete
    }

    pub(super) fn interrupted(mut self) -> Result<Outcome> {
        let lost = self.engine.state()?.non_finite();
        if let Some(lost) = &lost {
            self.check_resumable(lost)?;
        }
        let checkpoint = if self.step() > 0 && lost.is_none() {
            let reason = self.reason_or(Reason::Stopped)?;
            Some(self.save_last(reason)?)
        } else {
            None
        };
        self.observer.event(&Event::Interrupted {
            step: self.engine.progress().step,
            total: self.total,
            folder: self.folder.path(),
            checkpoint: checkpoint.as_deref(),
            lost: lost.as_ref(),
        });
        Ok(Outcome::Interrupted)
    }

    /// The last checkpoint, and the last grid, which is named after the epoch in which the run ends.
    pub(super) fn finish(mut self, time: Duration) -> Result<Outcome> {
        self.attempt(Self::measure);
        self.save_last(self.due_reason())?;
        self.finish_files(time)
    }

    /// The epoch that ended with the last step, or the one that was still in progress.
    pub(super) fn last_epoch(&self) -> u64 {
        let ended = self.epochs(self.step()).floor();
        let started_before = self.epochs(self.step() - 1).floor() == ended;
        ended as u64 + u64::from(started_before)
    }

    /// What follows the last checkpoint.
    pub(super) fn finish_files(mut self, time: Duration) -> Result<Outcome> {
        let epoch = self.last_epoch();
        let rest = self.write_epoch_samples(epoch).and_then(|()| self.log.complete());
        let rest = rest.and_then(|()| self.incidents.complete());
        rest.context("the run has ended and its last step is saved, but other files are not")?;
        self.attempt(|session| session.evaluations.complete());
        self.report_unresolved()?;
        self.observer.event(&Event::Finished {
            steps: self.engine.progress().step,
            time,
            sample: &self.folder.sample(epoch),
            folder: self.folder.path(),
        });
        let Self { folder, images, .. } = self;
        // Windows removes no file that is mapped.
        drop(images);
        cache::remove(&folder);
        Ok(Outcome::Finished)
    }
}
