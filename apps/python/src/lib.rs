//! The Python module `dcgan`: generators ([`dcgan_model`]), training runs ([`dcgan_run`]), and the command
//! ([`dcgan_cli`]).
//!
//! Python's part, in `python/dcgan`, has the types and re-exports what is here.

use pyo3::prelude::*;

mod arrays;
mod command;
mod errors;
mod generator;
mod latents;
mod options;
mod step;
mod training;

#[pymodule]
fn _dcgan(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("DivergedError", module.py().get_type::<errors::DivergedError>())?;
    module.add_class::<generator::Generator>()?;
    module.add_class::<step::Step>()?;
    module.add_function(wrap_pyfunction!(command::main, module)?)?;
    module.add_function(wrap_pyfunction!(latents::slerp, module)?)?;
    module.add_function(wrap_pyfunction!(training::resume, module)?)?;
    module.add_function(wrap_pyfunction!(training::train, module)?)
}
