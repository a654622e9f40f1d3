//! Errors of the program as exceptions: the same lines, with remedies in terms of the module.

use std::error::Error;
use std::io;

use dcgan_cli::without_error_numbers;
use dcgan_data::DataError;
use dcgan_gan::ThreadsError;
use dcgan_model::LoadError;
use dcgan_run::RunError;
use pyo3::exceptions::{
    PyArithmeticError, PyFileExistsError, PyFileNotFoundError, PyOSError, PyPermissionError,
    PyRuntimeError, PyValueError,
};
use pyo3::prelude::*;

pyo3::create_exception!(dcgan, DivergedError, PyArithmeticError, "Training diverged.");

/// The exception for a run that failed.
pub(crate) fn run(error: &RunError) -> PyErr {
    let message = without_error_numbers(&message(error));
    match error {
        RunError::FolderTaken { .. } | RunError::FolderNotEmpty { .. } => {
            PyFileExistsError::new_err(message)
        }
        RunError::NoRun { .. } => PyFileNotFoundError::new_err(message),
        RunError::InUse { .. } | RunError::NotSaved { .. } => PyOSError::new_err(message),
        RunError::Diverged { .. } => DivergedError::new_err(message),
        RunError::Dataset { error } => by_cause(error, message),
        _ => by_cause(error, message),
    }
}

/// The exception for a model that cannot be loaded.
pub(crate) fn load(error: &LoadError) -> PyErr {
    let message = without_error_numbers(&report(error));
    match error {
        LoadError::NoCheckpoint { .. } => PyFileNotFoundError::new_err(message),
        _ => by_cause(error, message),
    }
}

/// The exception for threads that cannot be started.
pub(crate) fn threads(error: &ThreadsError) -> PyErr {
    match error {
        ThreadsError::Count(_) => PyValueError::new_err(error.to_string()),
        _ => PyRuntimeError::new_err(without_error_numbers(&report(error))),
    }
}

/// An error of the system where one is the cause, and otherwise a wrong value.
fn by_cause(error: &(dyn Error + 'static), message: String) -> PyErr {
    match system_error(error).map(io::Error::kind) {
        None => PyValueError::new_err(message),
        Some(io::ErrorKind::NotFound) => PyFileNotFoundError::new_err(message),
        Some(io::ErrorKind::PermissionDenied) => PyPermissionError::new_err(message),
        Some(io::ErrorKind::AlreadyExists) => PyFileExistsError::new_err(message),
        Some(_) => PyOSError::new_err(message),
    }
}

/// The system's error among the causes.
fn system_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    let own = error.downcast_ref().or(match error.downcast_ref() {
        Some(DataError::Read { error, .. } | DataError::Remove { error, .. }) => Some(error),
        Some(DataError::Store(error)) => Some(error),
        _ => None,
    });
    own.or_else(|| system_error(error.source()?))
}

/// The message followed by those of all causes.
fn report(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", report(cause)),
        None => error.to_string(),
    }
}

fn message(error: &RunError) -> String {
    let remedy = match error {
        RunError::Fixed { .. } => "; leave it out, or start a new run",
        RunError::FolderTaken { .. } => {
            "; continue it with dcgan.resume, or choose another folder with out"
        }
        RunError::FolderNotEmpty { .. } => "; choose an empty or a new folder with out",
        RunError::InsideData { .. } => "; choose a folder outside it with out",
        RunError::DataInsideRun { .. } => {
            ", where dcgan writes its own images; move the data elsewhere"
        }
        RunError::NoRun { .. } => "; start one with dcgan.train",
        RunError::InUse { .. } => "; wait until it ends, stop it, or choose another folder",
        RunError::DataChanged { .. } => {
            "; restore the old images, or allow it with allow_data_change=True"
        }
        RunError::NotSaved { .. } => {
            "; free some space or repair the folder, then continue with dcgan.resume"
        }
        RunError::Diverged { can_roll_back: true, .. } => {
            ", or retry with different latents: dcgan.resume(run, on_divergence=\"rollback\")"
        }
        _ => "",
    };
    error.report() + remedy
}
