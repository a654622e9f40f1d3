use crate::pool::Partition;
use crate::{Backend, BlockSizes, Dims, Epilogue, Isa, View, Window};

/// One convolution from x to y: its sizes, its window, and how to compute it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) x: Dims,
    pub(crate) y: Dims,
    pub(crate) win: Window,
    pub(crate) isa: Isa,
    pub(crate) blocks: BlockSizes,
}

/// What a pass reads, and what it applies to its result.
#[derive(Clone, Copy)]
pub(crate) struct Operands<'a> {
    /// x of a forward pass, dy of a backward one.
    pub(crate) from: View<'a>,
    /// (kernel, kernel, c_in, c_out).
    pub(crate) w: &'a [f32],
    pub(crate) epilogue: Epilogue<'a>,
}

/// Rows that one matrix product should have, MC in BLIS: enough to pay for packing the weights, few
/// enough that the columns of the default layers stay within a core's second-level cache.
const MC: usize = 256;

impl Problem {
    /// # Panics
    /// If x, y, the number of weights and the window do not fit together.
    #[track_caller]
    pub(crate) fn new(x: Dims, y: Dims, weights: usize, win: Window, backend: Backend) -> Self {
        let (n, h, w, c_in) = x;
        let c_out = y.3;
        let out = (win.conv_size(h), win.conv_size(w));
        assert!(y == (n, out.0, out.1, c_out), "{win:?} does not take {x:?} to {y:?}");
        let len = win.taps() * c_in * c_out;
        assert_eq!(weights, len, "weights of {win:?} from {c_in} to {c_out} channels");
        let Backend { isa, blocks, .. } = backend;
        Self { x, y, win, isa, blocks }
    }

    /// Images in the batch.
    pub(crate) fn n(&self) -> usize {
        self.x.0
    }

    /// Channels of x.
    pub(crate) fn c_in(&self) -> usize {
        self.x.3
    }

    /// Channels of y.
    pub(crate) fn c_out(&self) -> usize {
        self.y.3
    }

    /// Windows down and across an image.
    pub(crate) fn windows(&self) -> (usize, usize) {
        (self.y.1, self.y.2)
    }

    /// Rows of the matrix of an image: its windows.
    pub(crate) fn rows(&self) -> usize {
        self.y.1 * self.y.2
    }

    /// Columns of that matrix: kernel²·c_in.
    pub(crate) fn depth(&self) -> usize {
        self.win.taps() * self.x.3
    }

    /// The batch in groups whose windows make one matrix product each.
    pub(crate) fn partition(&self) -> Partition {
        Partition::new(self.n(), self.rows(), MC, rayon::current_num_threads())
    }
}
