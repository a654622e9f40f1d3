//! The weights in the transform domain, as right operands of products: their sizes and their panels.

use super::tiling::POINTS;
use crate::gemm::panels::NR;

/// The right operands of the products: for each interpolation point one matrix, whose rows are those of
/// all four phases; or, if the weights are transposed, one matrix for each phase.
#[derive(Clone, Copy)]
pub(super) struct Weights {
    /// Rows of each of the sixteen taps, as an operand.
    pub(super) rows: usize,
    /// Their columns.
    pub(super) cols: usize,
    /// Whether a tap is stored as cols × rows.
    pub(super) transposed: bool,
}

/// The place of a row of 5 panels, one for each point in row `i` of the grid of points.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) i: usize,
    pub(super) part: usize,
    pub(super) panel: usize,
}

impl Weights {
    /// Rows of a matrix.
    pub(super) fn depth(self) -> usize {
        self.phases() * self.rows
    }

    /// Matrices at a point.
    fn parts(self) -> usize {
        if self.transposed { 4 } else { 1 }
    }

    /// Phases of a part.
    pub(super) fn phases(self) -> usize {
        4 / self.parts()
    }

    /// Columns of a panel; the last one may have fewer.
    pub(super) fn width(self) -> usize {
        NR.min(self.cols)
    }

    /// The first column of the panels at a place.
    pub(super) fn first_col(self, place: Place) -> usize {
        place.panel * NR
    }

    /// Columns of the panels at a place.
    pub(super) fn width_at(self, place: Place) -> usize {
        NR.min(self.cols - self.first_col(place))
    }

    /// Floats of a panel.
    pub(super) fn panel(self) -> usize {
        self.depth() * self.width()
    }

    /// Panels of all parts and points.
    pub(super) fn panels(self) -> usize {
        POINTS * POINTS * self.parts() * self.cols.div_ceil(NR)
    }

    /// The place of the `index`th row of 5 panels: ordered by i, then part, then panel, so that the same
    /// weights are used many times in succession.
    pub(super) fn place(self, index: usize) -> Place {
        let (i, rest) = (index % POINTS, index / POINTS);
        Place { i, part: rest % self.parts(), panel: rest / self.parts() }
    }
}
