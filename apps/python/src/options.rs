use dcgan_gan::Value;
use dcgan_run::MemoryLimit;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt};

/// The largest number that a configuration file can contain.
const LARGEST: u64 = i64::MAX as u64;

/// Keyword arguments as settings by name. `None` is a setting that is not given.
pub(crate) fn settings(given: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<(String, Value)>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let given = given.iter().filter(|(_, value)| !value.is_none());
    given
        .map(|(name, value)| {
            let name: String = name.extract()?;
            let value = setting(&name, &value)?;
            Ok((name, value))
        })
        .collect()
}

fn setting(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    // A bool of Python is an int too.
    if value.is_instance_of::<PyBool>() {
        return Ok(Value::Bool(value.extract()?));
    }
    if let Ok(number) = value.extract::<u64>() {
        return if number <= LARGEST {
            Ok(Value::Int(number))
        } else {
            Err(too_large(name, value))
        };
    }
    if let Ok(text) = value.extract::<String>() {
        return Ok(Value::Text(text));
    }
    match value.extract::<f64>() {
        Ok(number) => Ok(Value::Float(number)),
        Err(_) if value.is_instance_of::<PyInt>() => Err(too_large(name, value)),
        Err(_) => Err(PyTypeError::new_err(format!(
            "{name} is {}: it must be a number, a string or a bool",
            value.repr()?
        ))),
    }
}

fn too_large(name: &str, value: &Bound<'_, PyAny>) -> PyErr {
    PyValueError::new_err(format!("{name} is {value}: the largest number is {LARGEST}"))
}

/// A number of bytes, or text such as `2GiB`; the default for `None`.
pub(crate) fn memory_limit(given: Option<&Bound<'_, PyAny>>) -> PyResult<MemoryLimit> {
    let Some(given) = given else { return Ok(MemoryLimit::default()) };
    let text = given.str()?.to_string();
    text.parse().map_err(|why| PyValueError::new_err(format!("memory_limit is {text}: {why}")))
}
