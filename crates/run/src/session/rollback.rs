use dcgan_gan::monitor::NonFinite;
use dcgan_gan::{MAX_ROLLBACKS, State};

use super::Session;
use crate::checkpoint_dir::{self, history};
use crate::initial::check_random;
use crate::observer::Event;
use crate::run_error::{Result, RunError};
use crate::settings::OnDivergence;
use crate::symptom_messages as messages;

impl Session<'_> {
    /// Rolls back to a finite state, or returns the error that ends the run.
    pub(super) fn diverged(&mut self, lost: &NonFinite) -> Result<()> {
        self.check_resumable(lost)?;
        let rollbacks = self.engine.progress().rollbacks + 1;
        let target = self.target();
        let to = target.as_ref().map_or(0, |state| state.step);
        let message = format!(
            "{lost}; rolling back to {} with different latents (rollback {rollbacks} of {MAX_ROLLBACKS})",
            target.as_ref().map_or("the start".to_owned(), |state| format!("step {}", state.step)),
        );
        self.observer.event(&Event::RolledBack { lost, to, rollbacks, message: &message });
        self.note("diverged", true, message);
        let state = match target {
            Some(state) => state,
            None => {
                check_random(self.folder.path(), &self.settings)?;
                State::new(self.settings.config)?
            }
        };
        let dataset = self.engine.state()?.dataset;
        self.engine.restore(State { rollbacks, dataset, ..state });
        let step = self.step();
        self.attempt(|session| session.log.rewind(step));
        self.attempt(|session| session.metrics.rewind(step));
        self.attempt(|session| session.evaluations.rewind(step));
        Ok(())
    }

    /// Checks that the run can roll back, now or when it is resumed.
    ///
    /// # Errors
    /// The error that ends the run, if it cannot.
    pub(super) fn check_resumable(&mut self, lost: &NonFinite) -> Result<()> {
        let exhausted = self.engine.progress().rollbacks >= MAX_ROLLBACKS;
        if self.settings.on_divergence == OnDivergence::Rollback && !exhausted {
            return Ok(());
        }
        let saved = self.newest_finite().map_or("nothing has been saved".to_owned(), |state| {
            format!("existing checkpoints, up to step {}, are unaffected", state.step)
        });
        let exhausted_note = match exhausted {
            true => format!("the run has already rolled back {MAX_ROLLBACKS} times; "),
            false => String::new(),
        };
        let smaller = messages::smaller(self.settings.config.lr);
        let message = format!("{lost}; {saved}; {exhausted_note}start a new run with {smaller}");
        self.note("diverged", true, message.clone());
        let folder = self.folder.path().to_owned();
        Err(RunError::Diverged { message, folder, can_roll_back: !exhausted })
    }

    /// The state to roll back to: the newest of the last few and of the permanent checkpoints in the history of the
    /// run; or an earlier one, by one for each rollback since that was saved, because a run that diverges again
    /// before it could save has not gone back far enough.
    ///
    /// Checkpoints that exist only because the run was stopped, because of a request, or because a killed process
    /// did not delete them are ignored. So the run rolls back to the same state as without those.
    fn target(&self) -> Option<State> {
        let (found, keep) = (checkpoint_dir::list(self.folder.path()).ok()?, self.settings.keep);
        let history = history(&found).into_iter();
        let valid = history
            .filter_map(|saved| Some((saved.name, checkpoint_dir::read(&saved.path).ok()?.state)));
        let kept = valid.enumerate().filter(|(newer, (name, _))| keep.keeps(*newer, name.reason));
        let mut finite = kept.map(|(_, (_, state))| state).filter(|state| self.is_finite(state));
        let newest = finite.next()?;
        let tried = self.engine.progress().rollbacks.saturating_sub(newest.rollbacks);
        Some(finite.take(tried as usize).last().unwrap_or(newest))
    }

    /// The newest finite state that was saved before training diverged.
    fn newest_finite(&self) -> Option<State> {
        let found = checkpoint_dir::list(self.folder.path()).ok()?;
        let mut states = found
            .iter()
            .rev()
            .filter_map(|saved| Some(checkpoint_dir::read(&saved.path).ok()?.state));
        states.find(|state| self.is_finite(state))
    }

    /// Whether `state` is an earlier, finite state of this run.
    fn is_finite(&self, state: &State) -> bool {
        state.step <= self.step()
            && state.config == self.settings.config
            && state.non_finite().is_none()
    }
}
