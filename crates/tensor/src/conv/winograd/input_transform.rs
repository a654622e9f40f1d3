//! V: the pixels of tiles in the transform domain, and the adjoint transform.
#![expect(
    unsafe_code,
    reason = "vectors are read and written through pointers into checked slices"
)]

use super::grid::Grid;
use super::products::Results;
use super::tiling::{self, POINTS};
use super::{for_channels, pitch, row_of};
use crate::simd::{Kernel, Simd, Single};

/// v ← V = Bᵀ·x·B for each tile and phase of a group: one matrix for each point, with one row of phases by
/// channels for each tile. `border` is working memory, for the channels of the pixels outside.
pub(super) struct Gather<'a> {
    pub(super) grid: Grid,
    pub(super) x: &'a [f32],
    pub(super) c: usize,
    pub(super) border: &'a mut [f32],
    pub(super) v: &'a mut [f32],
}

impl Kernel for Gather<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, x, c, border, v, .. } = self;
        let images = x.len() / grid.input_len(c);
        let pitch = pitch(images * grid.tiles() * 4 * c);
        assert_eq!(x.len(), images * grid.input_len(c), "images of {c} channels");
        assert!(v.len() >= POINTS * POINTS * pitch, "V of {images} images");
        border[..c].fill(0.0);
        let (from, to) = (x.as_ptr().cast_mut(), v.as_mut_ptr());
        for tile in grid.all(images) {
            tile.prefetch_image(x, grid.input_len(c));
            for phase in 0..4 {
                let pixels = grid.pixels(from, border.as_mut_ptr(), &tile, phase, c);
                let at = (tile.index * 4 + phase) * c;
                // SAFETY: a pixel's c channels lie in x, since `pixels` gives pointers into images, or in
                // `border`, and are only read; from `at` on, c floats lie in each of v's 25 matrices.
                unsafe {
                    for_channels!(simd, c, gather_vector(&pixels, to.add(at), pitch));
                }
            }
        }
    }
}

/// # Safety
/// A vector can be read at `channel` of each pixel, and written at `to` plus `channel` plus up to
/// 24 pitches.
#[inline(always)]
unsafe fn gather_vector<S: Simd>(
    simd: S,
    channel: usize,
    pixels: &[[*mut f32; POINTS]; POINTS],
    to: *mut f32,
    pitch: usize,
) {
    let mut columns = [[simd.splat(0.0); POINTS]; POINTS];
    for (b, column) in columns.iter_mut().enumerate() {
        let mut d = [simd.splat(0.0); POINTS];
        for (d, pixels) in d.iter_mut().zip(pixels) {
            // SAFETY: by the caller's promise.
            *d = unsafe { simd.load(pixels[b].add(channel)) };
        }
        *column = tiling::input_transform(simd, d);
    }
    for i in 0..POINTS {
        let points = tiling::input_transform(simd, row_of(simd, &columns, i));
        for (j, point) in points.into_iter().enumerate() {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add((POINTS * i + j) * pitch + channel), point) };
        }
    }
}

/// x ← the adjoint of [`Gather`]: added up where tiles overlap, in the order of the tiles. V has one matrix
/// in panels for each point and phase, with one row of channels for each tile.
pub(super) struct Scatter<'a> {
    pub(super) grid: Grid,
    pub(super) v: Results<'a>,
    pub(super) c: usize,
    pub(super) border: &'a mut [f32],
    pub(super) x: &'a mut [f32],
}

impl Kernel for Scatter<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { grid, v, c, border, x, .. } = self;
        let images = x.len() / grid.input_len(c);
        let pitch = v.pitch(c);
        assert_eq!(x.len(), images * grid.input_len(c), "images of {c} channels");
        v.check(4 * POINTS * POINTS, c, images * grid.tiles());
        assert!(border.len() >= c, "a border of {c} channels");
        x.fill(0.0);
        let to = x.as_mut_ptr();
        for tile in grid.all(images) {
            let place = |channel| v.place(4 * POINTS * POINTS, c, tile.index, channel);
            for phase in 0..4 {
                let pixels = grid.pixels(to, border.as_mut_ptr(), &tile, phase, c);
                // SAFETY: as in `Gather`, with reads and writes exchanged; pixels outside go into `border`.
                unsafe {
                    let from = v.data.as_ptr().add(phase * POINTS * POINTS * pitch);
                    for_channels!(simd, c, scatter_vector(&pixels, from, pitch, &place));
                }
            }
        }
    }
}

/// # Safety
/// A vector can be read at `from` plus the place of `channel` plus up to 24 pitches, and read and
/// written at `channel` of each pixel.
#[inline(always)]
unsafe fn scatter_vector<S: Simd>(
    simd: S,
    channel: usize,
    pixels: &[[*mut f32; POINTS]; POINTS],
    from: *const f32,
    pitch: usize,
    place: &impl Fn(usize) -> usize,
) {
    let at = place(channel);
    let mut columns = [[simd.splat(0.0); POINTS]; POINTS];
    for (j, column) in columns.iter_mut().enumerate() {
        let mut v = [simd.splat(0.0); POINTS];
        for (i, v) in v.iter_mut().enumerate() {
            // SAFETY: by the caller's promise.
            *v = unsafe { simd.load(from.add((POINTS * i + j) * pitch + at)) };
        }
        *column = tiling::input_transform_adjoint(simd, v);
    }
    for (a, pixels) in pixels.iter().enumerate() {
        let d = tiling::input_transform_adjoint(simd, row_of(simd, &columns, a));
        for (d, pixel) in d.into_iter().zip(pixels) {
            // SAFETY: by the caller's promise.
            unsafe {
                let to = pixel.add(channel);
                simd.store(to, simd.add(simd.load(to), d));
            }
        }
    }
}
