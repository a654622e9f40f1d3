use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::checkpoints;
use super::session::Session;
use crate::files::Real;
use crate::model::{self, Name, Why};

impl Session {
    /// The last checkpoint of this process: after it nothing will try again.
    pub(super) fn save(&mut self, why: Why) -> Result<PathBuf> {
        let saved = self.hold().and_then(|()| self.write_checkpoint(why));
        saved.map_err(|error| {
            let folder = self.folder.path();
            let last = model::list(folder).ok().and_then(|mut found| found.pop());
            let last = last.map_or("the beginning".to_owned(), |saved| format!("step {}", saved.name.step));
            anyhow!(
                "{error:#}; step {} is not saved; make room or put the folder right, then go on from {last} with: dcgan train --out {} --resume",
                self.step(),
                folder.display()
            )
        })
    }

    pub(super) fn write_checkpoint(&mut self, why: Why) -> Result<PathBuf> {
        let (state, keep) = (self.trainer.state(), self.settings.keep);
        checkpoints::save(&mut Real, self.folder.path(), state, keep, why, &self.metrics)
    }

    /// What the checkpoint after this step is made for, if it is one that is made in any case.
    pub(super) fn turn(&self) -> Why {
        let step = self.step();
        let milestone = self.settings.keep.milestone(self.epochs(step - 1), self.epochs(step));
        milestone.map_or(Why::Due, Why::Milestone)
    }

    /// The same where the run is stopped. Only what has been saved in its turn was due: a run that has just
    /// gone back stands at such a step too, but with other latents before it.
    pub(super) fn stop(&self) -> Why {
        let name = Name::of_state(self.trainer.state(), self.turn());
        if name.path(self.folder.path()).exists() { name.why } else { Why::Stopped }
    }
}
