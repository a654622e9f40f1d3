//! V: what the pixels of tiles are at their points, and the adjoint of that.
#![expect(
    unsafe_code,
    reason = "vectors are read and written through pointers into checked slices"
)]

use super::grid::Grid;
use super::tiling::Tiling;
use super::{across, for_channels, pitch};
use crate::simd::{Simd, Single};

/// v ← V = Bᵀ·x·B for each tile and phase. Of each point a matrix, a row of phases by channels a tile.
/// `border` is working memory: the c channels of whatever lies outside.
#[inline(always)]
pub(super) fn gather<S: Simd, T: Tiling<M, P>, const M: usize, const P: usize>(
    simd: S,
    grid: Grid<M>,
    x: &[f32],
    c: usize,
    border: &mut [f32],
    v: &mut [f32],
) {
    let pictures = x.len() / grid.pixels_of(c);
    let pitch = pitch(pictures * grid.tiles() * 4 * c);
    assert_eq!(x.len(), pictures * grid.pixels_of(c), "pictures of {c} channels");
    assert_eq!(v.len(), P * P * pitch, "V of {pictures} pictures");
    border[..c].fill(0.0);
    let (from, to) = (x.as_ptr().cast_mut(), v.as_mut_ptr());
    for tile in grid.all(pictures) {
        for phase in 0..4 {
            let pixels = grid.pixels(from, border.as_mut_ptr(), &tile, phase, c);
            let at = (tile.index * 4 + phase) * c;
            // SAFETY: a pixel's c channels lie in x, since `pixels` gives places inside pictures, or
            // in `border`, and are only read; from `at` on, c floats lie in each of v's P² matrices.
            unsafe {
                for_channels!(simd, c, gather_vector < T, M, P > (&pixels, to.add(at), pitch));
            }
        }
    }
}

/// # Safety
/// A vector can be read at `channel` of each pixel, and written at `to` plus `channel` plus up to
/// P² − 1 pitches.
#[inline(always)]
unsafe fn gather_vector<S: Simd, T: Tiling<M, P>, const M: usize, const P: usize>(
    simd: S,
    channel: usize,
    pixels: &[[*mut f32; P]; P],
    to: *mut f32,
    pitch: usize,
) {
    let mut columns = [[simd.splat(0.0); P]; P];
    for (b, column) in columns.iter_mut().enumerate() {
        let mut d = [simd.splat(0.0); P];
        for (d, pixels) in d.iter_mut().zip(pixels) {
            // SAFETY: by the caller's promise.
            *d = unsafe { simd.load(pixels[b].add(channel)) };
        }
        *column = T::points_of_pixels(simd, d);
    }
    for i in 0..P {
        let points = T::points_of_pixels(simd, across(simd, &columns, i));
        for (j, point) in points.into_iter().enumerate() {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add((P * i + j) * pitch + channel), point) };
        }
    }
}

/// x ← the pixels' part in V, the adjoint of [`gather`]: added up where tiles overlap, in the order of
/// the tiles.
#[inline(always)]
pub(super) fn scatter<S: Simd, T: Tiling<M, P>, const M: usize, const P: usize>(
    simd: S,
    grid: Grid<M>,
    v: &[f32],
    c: usize,
    border: &mut [f32],
    x: &mut [f32],
) {
    let pictures = x.len() / grid.pixels_of(c);
    let pitch = pitch(pictures * grid.tiles() * 4 * c);
    assert_eq!(x.len(), pictures * grid.pixels_of(c), "pictures of {c} channels");
    assert_eq!(v.len(), P * P * pitch, "V of {pictures} pictures");
    x.fill(0.0);
    assert!(border.len() >= c, "a border of {c} channels");
    let to = x.as_mut_ptr();
    for tile in grid.all(pictures) {
        for phase in 0..4 {
            let pixels = grid.pixels(to, border.as_mut_ptr(), &tile, phase, c);
            // SAFETY: as in `gather`, the other way round; what falls outside goes into `border`.
            unsafe {
                let from = v.as_ptr().add((tile.index * 4 + phase) * c);
                for_channels!(simd, c, scatter_vector < T, M, P > (&pixels, from, pitch));
            }
        }
    }
}

/// # Safety
/// A vector can be read at `from` plus `channel` plus up to P² − 1 pitches, and read and written at
/// `channel` of each pixel.
#[inline(always)]
unsafe fn scatter_vector<S: Simd, T: Tiling<M, P>, const M: usize, const P: usize>(
    simd: S,
    channel: usize,
    pixels: &[[*mut f32; P]; P],
    from: *const f32,
    pitch: usize,
) {
    let mut columns = [[simd.splat(0.0); P]; P];
    for (j, column) in columns.iter_mut().enumerate() {
        let mut v = [simd.splat(0.0); P];
        for (i, v) in v.iter_mut().enumerate() {
            // SAFETY: by the caller's promise.
            *v = unsafe { simd.load(from.add((P * i + j) * pitch + channel)) };
        }
        *column = T::pixels_of_points(simd, v);
    }
    for (a, pixels) in pixels.iter().enumerate() {
        let d = T::pixels_of_points(simd, across(simd, &columns, a));
        for (d, pixel) in d.into_iter().zip(pixels) {
            // SAFETY: by the caller's promise.
            unsafe {
                let to = pixel.add(channel);
                simd.store(to, simd.add(simd.load(to), d));
            }
        }
    }
}
