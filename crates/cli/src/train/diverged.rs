use anyhow::Result;
use clap::ValueEnum;
use dcgan_gan::watch::Lost;
use dcgan_gan::{MOST_ROLLBACKS, State};
use serde::{Deserialize, Serialize};

use super::keep::ends;
use super::session::Session;
use super::words;
use crate::failure::Ending;
use crate::{console, failure, model};

/// What is done when a number of a run is none any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnDivergence {
    /// The run ends there.
    #[default]
    Stop,
    /// It goes back to the last checkpoint and on with other latents, a few times.
    Rollback,
}

impl Session {
    /// Goes back to where all was well, or gives the error with which the run ends.
    pub(super) fn diverged(&mut self, lost: &Lost) -> Result<()> {
        if !self.may_go_back() {
            return Err(self.lost_for_good(lost));
        }
        let gone = self.trainer.state().rollbacks;
        let back = self.target();
        let said = format!(
            "{lost}; back to {}, and on with other latents (rollback {} of {MOST_ROLLBACKS})",
            back.as_ref()
                .map_or("the beginning".to_owned(), |state| format!("step {}", state.step)),
            gone + 1
        );
        self.progress.warn(&said);
        self.tell("diverged", true, said);
        let state = back.map_or_else(|| State::new(self.settings.config), Ok)?;
        let data = self.trainer.state().data;
        self.trainer.go_back(State { rollbacks: gone + 1, data, ..state });
        let step = self.trainer.state().step;
        self.progress.back_to(step);
        self.keep(|session| session.log.back_to(step));
        self.keep(|session| session.metrics.back_to(step));
        Ok(())
    }

    fn may_go_back(&self) -> bool {
        let gone = self.trainer.state().rollbacks;
        self.settings.on_divergence == OnDivergence::Rollback && gone < MOST_ROLLBACKS
    }

    /// Ends a run that is stopped where it has lost its numbers and does not know it yet: nothing is saved, and
    /// when it is gone on with it comes here again and goes back.
    pub(super) fn interrupted_in_vain(&mut self, lost: &Lost) -> Result<Ending> {
        if !self.may_go_back() {
            return Err(self.lost_for_good(lost));
        }
        console::say(format_args!(
            "Stopped after {lost}, so it is not saved.\nGo on from before that with: dcgan train --out {} --resume",
            self.folder.path().display()
        ));
        Ok(Ending::Interrupted)
    }

    /// The error with which a run ends that has lost its numbers.
    fn lost_for_good(&mut self, lost: &Lost) -> anyhow::Error {
        let saved = self.saved().map_or("nothing has been saved yet".to_owned(), |state| {
            format!("what was saved, up to step {}, is untouched", state.step)
        });
        let folder = self.folder.path().display();
        let smaller = words::smaller(self.settings.config.lr);
        let rest = if self.trainer.state().rollbacks >= MOST_ROLLBACKS {
            format!(
                "the run has gone back {MOST_ROLLBACKS} times already; begin a new one with {smaller}"
            )
        } else {
            format!(
                "begin a new run with {smaller}, or go on with other latents: dcgan train --out {folder} --resume --on-divergence rollback"
            )
        };
        let said = format!("{lost}; {saved}; {rest}");
        self.tell("diverged", true, said.clone());
        self.progress.end();
        failure::diverged(said)
    }

    /// Where a run goes back to: the newest of the last few checkpoints on its way and of those that stay
    /// for good, or an earlier one by so many as were tried already: a run that is lost again before it
    /// could save has not gone back far enough.
    ///
    /// Only what is there in any case counts: neither what a run has saved because it was stopped, nor what
    /// one that was killed could not let go of any more, so that it goes back to where it would have gone
    /// without that.
    fn target(&self) -> Option<State> {
        let (found, keep) = (model::list(self.folder.path()).ok()?, self.settings.keep);
        let way = model::on_the_way(&found).into_iter();
        let whole =
            way.filter_map(|saved| Some((saved.name, model::read(&saved.path).ok()?.state)));
        let stay = whole.enumerate().filter(|(newer, (name, _))| keep.holds(*newer, name.why));
        let mut good = stay.map(|(_, (_, state))| state).filter(|state| self.is_well(state));
        let newest = good.next()?;
        let tried = self.trainer.state().rollbacks.saturating_sub(newest.rollbacks);
        Some(good.take(tried as usize).last().unwrap_or(newest))
    }

    /// The newest that was saved before the numbers were lost.
    fn saved(&self) -> Option<State> {
        let found = model::list(self.folder.path()).ok()?;
        let mut states =
            found.iter().rev().filter_map(|saved| Some(model::read(&saved.path).ok()?.state));
        states.find(|state| self.is_well(state))
    }

    /// Whether it is an earlier state of this run in which all numbers are numbers.
    fn is_well(&self, state: &State) -> bool {
        state.step <= self.trainer.state().step
            && state.config == self.settings.config
            && state.lost().is_none()
    }

    /// Whether a checkpoint is due after `step` steps.
    pub(super) fn is_due(&self, step: u64) -> bool {
        let [old, new] = [step.saturating_sub(1), step].map(|step| self.epochs(step));
        let due = |every| ends(old, new, every);
        due(self.settings.checkpoint_every) || self.settings.keep.every.is_some_and(due)
    }
}
