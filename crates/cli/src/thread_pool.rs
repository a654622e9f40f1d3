use anyhow::Result;
use dcgan_gan::{Threads, ThreadsError};

use crate::failure::usage;

/// The threads that a command computes on, as `--threads` asks for.
///
/// # Errors
/// If the number is out of range, or the threads cannot be started.
pub(crate) fn threads(count: Option<usize>) -> Result<Threads> {
    Threads::new(count).map_err(|error| match error {
        ThreadsError::Count(n) => {
            usage(format!("--threads is {n}: it must be from 1 to {}", Threads::MAX))
        }
        error => error.into(),
    })
}
