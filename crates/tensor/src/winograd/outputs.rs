//! M: what the outputs of tiles are at their points, and the adjoint of that.
#![expect(
    unsafe_code,
    reason = "vectors are read and written through pointers into checked slices"
)]

use super::grid::Grid;
use super::products::Results;
use super::tiling::{self, POINTS, TILE};
use super::{across, for_channels, pitch};
use crate::panels::in_panels;
use crate::simd::{Kernel, Simd, Single};

/// y ← Aᵀ·M·A for each tile of a group. Of each point M has a matrix in panels, a row of channels a
/// tile; the group's tiles begin at `first`.
pub(super) struct Scatter<'a> {
    pub(super) grid: Grid,
    pub(super) m: Results<'a>,
    pub(super) c: usize,
    pub(super) y: &'a mut [f32],
}

impl Kernel for Scatter<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, m, c, y, .. } = self;
        let pictures = y.len() / grid.outputs_of(c);
        let pitch = m.pitch(c);
        assert_eq!(y.len(), pictures * grid.outputs_of(c), "outputs of {c} channels");
        m.check(POINTS * POINTS, c, pictures * grid.tiles());
        let from = m.data.as_ptr();
        for tile in grid.all(pictures) {
            tile.bring(y, grid.outputs_of(c));
            let outputs = grid.outputs(&tile, c);
            let place = |channel| m.place(POINTS * POINTS, c, tile.index, channel);
            // SAFETY: each channel of the tile has its place in each of m's P² matrices, and those of a
            // vector lie side by side, since a panel is as wide as several vectors; `outputs` gives
            // places inside y.
            unsafe {
                for_channels!(
                    simd,
                    c,
                    scatter_vector(from, pitch, &place, &outputs, y.as_mut_ptr())
                );
            }
        }
    }
}

/// # Safety
/// A vector can be read at `from` plus the place of `channel` plus up to P² − 1 pitches, and written at
/// `to` plus each output plus `channel`.
#[inline(always)]
unsafe fn scatter_vector<S: Simd>(
    simd: S,
    channel: usize,
    from: *const f32,
    pitch: usize,
    place: &impl Fn(usize) -> usize,
    outputs: &[[usize; TILE]; TILE],
    to: *mut f32,
) {
    let at = place(channel);
    let mut columns = [[simd.splat(0.0); TILE]; POINTS];
    for (j, column) in columns.iter_mut().enumerate() {
        let mut m = [simd.splat(0.0); POINTS];
        for (i, m) in m.iter_mut().enumerate() {
            // SAFETY: by the caller's promise.
            *m = unsafe { simd.load(from.add((POINTS * i + j) * pitch + at)) };
        }
        *column = tiling::outputs_of_points(simd, m);
    }
    for (i, outputs) in outputs.iter().enumerate() {
        let y = tiling::outputs_of_points(simd, across(simd, &columns, i));
        for (y, at) in y.into_iter().zip(outputs) {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add(at + channel), y) };
        }
    }
}

/// How the rows of a matrix lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One behind the other, for the left operand of a product.
    Rows,
    /// In panels, for the right one.
    Panels,
}

impl Layout {
    /// The index of element (row, col) of a (rows × cols) matrix.
    fn at(self, (rows, cols): (usize, usize), row: usize, col: usize) -> usize {
        match self {
            Self::Rows => row * cols + col,
            Self::Panels => in_panels((rows, cols), row, col),
        }
    }
}

/// m ← the outputs' part in M, the adjoint of [`Scatter`]: A·y·Aᵀ for each tile of a group, in a matrix
/// for each point.
pub(super) struct Gather<'a> {
    pub(super) grid: Grid,
    pub(super) y: &'a [f32],
    pub(super) c: usize,
    pub(super) layout: Layout,
    pub(super) m: &'a mut [f32],
}

impl Kernel for Gather<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, y, c, layout, m, .. } = self;
        let pictures = y.len() / grid.outputs_of(c);
        let tiles = pictures * grid.tiles();
        let pitch = pitch(tiles * c);
        assert_eq!(y.len(), pictures * grid.outputs_of(c), "outputs of {c} channels");
        assert!(m.len() >= POINTS * POINTS * pitch, "M of {pictures} pictures");
        let to = m.as_mut_ptr();
        for tile in grid.all(pictures) {
            tile.bring(y, grid.outputs_of(c));
            let outputs = grid.outputs(&tile, c);
            let place = |channel| layout.at((tiles, c), tile.index, channel);
            // SAFETY: as in `Scatter`, the other way round.
            unsafe {
                for_channels!(simd, c, gather_vector(y, &outputs, to, pitch, &place));
            }
        }
    }
}

/// # Safety
/// A vector can be read from y at each output plus `channel`, and written at `to` plus the place of
/// `channel` plus up to P² − 1 pitches.
#[inline(always)]
unsafe fn gather_vector<S: Simd>(
    simd: S,
    channel: usize,
    y: &[f32],
    outputs: &[[usize; TILE]; TILE],
    to: *mut f32,
    pitch: usize,
    place: &impl Fn(usize) -> usize,
) {
    let at = place(channel);
    let mut columns = [[simd.splat(0.0); POINTS]; TILE];
    for (j, column) in columns.iter_mut().enumerate() {
        let mut d = [simd.splat(0.0); TILE];
        for (d, outputs) in d.iter_mut().zip(outputs) {
            // SAFETY: by the caller's promise.
            *d = unsafe { simd.load(y.as_ptr().add(outputs[j] + channel)) };
        }
        *column = tiling::points_of_outputs(simd, d);
    }
    for i in 0..POINTS {
        let points = tiling::points_of_outputs(simd, across(simd, &columns, i));
        for (j, point) in points.into_iter().enumerate() {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add((POINTS * i + j) * pitch + at), point) };
        }
    }
}
