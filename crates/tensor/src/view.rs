use ndarray::{ArrayView4, ArrayViewMut4};

/// A batch of activations to read: (n, h, w, c), contiguous.
pub type View<'a> = ArrayView4<'a, f32>;

/// A batch of activations to write: (n, h, w, c), contiguous.
pub type ViewMut<'a> = ArrayViewMut4<'a, f32>;

/// The sizes of a batch of activations: (n, h, w, c).
pub type Dims = (usize, usize, usize, usize);

/// The floats of `x` in memory order.
///
/// # Panics
/// If `x` is not contiguous.
#[track_caller]
pub(crate) fn floats<'a>(x: &View<'a>) -> &'a [f32] {
    x.to_slice().unwrap_or_else(|| panic!("activations {:?} are not contiguous", x.dim()))
}

/// The floats of `x` in memory order, to write.
///
/// # Panics
/// If `x` is not contiguous.
#[track_caller]
pub(crate) fn floats_mut<'a>(x: ViewMut<'a>) -> &'a mut [f32] {
    let dims = x.dim();
    x.into_slice().unwrap_or_else(|| panic!("activations {dims:?} are not contiguous"))
}
