use std::path::PathBuf;

use super::Session;
use crate::checkpoint_dir::{self, Reason};
use crate::files::Real;
use crate::observer::Event;
use crate::retention::epoch_boundary;
use crate::run_error::{Result, RunError};

impl Session<'_> {
    /// Tries to write something, and only reports a failure: a full disk may have space again at the next interval,
    /// and the training so far must not be lost because of it.
    pub(crate) fn attempt(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) {
        let Err(error) = self.ensure_folder().and_then(|()| write(self)) else { return };
        // It ends the run at the next step, which reports it.
        if matches!(error, RunError::Engine(_)) {
            return;
        }
        let trouble = format!("{}; training continues and will try again", error.report());
        // The log would fail every few steps; report it once.
        if trouble != self.trouble {
            self.observer.event(&Event::DiskTrouble(&trouble));
            self.trouble = trouble;
        }
    }

    pub(super) fn warn(&mut self, warning: &str) {
        self.observer.event(&Event::Warning(warning));
    }

    /// Makes sure that the folder exists and still belongs to this run.
    pub(super) fn ensure_folder(&mut self) -> Result<()> {
        if self.folder.ensure(&self.settings)? {
            let folder = self.folder.path().display();
            self.warn(&format!(
                "{folder} had disappeared; it was created again, and training continues"
            ));
            if let Some(warning) = self.folder.lock_warning() {
                self.observer.event(&Event::Warning(warning));
            }
        }
        Ok(())
    }

    /// Writes the last checkpoint of this session. A failure is an error, since there is no next attempt.
    pub(super) fn save_last(&mut self, reason: Reason) -> Result<PathBuf> {
        let saved = self.ensure_folder().and_then(|()| self.write_checkpoint(reason));
        saved.map_err(|error| {
            if matches!(error, RunError::Engine(_)) {
                return error;
            }
            let folder = self.folder.path();
            let newest = checkpoint_dir::list(folder).ok().and_then(|mut found| found.pop());
            RunError::NotSaved {
                cause: error.report(),
                step: self.step(),
                newest: newest.map(|saved| saved.name.step),
                folder: folder.to_owned(),
            }
        })
    }

    pub(super) fn write_checkpoint(&mut self, reason: Reason) -> Result<PathBuf> {
        let (state, keep) = (self.engine.state_to_show()?, self.settings.keep);
        let folder = self.folder.path();
        let written = checkpoint_dir::save(&mut Real, folder, state, keep, reason, &self.metrics)?;
        self.observer.event(&Event::Checkpoint { step: self.step(), path: &written.path });
        if let Some(error) = written.unpruned {
            self.warn(&error.report());
        }
        Ok(written.path)
    }

    /// Whether a checkpoint is due after `step` steps.
    pub(super) fn is_due(&self, step: u64) -> bool {
        let [old, new] = [step.saturating_sub(1), step].map(|step| self.epochs(step));
        let due = |every| epoch_boundary(old, new, every);
        due(self.settings.checkpoint_every) || self.settings.keep.every.is_some_and(due)
    }

    /// Why the checkpoint after this step is saved, if it is due.
    pub(super) fn due_reason(&self) -> Reason {
        let step = self.step();
        let milestone = self.settings.keep.milestone(self.epochs(step - 1), self.epochs(step));
        milestone.map_or(Reason::Due, Reason::Milestone)
    }

    /// [`Self::due_reason`] if that checkpoint exists, otherwise `other`. A run that has just rolled back may be at
    /// a step at which one is due, but it was not saved with these latents.
    pub(super) fn reason_or(&mut self, other: Reason) -> Result<Reason> {
        let due = self.due_reason();
        let name = checkpoint_dir::name_of(self.engine.state()?, due);
        Ok(if name.path(self.folder.path()).exists() { name.reason } else { other })
    }
}
