use super::InteropError;
use super::dtype::{Dtype, Number};
use crate::numbers::{Allowed, Fault};

/// A tensor of a file, whatever its container. Nothing is copied until its numbers are asked for.
#[derive(Clone, Debug)]
pub(super) struct Tensor<'a> {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    /// Elements from one index of an axis to the next.
    strides: Vec<usize>,
    /// From the first element on.
    bytes: &'a [u8],
}

impl<'a> Tensor<'a> {
    /// A tensor whose first element is the first in `bytes`. `None` if they do not hold all of it.
    #[cfg(any(feature = "safetensors", feature = "torch"))]
    pub(super) fn new(
        name: String,
        dtype: Dtype,
        shape: Vec<usize>,
        strides: Vec<usize>,
        bytes: &'a [u8],
    ) -> Option<Self> {
        let tensor = Self { name, dtype, shape, strides, bytes };
        let size = tensor.dtype.size().unwrap_or(0);
        let fits = tensor.extent()?.checked_mul(size)? <= bytes.len();
        fits.then_some(tensor)
    }

    /// A tensor in row-major order.
    #[cfg(feature = "safetensors")]
    pub(super) fn contiguous(
        name: String,
        dtype: Dtype,
        shape: Vec<usize>,
        bytes: &'a [u8],
    ) -> Option<Self> {
        let mut strides = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = shape[axis].checked_mul(strides[axis])?;
        }
        Self::new(name, dtype, shape, strides, bytes)
    }

    /// Elements from the first to behind the last one.
    #[cfg(any(feature = "safetensors", feature = "torch"))]
    fn extent(&self) -> Option<usize> {
        if self.shape.contains(&0) {
            return Some(0);
        }
        // It has to be countable too, which follows from the extent only if no stride is 0.
        self.len()?;
        let axes = self.shape.iter().zip(&self.strides);
        axes.into_iter().try_fold(1usize, |extent, (n, stride)| {
            extent.checked_add((n - 1).checked_mul(*stride)?)
        })
    }

    /// Number of elements, if it can be counted.
    fn len(&self) -> Option<usize> {
        self.shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n))
    }

    /// Bytes that the elements would take one after the other. More than the file has if a tensor repeats its
    /// numbers.
    pub(super) fn byte_len(&self) -> usize {
        self.len().and_then(|len| len.checked_mul(self.dtype.size()?)).unwrap_or(usize::MAX)
    }

    /// All elements in row-major order.
    fn numbers(&self) -> impl Iterator<Item = Number> + '_ {
        let size = self.dtype.size().unwrap_or(0);
        let position = move |mut index: usize| {
            let axes = self.shape.iter().zip(&self.strides).rev();
            axes.fold(0, |position, (n, stride)| {
                let along = index % n;
                index /= n;
                position + along * stride
            })
        };
        let len = self.len().unwrap_or(0);
        (0..len).filter_map(move |i| self.dtype.number(self.bytes.get(position(i) * size..)?))
    }

    /// Its floats in row-major order.
    ///
    /// # Errors
    /// If it has another type, or holds a value that is not allowed.
    pub(super) fn floats(&self, allowed: Allowed) -> Result<Vec<f32>, InteropError> {
        if !self.dtype.is_float() {
            return Err(self.wrong_type("F16, BF16, F32 and F64"));
        }
        let double = |number| match number {
            Number::Float(value) => value,
            Number::Int(value) => value as f64,
        };
        let floats: Vec<f32> = self.numbers().map(|number| double(number) as f32).collect();
        let Some((at, fault)) = allowed.first_fault(&floats) else { return Ok(floats) };
        let value = self.numbers().nth(at).map_or(f64::NAN, double);
        let why = match fault {
            Fault::NonFinite if value.is_finite() => "which is too large for single precision",
            Fault::NonFinite => "which is not finite",
            Fault::Negative => "but a variance cannot be negative",
        };
        // Large ones with an exponent.
        Err(InteropError::Value { name: self.name.clone(), value: format!("{value:?}"), why })
    }

    /// Its only element, a count.
    ///
    /// # Errors
    /// If it is something else.
    pub(super) fn count(&self) -> Result<u64, InteropError> {
        let mut numbers = self.numbers();
        match (numbers.next(), numbers.next()) {
            (Some(Number::Int(value)), None) => match i64::try_from(value).map(u64::try_from) {
                Ok(Ok(count)) => Ok(count),
                _ => Err(InteropError::Value {
                    name: self.name.clone(),
                    value: value.to_string(),
                    why: "which is not a number of batches",
                }),
            },
            (Some(Number::Int(_)), Some(_)) => Err(InteropError::Shape {
                name: self.name.clone(),
                found: self.shape.clone(),
                expected: vec![],
            }),
            _ => Err(self.wrong_type("integers for a count")),
        }
    }

    fn wrong_type(&self, supported: &'static str) -> InteropError {
        let found = self.dtype.to_string();
        InteropError::Type { name: self.name.clone(), found, supported }
    }
}
