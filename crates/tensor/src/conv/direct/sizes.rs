use crate::Window;
use crate::conv::problem::Problem;

/// The lengths of an image's parts, in floats.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) win: Window,
    /// Rows and columns of x.
    pub(super) side: (usize, usize),
    pub(super) c_in: usize,
    /// Rows and columns of y.
    pub(super) out: (usize, usize),
    pub(super) c_out: usize,
}

impl Sizes {
    pub(super) fn new(conv: &Problem) -> Self {
        Self {
            win: conv.win,
            side: (conv.x.1, conv.x.2),
            c_in: conv.c_in(),
            out: conv.windows(),
            c_out: conv.c_out(),
        }
    }

    /// An image row.
    pub(super) fn row(&self) -> usize {
        self.side.1 * self.c_in
    }

    /// An image row with its border.
    pub(super) fn pitch(&self) -> usize {
        (self.side.1 + 2 * self.win.pad) * self.c_in
    }

    /// An image with its border.
    pub(super) fn bordered(&self) -> usize {
        (self.side.0 + 2 * self.win.pad) * self.pitch()
    }

    /// A window.
    pub(super) fn window(&self) -> usize {
        self.win.taps() * self.c_in
    }

    /// A row of windows.
    pub(super) fn row_of_windows(&self) -> usize {
        self.out.1 * self.window()
    }

    /// An image with its border, and a row of windows: what a task works in.
    pub(super) fn task(&self) -> usize {
        self.bordered() + self.row_of_windows()
    }

    /// A kernel row.
    pub(super) fn run(&self) -> usize {
        self.win.kernel * self.c_in
    }

    /// From one window to the next.
    pub(super) fn stride(&self) -> usize {
        self.win.stride * self.c_in
    }

    /// An image of y.
    pub(super) fn output(&self) -> usize {
        self.out.0 * self.out.1 * self.c_out
    }

    /// An image of x.
    pub(super) fn input(&self) -> usize {
        self.side.0 * self.row()
    }
}
