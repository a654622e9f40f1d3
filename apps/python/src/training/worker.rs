//! The part of a session that knows nothing of Python.

use std::ffi::CString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use dcgan_gan::Threads;
use dcgan_run::journal::Record;
use dcgan_run::messages::counted;
use dcgan_run::{Control, Event, Observer, Options, Outcome, RunError, Session};

/// What a session tells the thread that called it.
pub(super) enum Message {
    /// A step, and the steps after which the run ends.
    Step(Record, u64),
    Warning(CString),
    /// Follows a step, and is received once that has been served.
    Served,
}

/// Sends the events that Python hears of.
pub(super) struct Reporter {
    to: SyncSender<Message>,
    steps: bool,
    total: u64,
}

impl Reporter {
    /// `steps` says whether anybody waits for them.
    pub(super) fn new(to: SyncSender<Message>, steps: bool) -> Self {
        Self { to, steps, total: 0 }
    }

    /// The receiver lives as long as the session, so this does not fail.
    fn send(&self, message: Message) {
        let _ = self.to.send(message);
    }

    fn warn(&self, text: &str) {
        let text = dcgan_cli::without_error_numbers(text).replace('\0', "");
        self.send(Message::Warning(CString::new(text).unwrap_or_default()));
    }
}

impl Observer for Reporter {
    fn event(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { total, .. } => self.total = total,
            Event::Step(record) if self.steps => {
                self.send(Message::Step(*record, self.total));
                // The next step must wait for the callback, which may stop the run.
                self.send(Message::Served);
            }
            Event::Warning(text) | Event::DiskTrouble(text) => self.warn(text),
            Event::Symptom { starts: true, message, .. }
            | Event::Unresolved { message, .. }
            | Event::RolledBack { message, .. } => self.warn(message),
            Event::AlreadyComplete { steps, folder, .. } => self.warn(&format!(
                "the run in {} is complete: it has taken its {}; more need steps or epochs",
                folder.display(),
                counted(steps, "step")
            )),
            _ => {}
        }
    }
}

/// Stops a session on request, and keeps its threads awake during a step.
pub(super) struct Stop<'a> {
    pub(super) requested: &'a AtomicBool,
    pub(super) threads: &'a Threads,
}

impl Control for Stop<'_> {
    fn stop(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    fn around_step(&self, step: &mut dyn FnMut()) {
        self.threads.keep_awake(step);
    }
}

/// Runs a session to its end. Returns the folder of the run, and how the session ended.
pub(super) fn train(
    options: &Options,
    resume: bool,
    mut reporter: Reporter,
    control: &Stop<'_>,
) -> Result<(PathBuf, Outcome), RunError> {
    control.threads.install(|| {
        let start = if resume { Session::resume } else { Session::new };
        let session = start(options, dcgan_cli::PROGRAM, &mut reporter)?;
        let folder = session.folder().to_owned();
        session.run(control).map(|outcome| (folder, outcome))
    })
}
