use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use dcgan_gan::Threads;
use dcgan_run::{Options, Outcome, RunError};
use pyo3::exceptions::{PyTypeError, PyUserWarning};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::step::Step;
use crate::{errors, options};
use worker::{Message, Reporter, Stop};

mod worker;

/// Time between two looks for Ctrl-C.
const POLL: Duration = Duration::from_millis(50);

/// Train a DCGAN on `data`: a folder of images, an .npy array or an IDX file; without it on the built-in cats.
///
/// `settings` are those of `dcgan train`, under their names in config.toml, such as `steps=1000` or
/// `keep="last=3,best=1"`. `out` is the folder of the run, by default runs/NAME-001. Returns that folder.
///
/// `callback` is called after each step with a `Step`, on the calling thread. If it returns False, the run is saved
/// and ends, and `resume` continues it. The same happens after Ctrl-C, or if the callback raises an exception, and
/// the exception is then passed on. Warnings of the program are given as UserWarning.
#[pyfunction]
#[pyo3(signature = (data = None, *, out = None, callback = None, threads = None, memory_limit = None, **settings))]
pub(crate) fn train(
    py: Python<'_>,
    data: Option<PathBuf>,
    out: Option<PathBuf>,
    callback: Option<Bound<'_, PyAny>>,
    threads: Option<usize>,
    memory_limit: Option<Bound<'_, PyAny>>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<PathBuf> {
    let options = Options {
        data,
        out,
        memory_limit: options::memory_limit(memory_limit.as_ref())?,
        settings: options::settings(settings)?,
        ..Options::default()
    };
    Training { options, resume: false, threads, callback }.run(py)
}

/// Continue the run in a folder from its newest checkpoint, as `dcgan train --resume`.
///
/// Settings that do not decide the result may be changed, such as `steps=2000`. If the images are elsewhere now, or
/// others, give `data`, or `allow_data_change=True`. The other arguments and the result are those of `train`.
#[pyfunction]
#[pyo3(signature = (run, *, data = None, callback = None, allow_data_change = false, threads = None, memory_limit = None, **settings))]
#[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub(crate) fn resume(
    py: Python<'_>,
    run: PathBuf,
    data: Option<PathBuf>,
    callback: Option<Bound<'_, PyAny>>,
    allow_data_change: bool,
    threads: Option<usize>,
    memory_limit: Option<Bound<'_, PyAny>>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<PathBuf> {
    let options = Options {
        data,
        out: Some(run),
        allow_data_change,
        memory_limit: options::memory_limit(memory_limit.as_ref())?,
        settings: options::settings(settings)?,
        ..Options::default()
    };
    Training { options, resume: true, threads, callback }.run(py)
}

/// A session that is about to start.
struct Training<'py> {
    options: Options,
    resume: bool,
    threads: Option<usize>,
    callback: Option<Bound<'py, PyAny>>,
}

impl Training<'_> {
    /// Trains on threads of its own. The calling thread serves them: only there does Python notice Ctrl-C, and
    /// plots of a callback belong there.
    fn run(self, py: Python<'_>) -> PyResult<PathBuf> {
        if let Some(callback) = self.callback.as_ref().filter(|callback| !callback.is_callable()) {
            let message = format!("callback is {}, which cannot be called", callback.repr()?);
            return Err(PyTypeError::new_err(message));
        }
        let threads = Threads::new(self.threads).map_err(|error| errors::threads(&error))?;
        let stop = AtomicBool::new(false);
        let Self { options, resume, callback, .. } = self;
        // Without a buffer: a message is sent once the one before it has been served.
        let (sender, receiver) = sync_channel(0);
        let reporter = Reporter::new(sender, callback.is_some());
        let (result, raised) = thread::scope(|scope| {
            let control = Stop { requested: &stop, threads: &threads };
            let worker = scope.spawn(move || worker::train(&options, resume, reporter, &control));
            let raised = serve(py, receiver, callback.as_ref(), &stop);
            (py.detach(|| worker.join()), raised)
        });
        let result = result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        finish(py, result, raised)
    }
}

/// Serves the messages of a session until it has ended. Returns what was raised; the session then stops.
fn serve(
    py: Python<'_>,
    mut receiver: Receiver<Message>,
    callback: Option<&Bound<'_, PyAny>>,
    stop: &AtomicBool,
) -> Option<PyErr> {
    let mut raised = None;
    loop {
        let receiver = &mut receiver;
        let served = match py.detach(move || receiver.recv_timeout(POLL)) {
            Ok(_) if raised.is_some() => Ok(true),
            Ok(message) => answer(py, message, callback),
            Err(RecvTimeoutError::Timeout) => Ok(true),
            Err(RecvTimeoutError::Disconnected) => return raised,
        };
        match served.and_then(|goes_on| py.check_signals().map(|()| goes_on)) {
            Ok(true) => {}
            Ok(false) => stop.store(true, Ordering::SeqCst),
            Err(error) => {
                stop.store(true, Ordering::SeqCst);
                raised.get_or_insert(error);
            }
        }
    }
}

/// Passes a message on to Python. Returns whether the session goes on.
fn answer(py: Python<'_>, message: Message, callback: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
    match (message, callback) {
        (Message::Step(record, total), Some(callback)) => {
            let answer = callback.call1((Step::new(&record, total),))?;
            Ok(answer.extract::<bool>().unwrap_or(true))
        }
        (Message::Warning(text), _) => {
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &text, 1)?;
            Ok(true)
        }
        (Message::Step(..) | Message::Served, _) => Ok(true),
    }
}

/// The folder of the run, or the exception.
fn finish(
    py: Python<'_>,
    result: Result<(PathBuf, Outcome), RunError>,
    raised: Option<PyErr>,
) -> PyResult<PathBuf> {
    match (result, raised) {
        (Ok((folder, _)), None) => Ok(folder),
        (Ok((folder, Outcome::Interrupted)), Some(raised)) => {
            let note = format!("continue the run in {} with dcgan.resume", folder.display());
            // Python before 3.11 has no notes.
            let _ = raised.value(py).call_method1("add_note", (note,));
            Err(raised)
        }
        (Ok(_), Some(raised)) => Err(raised),
        (Err(error), raised) => {
            let error = errors::run(&error);
            error.set_cause(py, raised);
            Err(error)
        }
    }
}
