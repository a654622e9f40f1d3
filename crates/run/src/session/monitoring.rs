use dcgan_gan::{Progress, monitor};

use super::Session;
use crate::journal::Incident;
use crate::observer::Event;
use crate::run_error::Result;
use crate::settings::Watching;
use crate::symptom_messages as messages;

impl Session<'_> {
    /// Reports symptoms that start or end.
    pub(super) fn monitor(&mut self) -> Result<()> {
        if self.settings.watch == Watching::Off {
            return Ok(());
        }
        for alert in monitor::observe(&mut *self.engine)? {
            let (symptom, starts) = (alert.symptom, alert.starts);
            let message = messages::message(&alert, self.settings.config.lr);
            self.observer.event(&Event::Symptom { symptom, starts, message: &message });
            self.note(symptom.name(), starts, message);
        }
        Ok(())
    }

    /// Reports what is wrong with the samples at the end of the run. Not noted in `events.jsonl`, since a run that
    /// is continued has the same lines as one that never stopped.
    pub(super) fn report_unresolved(&mut self) -> Result<()> {
        if self.settings.watch == Watching::Off {
            return Ok(());
        }
        for alert in monitor::at_end(&mut *self.engine)? {
            let (symptom, message) = (alert.symptom, messages::unresolved(&alert));
            self.observer.event(&Event::Unresolved { symptom, message: &message });
        }
        Ok(())
    }

    /// Adds a line to `events.jsonl`.
    pub(super) fn note(&mut self, about: &str, starts: bool, message: String) {
        let Progress { step, rollbacks } = self.engine.progress();
        let incident = Incident { step, rollbacks, about: about.to_owned(), starts, message };
        self.attempt(|session| session.incidents.push(incident));
    }
}
