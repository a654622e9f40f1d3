use std::ffi::OsString;

use pyo3::prelude::*;

/// Run the command `dcgan` with these arguments, the program's name first, and return its exit code.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| dcgan_cli::exit_code(arguments))
}
