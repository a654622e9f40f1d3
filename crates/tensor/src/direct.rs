//! Convolution between few channels, straight from the pictures.
//!
//! Where a side has three channels, copying windows into columns costs as much as multiplying them.
//! But the windows of one row of outputs are a matrix as they lie: window i begins stride·c floats
//! after window i − 1, and its elements are `kernel` runs of kernel·c floats, a row of the picture
//! apart. All that it takes is a border of zeros around the picture, so that every window lies inside.
//!
//! | pass | product, for each picture |
//! |---|---|
//! | [`forward`] | y = windows · W, a row of outputs at a time |
//! | [`backward_input`] | the windows' gradient = dy · Wᵀ, added where the windows lie |
//! | [`backward`] | dW += windowsᵀ · dy, a kernel row at a time, and the gradient of x, while dy is near; of a transposed convolution too |

mod backward;
mod backward_input;
mod bordered;
mod forward;

pub(crate) use self::backward::backward;
pub(crate) use self::backward_input::backward_input;
pub(crate) use self::forward::forward;
use crate::panels::PANEL;
use crate::{Dims, Window};

/// Channels out from which a vector of them is worth broadcasting a pixel for.
const FEWEST: usize = 16;

/// Whether a convolution from x to `c_out` channels is one that this does well: a window and a pixel of
/// y are one panel each.
pub(crate) fn fits(x: Dims, c_out: usize, win: Window) -> bool {
    win.taps() * x.3 <= PANEL && (FEWEST..=PANEL).contains(&c_out)
}

/// The sizes of one pass.
#[derive(Clone, Copy)]
struct Sizes {
    win: Window,
    /// Rows and columns of x.
    side: (usize, usize),
    c_in: usize,
    /// Rows and columns of y.
    out: (usize, usize),
    c_out: usize,
}

impl Sizes {
    fn of(x: Dims, y: Dims, win: Window) -> Self {
        Self { win, side: (x.1, x.2), c_in: x.3, out: (y.1, y.2), c_out: y.3 }
    }

    /// Floats of a picture's row.
    fn row(&self) -> usize {
        self.side.1 * self.c_in
    }

    /// Floats of a picture's row with its border.
    fn pitch(&self) -> usize {
        (self.side.1 + 2 * self.win.pad) * self.c_in
    }

    /// Floats of a picture with its border.
    fn bordered(&self) -> usize {
        (self.side.0 + 2 * self.win.pad) * self.pitch()
    }

    /// Floats of a window.
    fn window(&self) -> usize {
        self.win.taps() * self.c_in
    }

    /// Floats of a row of windows.
    fn row_of_windows(&self) -> usize {
        self.out.1 * self.window()
    }

    /// Floats of a picture with its border, and a row of windows.
    fn lane(&self) -> usize {
        self.bordered() + self.row_of_windows()
    }

    /// Floats of a kernel row.
    fn run(&self) -> usize {
        self.win.kernel * self.c_in
    }

    /// Floats from one window to the next.
    fn stride(&self) -> usize {
        self.win.stride * self.c_in
    }

    /// Floats of a picture of the convolution's output.
    fn output(&self) -> usize {
        self.out.0 * self.out.1 * self.c_out
    }

    /// Floats of a picture.
    fn input(&self) -> usize {
        self.side.0 * self.row()
    }
}
