//! M: the outputs of tiles in the transform domain, and the adjoint transform.
#![expect(
    unsafe_code,
    reason = "vectors are read and written through pointers into checked slices"
)]

use super::grid::Grid;
use super::products::Results;
use super::tiling::{self, POINTS, TILE};
use super::{for_channels, pitch, row_of};
use crate::gemm::panels::in_panels;
use crate::simd::{Kernel, Simd, Single};

/// y ← Aᵀ·M·A for each tile of a group. M has one matrix in panels for each point, with one row of channels
/// for each tile.
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
        let images = y.len() / grid.output_len(c);
        let pitch = m.pitch(c);
        assert_eq!(y.len(), images * grid.output_len(c), "outputs of {c} channels");
        m.check(POINTS * POINTS, c, images * grid.tiles());
        let from = m.data.as_ptr();
        for tile in grid.all(images) {
            tile.prefetch_image(y, grid.output_len(c));
            let outputs = grid.outputs(&tile, c);
            let place = |channel| m.place(POINTS * POINTS, c, tile.index, channel);
            // SAFETY: each channel of the tile has its place in each of m's 25 matrices, and those of a
            // vector are contiguous, since a panel is as wide as several vectors; `outputs` gives
            // indices inside y.
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
/// A vector can be read at `from` plus the place of `channel` plus up to 24 pitches, and written at
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
        *column = tiling::output_transform(simd, m);
    }
    for (i, outputs) in outputs.iter().enumerate() {
        let y = tiling::output_transform(simd, row_of(simd, &columns, i));
        for (y, at) in y.into_iter().zip(outputs) {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add(at + channel), y) };
        }
    }
}

/// The memory layout of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Row-major, for the left operand of a product.
    RowMajor,
    /// In panels, for the right operand.
    Panels,
}

impl Layout {
    /// The index of element (row, col) of a (rows × cols) matrix.
    fn at(self, (rows, cols): (usize, usize), row: usize, col: usize) -> usize {
        match self {
            Self::RowMajor => row * cols + col,
            Self::Panels => in_panels((rows, cols), row, col),
        }
    }
}

/// m ← A·y·Aᵀ for each tile of a group, the adjoint of [`Scatter`]: one matrix for each point.
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
        let images = y.len() / grid.output_len(c);
        let tiles = images * grid.tiles();
        let pitch = pitch(tiles * c);
        assert_eq!(y.len(), images * grid.output_len(c), "outputs of {c} channels");
        assert!(m.len() >= POINTS * POINTS * pitch, "M of {images} images");
        let to = m.as_mut_ptr();
        for tile in grid.all(images) {
            tile.prefetch_image(y, grid.output_len(c));
            let outputs = grid.outputs(&tile, c);
            let place = |channel| layout.at((tiles, c), tile.index, channel);
            // SAFETY: as in `Scatter`, with reads and writes exchanged.
            unsafe {
                for_channels!(simd, c, gather_vector(y, &outputs, to, pitch, &place));
            }
        }
    }
}

/// # Safety
/// A vector can be read from y at each output plus `channel`, and written at `to` plus the place of
/// `channel` plus up to 24 pitches.
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
        *column = tiling::output_transform_adjoint(simd, d);
    }
    for i in 0..POINTS {
        let points = tiling::output_transform_adjoint(simd, row_of(simd, &columns, i));
        for (j, point) in points.into_iter().enumerate() {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add((POINTS * i + j) * pitch + at), point) };
        }
    }
}
