//! The weights at the points, as right operands of products: what they are, and where their panels lie.

use super::tiling::POINTS;
use crate::panels::PANEL;

/// The right operands of the products: at each point one matrix with as many rows as the four phases have
/// together, or, where the weights are read backwards, one for each phase.
#[derive(Clone, Copy)]
pub(super) struct Weights {
    /// Rows of each of the sixteen taps.
    pub(super) rows: usize,
    /// Their columns.
    pub(super) cols: usize,
    /// Whether they are read backwards: the taps lie turned, as columns by rows.
    pub(super) backwards: bool,
}

/// Where panels of the matrices lie: those of the points in one row, i, of the grid of points.
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
        if self.backwards { 4 } else { 1 }
    }

    /// Phases of a part.
    pub(super) fn phases(self) -> usize {
        4 / self.parts()
    }

    /// Columns of a panel; the last one may have fewer.
    pub(super) fn width(self) -> usize {
        PANEL.min(self.cols)
    }

    /// The first column of the panels at a place.
    pub(super) fn first_col(self, place: Place) -> usize {
        place.panel * PANEL
    }

    /// Columns of the panels at a place.
    pub(super) fn width_at(self, place: Place) -> usize {
        PANEL.min(self.cols - self.first_col(place))
    }

    /// Floats of a panel.
    pub(super) fn panel(self) -> usize {
        self.depth() * self.width()
    }

    /// Panels of all parts and points.
    pub(super) fn panels(self) -> usize {
        POINTS * POINTS * self.parts() * self.cols.div_ceil(PANEL)
    }

    /// Where the `index`th row of 5 panels is: they follow each other by i, then part, then panel, so
    /// that the same weights are used many times in a row.
    pub(super) fn place(self, index: usize) -> Place {
        let (i, rest) = (index % POINTS, index / POINTS);
        Place { i, part: rest % self.parts(), panel: rest / self.parts() }
    }
}
