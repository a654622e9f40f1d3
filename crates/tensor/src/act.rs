//! Activations. All of them can be undone from their output alone, so a network stores one array
//! for each layer, not two.

use std::iter::zip;

use crate::plan::{all_threads, share};
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{View, ViewMut, floats, floats_mut};

/// Floats in a parallel task: enough to be worth one, small enough to stay in cache.
const CHUNK: usize = 16 * 1024;

/// An activation function f, applied to each float on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// f(x) = x.
    Identity,
    /// f(x) = max(x, 0).
    Relu,
    /// f(x) = x where x > 0, else slope·x; the slope is positive.
    LeakyRelu(f32),
    /// f(x) = tanh x.
    Tanh,
}

impl Act {
    /// y ← f(y).
    // Inlined, so that a kernel's vector unit does it.
    #[inline(always)]
    pub fn apply(self, y: &mut [f32]) {
        if self != Act::Identity {
            self.with_function(Each(y));
        }
    }

    /// dy ← dy ⊙ f′, the derivative taken from y = f(x). At the corner of ReLU it is 0, at that of
    /// LeakyReLU the slope, as torch has it.
    #[inline(always)]
    pub fn pull_back(self, y: &[f32], dy: &mut [f32]) {
        assert_eq!(y.len(), dy.len(), "an activation and its gradient differ in size");
        let pairs = dy.iter_mut().zip(y);
        match self {
            Act::Identity => {}
            Act::Relu => pairs.for_each(|(dy, &y)| *dy = if y > 0.0 { *dy } else { 0.0 }),
            Act::LeakyRelu(slope) => {
                pairs.for_each(|(dy, &y)| *dy *= if y > 0.0 { 1.0 } else { slope })
            }
            Act::Tanh => pairs.for_each(|(dy, &y)| *dy *= 1.0 - y * y),
        }
    }

    /// Does what needs f, compiled for each f.
    #[inline(always)]
    pub(crate) fn with_function(self, then: impl Function) {
        match self {
            Act::Identity => then.run(|x| x),
            Act::Relu => then.run(|x| x.max(0.0)),
            Act::LeakyRelu(slope) => then.run(|x| leaky(x, slope)),
            Act::Tanh => then.run(tanh),
        }
    }

    /// Does what needs f′ as a function of x, compiled for each f.
    #[inline(always)]
    pub(crate) fn with_slope(self, then: impl Function) {
        match self {
            Act::Identity => then.run(|_| 1.0),
            Act::Relu => then.run(|x| if x > 0.0 { 1.0 } else { 0.0 }),
            Act::LeakyRelu(slope) => then.run(|x| if x > 0.0 { 1.0 } else { slope }),
            Act::Tanh => then.run(|x| 1.0 - tanh(x) * tanh(x)),
        }
    }
}

/// What needs a function of one float.
pub(crate) trait Function {
    fn run(self, f: impl Fn(f32) -> f32);
}

/// Of these floats each.
struct Each<'a>(&'a mut [f32]);

impl Function for Each<'_> {
    #[inline(always)]
    fn run(self, f: impl Fn(f32) -> f32) {
        for y in self.0 {
            *y = f(*y);
        }
    }
}

/// [`Act::pull_back`] over a whole batch, in parallel.
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn pull_back(act: Act, y: View, dy: ViewMut) {
    assert_eq!(y.dim(), dy.dim(), "an activation and its gradient differ in shape");
    if act == Act::Identity {
        return;
    }
    let (level, y) = (Level::detect(), floats(&y));
    let chunks = zip(floats_mut(dy).chunks_mut(CHUNK), y.chunks(CHUNK));
    share(chunks, all_threads(), |(dy, y), _| dispatch(level, PullBack { act, y, dy }));
}

struct PullBack<'a> {
    act: Act,
    y: &'a [f32],
    dy: &'a mut [f32],
}

impl Kernel for PullBack<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.act.pull_back(self.y, self.dy);
    }
}

#[inline(always)]
fn leaky(x: f32, slope: f32) -> f32 {
    if x > 0.0 { x } else { slope * x }
}

/// tanh to within 3·10⁻⁷, without a branch, so that the compiler works on several floats at once.
///
/// Near zero the Taylor series, which keeps the relative precision; elsewhere (1 − t)/(1 + t) with
/// t = e^(−2|x|). A NaN stays one.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let s = x * x;
    let tail = 2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0 + s * (-1382.0 / 155_925.0)));
    let near = x * (1.0 + s * (-1.0 / 3.0 + s * tail));
    let t = exp_of_negative(-2.0 * x.abs());
    let far = ((1.0 - t) / (1.0 + t)).copysign(x);
    if x.abs() < 0.3 { near } else { far }
}

/// e^x for x ≤ 0; below −20, where tanh cannot tell any more, e^−20.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2: Taylor in r, and 2ⁿ put together from its bits.
#[inline(always)]
fn exp_of_negative(x: f32) -> f32 {
    /// Adding it leaves the nearest whole number in the low bits of the sum.
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
