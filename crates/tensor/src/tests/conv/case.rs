use ndarray::Array4;

use super::super::poison;
use crate::method::Way;
use crate::simd::Level;
use crate::{Act, Algorithm, Dims, Method, Scratch, Window, conv};

/// How far a sum of so many products of size 1 may be from the same in double precision: rounding
/// errors grow like a random walk. Minimal filtering adds before it multiplies, and rounds there too;
/// the more so the more points it takes.
fn tolerance(terms: usize, case: &Case) -> f64 {
    let step = match case.method.algorithm.way(case.x, case.y.3, case.win) {
        Way::Winograd => 6e-6,
        Way::Im2col | Way::Direct | Way::Point => 2e-6,
    };
    step * (terms.max(16) as f64).sqrt()
}

/// A convolution from x to y, with window and weights that fit, and a way to compute it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) x: Dims,
    pub(super) y: Dims,
    pub(super) win: Window,
    pub(super) method: Method,
}

impl Case {
    pub(super) fn new(x: Dims, c_out: usize, win: Window, method: Method) -> Self {
        Self { x, y: (x.0, win.down(x.1), win.down(x.2), c_out), win, method }
    }

    pub(super) fn weights(&self) -> Dims {
        (self.win.kernel, self.win.kernel, self.x.3, self.y.3)
    }

    /// For y, dx and dw.
    pub(super) fn tolerances(&self) -> [f64; 3] {
        let taps = self.win.taps();
        let terms = [taps * self.x.3, taps * self.y.3, self.y.0 * self.y.1 * self.y.2];
        terms.map(|terms| tolerance(terms, self))
    }

    pub(super) fn scratch(&self) -> Scratch {
        Scratch::with(self.method)
    }
}

pub(super) const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };

pub(super) const POINT: Window = Window { kernel: 4, stride: 1, pad: 0 };

/// Every way to compute on this processor.
pub(super) fn methods() -> Vec<Method> {
    let levels = [Level::Avx512, Level::Avx2, Level::Portable].into_iter().filter(|l| l.is_here());
    let ours = levels.flat_map(|level| {
        [Algorithm::Winograd, Algorithm::Auto].map(|algorithm| Method { algorithm, level })
    });
    let im2col = Method { algorithm: Algorithm::Im2col, level: Level::detect() };
    ours.chain([im2col]).collect()
}

/// Each of these layers in every way.
pub(super) fn by_every_method<L: Copy>(
    layers: impl IntoIterator<Item = L>,
) -> impl Iterator<Item = (L, Method)> {
    layers.into_iter().flat_map(|layer| methods().into_iter().map(move |method| (layer, method)))
}

pub(super) fn forward(x: &Array4<f32>, w: &Array4<f32>, case: &Case, act: Act) -> Array4<f32> {
    let (mut y, w) = (poison(case.y), w.as_slice().unwrap());
    conv::forward(x.view(), w, case.win, act, y.view_mut(), &mut case.scratch());
    y
}

pub(super) fn backward_input(
    dy: &Array4<f32>,
    w: &Array4<f32>,
    case: &Case,
    act: Act,
) -> Array4<f32> {
    let (mut dx, w) = (poison(case.x), w.as_slice().unwrap());
    conv::backward_input(dy.view(), w, case.win, act, dx.view_mut(), &mut case.scratch());
    dx
}

pub(super) fn backward_weight(x: &Array4<f32>, dy: &Array4<f32>, case: &Case) -> Array4<f32> {
    let mut dw = poison(case.weights());
    let sums = dw.as_slice_mut().unwrap();
    conv::backward_weight(x.view(), dy.view(), case.win, sums, &mut case.scratch());
    dw
}
