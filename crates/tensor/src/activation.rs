//! Activations. Each can be differentiated from its output alone, so a network stores one array for
//! each layer, not two.

use std::iter::zip;

use crate::pool::{all_threads, parallel_for};
use crate::simd::{Kernel, Simd, dispatch};
use crate::view::{floats, floats_mut};
use crate::{Isa, View, ViewMut};

/// Floats in a parallel task: enough to pay for one, few enough to stay in the cache.
const CHUNK: usize = 16 * 1024;

/// An activation function f, applied elementwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// f(x) = x.
    Identity,
    /// f(x) = max(x, 0).
    Relu,
    /// f(x) = x where x > 0, else slope·x; the slope is positive.
    LeakyRelu(f32),
    /// f(x) = tanh x.
    Tanh,
}

impl Activation {
    /// y ← f(y).
    // Inlined, so that it is compiled for a kernel's vector unit.
    #[inline(always)]
    pub fn apply(self, y: &mut [f32]) {
        if self != Activation::Identity {
            self.with_function(Elementwise(y));
        }
    }

    /// dy ← dy ⊙ f′, with f′ computed from y = f(x). At x = 0 the derivative of ReLU is 0 and that of
    /// LeakyReLU is the slope, as in torch.
    ///
    /// # Panics
    /// If the lengths differ.
    #[inline(always)]
    pub fn backward(self, y: &[f32], dy: &mut [f32]) {
        assert_eq!(y.len(), dy.len(), "an activation and its gradient differ in size");
        let pairs = dy.iter_mut().zip(y);
        match self {
            Activation::Identity => {}
            Activation::Relu => pairs.for_each(|(dy, &y)| *dy = if y > 0.0 { *dy } else { 0.0 }),
            Activation::LeakyRelu(slope) => {
                pairs.for_each(|(dy, &y)| *dy *= if y > 0.0 { 1.0 } else { slope })
            }
            Activation::Tanh => pairs.for_each(|(dy, &y)| *dy *= 1.0 - y * y),
        }
    }

    /// Runs `then` with f, compiled for each f.
    #[inline(always)]
    pub(crate) fn with_function(self, then: impl Function) {
        match self {
            Activation::Identity => then.run(|x| x),
            Activation::Relu => then.run(|x| x.max(0.0)),
            Activation::LeakyRelu(slope) => then.run(|x| leaky(x, slope)),
            Activation::Tanh => then.run(tanh),
        }
    }

    /// Runs `then` with f′ as a function of x, compiled for each f.
    #[inline(always)]
    pub(crate) fn with_derivative(self, then: impl Function) {
        match self {
            Activation::Identity => then.run(|_| 1.0),
            Activation::Relu => then.run(|x| if x > 0.0 { 1.0 } else { 0.0 }),
            Activation::LeakyRelu(slope) => then.run(|x| if x > 0.0 { 1.0 } else { slope }),
            Activation::Tanh => then.run(|x| 1.0 - tanh(x) * tanh(x)),
        }
    }
}

/// Code that needs a function of one float.
pub(crate) trait Function {
    fn run(self, f: impl Fn(f32) -> f32);
}

/// Applies it to each of these floats.
struct Elementwise<'a>(&'a mut [f32]);

impl Function for Elementwise<'_> {
    #[inline(always)]
    fn run(self, f: impl Fn(f32) -> f32) {
        for y in self.0 {
            *y = f(*y);
        }
    }
}

/// [`Activation::backward`] over a whole batch, in parallel, with the instructions of `isa`.
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn backward(isa: Isa, activation: Activation, y: View, dy: ViewMut) {
    assert_eq!(y.dim(), dy.dim(), "an activation and its gradient differ in shape");
    if activation == Activation::Identity {
        return;
    }
    let chunks = zip(floats_mut(dy).chunks_mut(CHUNK), floats(&y).chunks(CHUNK));
    parallel_for(chunks, all_threads(), |(dy, y), _| dispatch(isa, Backward { activation, y, dy }));
}

struct Backward<'a> {
    activation: Activation,
    y: &'a [f32],
    dy: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.activation.backward(self.y, self.dy);
    }
}

#[inline(always)]
fn leaky(x: f32, slope: f32) -> f32 {
    if x > 0.0 { x } else { slope * x }
}

/// tanh to within 3·10⁻⁷, without branches, so that the compiler can vectorise it.
///
/// Near zero the Taylor series, which keeps the relative precision; elsewhere (1 − t)/(1 + t) with
/// t = e^(−2|x|). NaN gives NaN.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let s = x * x;
    let tail = 2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0 + s * (-1382.0 / 155_925.0)));
    let near = x * (1.0 + s * (-1.0 / 3.0 + s * tail));
    let t = exp_of_negative(-2.0 * x.abs());
    let far = ((1.0 - t) / (1.0 + t)).copysign(x);
    if x.abs() < 0.3 { near } else { far }
}

/// e^x for x ≤ 0; e^−20 below −20, where tanh is 1 in single precision.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2: Taylor in r, and 2ⁿ assembled from its bits.
#[inline(always)]
fn exp_of_negative(x: f32) -> f32 {
    /// Adding it leaves the nearest integer in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts; the first has few enough bits that n times it is exact.
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);

    let x = if x < -20.0 { -20.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2.0) - n * LN_2.1;
    let series = 1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0)));
    let exp_r = 1.0 + r + r * r * (0.5 + r * series);
    exp_r * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}
