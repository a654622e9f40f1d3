//! Every kernel against its oracle on random geometries, the adjoint identities, and the promise that the
//! number of threads changes nothing. Scratch memory is new, hence NaN, and outputs start as NaN.

mod activation;
mod conv;
mod isa;
mod memory;
mod norm;
mod parallel_for;
mod same_bits;

use dcgan_random::{Purpose, fill_normal, stream};
use ndarray::Array4;

use crate::Dims;

/// Samples of N(0, 1); different for each `index`.
fn normal(dims: Dims, index: u64) -> Array4<f32> {
    let mut x = poison(dims);
    fill_normal(&mut stream(7, Purpose::Noise, index), x.as_slice_mut().unwrap());
    x
}

/// NaN everywhere.
fn poison(dims: Dims) -> Array4<f32> {
    Array4::from_elem(dims, f32::NAN)
}

fn dot(a: &Array4<f32>, b: &Array4<f32>) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

/// Asserts |got − want| ≤ tolerance·(1 + |want|) everywhere; NaN is never close.
#[track_caller]
fn assert_close<'a>(
    got: impl IntoIterator<Item = &'a f32>,
    want: impl IntoIterator<Item = f64>,
    tolerance: f64,
) {
    let mut got = got.into_iter();
    for (i, want) in want.into_iter().enumerate() {
        let got = f64::from(*got.next().expect("as many floats as wanted"));
        let error = (got - want).abs();
        assert!(error <= tolerance * (1.0 + want.abs()), "float {i} is {got}, wanted {want}");
    }
    assert!(got.next().is_none(), "more floats than wanted");
}
