use ndarray::Array4;

use super::super::poison;
use crate::conv::{self, Conv, ConvKernel};
use crate::{Accum, Activation, Backend, Context, ConvAlgorithm, Dims, Isa, Window};

/// A convolution from x to y, with window and weights that fit, and how to compute it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) x: Dims,
    pub(super) y: Dims,
    pub(super) win: Window,
    pub(super) backend: Backend,
}

impl Case {
    pub(super) fn new(x: Dims, c_out: usize, win: Window, backend: Backend) -> Self {
        Self { x, y: (x.0, win.conv_size(x.1), win.conv_size(x.2), c_out), win, backend }
    }

    pub(super) fn weights(&self) -> Dims {
        (self.win.kernel, self.win.kernel, self.x.3, self.y.3)
    }

    /// The kernel that computes it.
    pub(super) fn kernel(&self) -> ConvKernel {
        let weights = self.win.taps() * self.x.3 * self.y.3;
        Conv::new(self.x, self.y, weights, self.win, self.backend).kernel
    }

    /// For y, dx and dw.
    pub(super) fn tolerances(&self) -> [f64; 3] {
        let taps = self.win.taps();
        let terms = [taps * self.x.3, taps * self.y.3, self.y.0 * self.y.1 * self.y.2];
        terms.map(|terms| tolerance(terms, self.kernel()))
    }

    pub(super) fn context(&self) -> Context {
        Context::new(self.backend)
    }
}

/// How far a sum of this many products of size 1 may be from the same in double precision: rounding
/// errors grow like a random walk. Minimal filtering adds before it multiplies, and rounds there too.
fn tolerance(terms: usize, kernel: ConvKernel) -> f64 {
    let step = match kernel {
        ConvKernel::Winograd => 6e-6,
        ConvKernel::Im2col | ConvKernel::Direct | ConvKernel::FullWindow => 2e-6,
    };
    step * (terms.max(16) as f64).sqrt()
}

pub(super) const HALVE: Window = Window { kernel: 4, stride: 2, pad: 1 };

/// The window between 4 × 4 and 1 × 1.
pub(super) const FULL: Window = Window { kernel: 4, stride: 1, pad: 0 };

/// Every way to compute on this processor.
pub(super) fn backends() -> Vec<Backend> {
    let algorithms = [
        ConvAlgorithm::Auto,
        ConvAlgorithm::Im2col,
        ConvAlgorithm::Winograd,
        ConvAlgorithm::Direct,
        ConvAlgorithm::FullWindow,
    ];
    Isa::supported()
        .flat_map(|isa| algorithms.map(|conv| Backend { conv, isa, ..Backend::default() }))
        .collect()
}

/// This convolution by each kernel that can compute it, with each instruction set.
pub(super) fn by_every_kernel(x: Dims, c_out: usize, win: Window) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for backend in backends() {
        let case = Case::new(x, c_out, win, backend);
        let same =
            |other: &Case| (other.kernel(), other.backend.isa) == (case.kernel(), backend.isa);
        if !cases.iter().any(same) {
            cases.push(case);
        }
    }
    cases
}

pub(super) fn forward(
    x: &Array4<f32>,
    w: &Array4<f32>,
    case: &Case,
    activation: Activation,
) -> Array4<f32> {
    let (mut y, w) = (poison(case.y), w.as_slice().unwrap());
    conv::forward(x.view(), w, case.win, activation, y.view_mut(), &mut case.context());
    y
}

pub(super) fn backward_input(
    dy: &Array4<f32>,
    w: &Array4<f32>,
    case: &Case,
    activation: Activation,
) -> Array4<f32> {
    let (mut dx, w) = (poison(case.x), w.as_slice().unwrap());
    conv::backward_input(dy.view(), w, case.win, activation, dx.view_mut(), &mut case.context());
    dx
}

pub(super) fn backward_weight(x: &Array4<f32>, dy: &Array4<f32>, case: &Case) -> Array4<f32> {
    let mut dw = poison(case.weights());
    let sums = dw.as_slice_mut().unwrap();
    let ctx = &mut case.context();
    conv::backward_weight(x.view(), dy.view(), case.win, Accum::Overwrite, sums, ctx);
    dw
}
