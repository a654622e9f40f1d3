//! Arrays of NumPy, made by calls that raise a MemoryError where there is no memory.

use numpy::PyReadonlyArrayDyn;
use pyo3::prelude::*;

/// An array of this shape and type, whose contents are arbitrary.
pub(crate) fn empty<'py>(
    py: Python<'py>,
    shape: &[usize],
    dtype: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let shape = pyo3::types::PyTuple::new(py, shape)?;
    py.import("numpy")?.call_method1("empty", (shape, dtype))
}

/// An array, a list or anything else that NumPy converts, as floats in the order of their indices.
pub(crate) fn contiguous_floats<'py>(
    array: &Bound<'py, PyAny>,
) -> PyResult<PyReadonlyArrayDyn<'py, f32>> {
    let floats = array.py().import("numpy")?.call_method1("asarray", (array, "float32", "C"))?;
    floats.extract()
}

/// The name of a type, as `uint8`, however NumPy spells it.
pub(crate) fn dtype_name(dtype: &Bound<'_, PyAny>) -> PyResult<String> {
    let dtype = dtype.py().import("numpy")?.call_method1("dtype", (dtype,))?;
    dtype.getattr("name")?.extract()
}
