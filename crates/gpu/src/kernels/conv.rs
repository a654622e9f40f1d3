//! The three passes of a convolution. Counterpart: tensor/src/conv.rs.

use dcgan_tensor::{Activation, Window};

use crate::GpuError;
use crate::floats::Floats;
use crate::recorder::{Recorder, grid};
use crate::shader::{self, Pass, Tile};
use crate::uniform::Uniform;

/// Workgroups that keep a large device busy. To divide a sum in two costs a dispatch, which is what it gains.
const WORKGROUPS: usize = 128;

/// Steps of a sum, at least, in one of its splits.
const SPLIT_DEPTH: usize = 128;

/// A convolution of n images (h, w, c_in) to (h_out, w_out, c_out), with a weight (kernel, kernel, c_in, c_out).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Conv {
    pub(crate) window: Window,
    pub(crate) n: usize,
    pub(crate) h: usize,
    pub(crate) w: usize,
    pub(crate) c_in: usize,
    pub(crate) c_out: usize,
    /// Where the weight starts in θ.
    pub(crate) weight: usize,
}

/// What is applied to an output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epilogue<'a> {
    /// Where the bias starts in θ, if there is one.
    pub(crate) bias: Option<usize>,
    pub(crate) activation: Activation,
    /// The output of the activation, if the result is a gradient that goes on through it: f′ is applied, not f.
    pub(crate) gradient_at: Option<&'a Floats>,
}

impl<'a> Epilogue<'a> {
    pub(crate) const NONE: Self =
        Self { bias: None, activation: Activation::Identity, gradient_at: None };

    /// From the gradient in y = f(x) to that in x.
    pub(crate) fn through(activation: Activation, y: &'a Floats) -> Self {
        let gradient_at = Some(y).filter(|_| activation != Activation::Identity);
        Self { bias: None, activation, gradient_at }
    }
}

impl Conv {
    /// The same convolution in its simplest form: a window over the whole image is a matrix product.
    fn simplified(self) -> Self {
        let Self { window: Window { kernel, pad, .. }, h, w, c_in, .. } = self;
        if pad > 0 || h != kernel || w != kernel {
            return self;
        }
        let window = Window { kernel: 1, stride: 1, pad: 0 };
        Self { window, h: 1, w: 1, c_in: kernel * kernel * c_in, ..self }
    }

    fn out(&self) -> (usize, usize) {
        (self.window.conv_size(self.h), self.window.conv_size(self.w))
    }

    /// Floats of the weight.
    pub(crate) fn weights(&self) -> usize {
        self.window.taps() * self.c_in * self.c_out
    }

    /// Floating-point operations of a pass.
    fn flops(&self) -> u64 {
        let (h_out, w_out) = self.out();
        2 * (self.n * h_out * w_out) as u64 * self.weights() as u64
    }

    fn sizes(&self) -> String {
        let Self { n, h, w, c_in, c_out, .. } = self;
        let (h_out, w_out) = self.out();
        format!("{n} of {h}×{w}×{c_in} and {h_out}×{w_out}×{c_out}")
    }

    /// y ← f(w ∗ x + bias).
    pub(crate) fn forward(
        self,
        to: &mut Recorder,
        (x, theta): (&Floats, &Floats),
        epilogue: Epilogue,
        y: &Floats,
    ) -> Result<(), GpuError> {
        let conv = self.simplified();
        let (h_out, w_out) = conv.out();
        let product = Product {
            rows: conv.n * h_out * w_out,
            columns: conv.c_out,
            depth: conv.window.taps() * conv.c_in,
            phases: 1,
            len: conv.n * h_out * w_out * conv.c_out,
            out: 0,
        };
        conv.run(to, Pass::Forward, product, [x, theta, y], epilogue)
    }

    /// dx ← f(wᵀ ∗ dy + bias), the transposed convolution.
    pub(crate) fn backward_input(
        self,
        to: &mut Recorder,
        (dy, theta): (&Floats, &Floats),
        epilogue: Epilogue,
        dx: &Floats,
    ) -> Result<(), GpuError> {
        let conv = self.simplified();
        // A bias for each pixel of the whole image would not be what is meant.
        assert!(epilogue.bias.is_none() || conv == self, "a bias of a transposed full window");
        let Window { kernel, stride, .. } = conv.window;
        let product = Product {
            rows: conv.n * conv.h.div_ceil(stride) * conv.w.div_ceil(stride),
            columns: conv.c_in,
            depth: kernel.div_ceil(stride).pow(2) * conv.c_out,
            phases: stride * stride,
            len: conv.n * conv.h * conv.w * conv.c_in,
            out: 0,
        };
        conv.run(to, Pass::BackwardInput, product, [dy, theta, dx], epilogue)
    }

    /// dw ← the gradient in the weight, in its place in dL/dθ.
    pub(crate) fn backward_weight(
        self,
        to: &mut Recorder,
        (x, dy): (&Floats, &Floats),
        dtheta: &Floats,
    ) -> Result<(), GpuError> {
        let conv = self.simplified();
        let (h_out, w_out) = conv.out();
        let product = Product {
            rows: conv.window.taps() * conv.c_in,
            columns: conv.c_out,
            depth: conv.n * h_out * w_out,
            phases: 1,
            len: conv.weights(),
            out: conv.weight,
        };
        conv.run(to, Pass::BackwardWeight, product, [x, dy, dtheta], Epilogue::NONE)
    }

    fn run(
        &self,
        to: &mut Recorder,
        pass: Pass,
        product: Product,
        [left, right, result]: [&Floats; 3],
        epilogue: Epilogue,
    ) -> Result<(), GpuError> {
        let tile = Tile::for_columns(product.columns);
        let (splits, split_depth) = product.splits(tile);
        let is_split = splits > 1;
        let partials = if is_split { Some(to.partials(splits * product.len)?) } else { None };
        let (h_out, w_out) = self.out();
        let Epilogue { bias, activation, gradient_at } = epilogue;
        let uniform = Uniform::new()
            .ints([product.rows, product.columns, product.depth, splits, split_depth])
            .ints([self.h, self.w, self.c_in, h_out, w_out, self.c_out, self.weight])
            .int(bias.unwrap_or(0))
            .int(if is_split { 0 } else { product.out })
            .int(bias.is_some().into())
            .activation(activation)
            .ints([product.len, gradient_at.is_some().into()]);
        let uniform = to.uniform(&uniform);
        let kernel = shader::conv(pass, self.window, tile);
        let groups = grid(product.tiles(tile), splits * product.phases);
        let values = gradient_at.unwrap_or(right);
        let arrays = [left, right, partials.as_ref().unwrap_or(result), values];
        to.push_with(&kernel, &uniform, &arrays, groups);
        to.describe(self.sizes(), self.flops());
        if let Some(partials) = &partials {
            // Without a bias any array will do.
            let theta = if bias.is_some() { right } else { partials };
            let sum = Sum { len: product.len, splits, out: product.out };
            sum.run(to, partials, (theta, product.columns), epilogue, result);
        }
        Ok(())
    }
}

/// The sizes of a matrix product.
#[derive(Clone, Copy, Debug)]
struct Product {
    rows: usize,
    columns: usize,
    depth: usize,
    /// Products of these sizes, side by side.
    phases: usize,
    /// Floats of the result, and where it starts.
    len: usize,
    out: usize,
}

impl Product {
    fn tiles(&self, tile: Tile) -> usize {
        self.rows.div_ceil(4 * tile.row_groups) * self.columns.div_ceil(4 * tile.column_groups)
    }

    /// Into how many splits, of which depth, the sums are divided so that a large device is busy. A function of the
    /// sizes alone, so that the order of each sum is.
    fn splits(&self, tile: Tile) -> (usize, usize) {
        let groups = self.tiles(tile) * self.phases;
        let wanted = (WORKGROUPS / groups).clamp(1, self.depth.div_ceil(SPLIT_DEPTH));
        let depth = self.depth.div_ceil(wanted).next_multiple_of(tile.depth);
        (self.depth.div_ceil(depth), depth)
    }
}

/// The last part of a sum in splits: see `sum_partials.wgsl`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    /// Floats of the result, partial sums of each, and where the result starts.
    pub(crate) len: usize,
    pub(crate) splits: usize,
    pub(crate) out: usize,
}

impl Sum {
    pub(crate) fn run(
        self,
        to: &mut Recorder,
        partials: &Floats,
        (theta, columns): (&Floats, usize),
        Epilogue { bias, activation, gradient_at }: Epilogue,
        result: &Floats,
    ) {
        let uniform = Uniform::new()
            .ints([self.len, self.splits, self.out, columns, bias.unwrap_or(0)])
            .int(bias.is_some().into())
            .activation(activation)
            .int(gradient_at.is_some().into());
        let arrays = [partials, theta, result, gradient_at.unwrap_or(partials)];
        to.push_elements(&shader::SUM_PARTIALS, &uniform, &arrays, self.len);
    }
}
