//! Pictures to points and back. A tile is 2 × 2 outputs, and the 6 × 6 pixels that they see; each of
//! the four phases has 3 × 3 of them, two pixels apart.
#![expect(
    unsafe_code,
    reason = "vectors are read and written through pointers into checked slices"
)]

use crate::panels::column;
use crate::simd::{Simd, Single};

use super::POINTS;

/// How the outputs of a picture are cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) down: usize,
    pub(super) across: usize,
}

/// Where a tile lies: in the picture `picture`, and there.
struct Tile {
    index: usize,
    picture: usize,
    down: usize,
    across: usize,
}

impl Grid {
    /// Tiles of one picture.
    pub(super) fn tiles(self) -> usize {
        self.down * self.across
    }

    /// The tiles of so many pictures.
    fn all(self, pictures: usize) -> impl Iterator<Item = Tile> {
        (0..pictures * self.tiles()).map(move |index| {
            let within = index % self.tiles();
            let (down, across) = (within / self.across, within % self.across);
            Tile { index, picture: index / self.tiles(), down, across }
        })
    }

    /// Floats of a picture that is 4 pixels wide and high for each tile.
    fn picture(self, c: usize) -> usize {
        16 * self.tiles() * c
    }

    /// Where in the pictures at `x` the pixels of a tile and a phase begin; those outside are `none`.
    fn pixels(self, x: *mut f32, none: *mut f32, tile: &Tile, phase: usize, c: usize) -> Pixels {
        let (rows, cols) = (4 * self.down, 4 * self.across);
        let x = x.wrapping_add(tile.picture * self.picture(c));
        let mut pixels = [[Pixel { at: none, mask: 0 }; 3]; 3];
        for (a, pixels) in pixels.iter_mut().enumerate() {
            let row = (4 * tile.down + phase / 2 + 2 * a).wrapping_sub(1);
            for (b, pixel) in pixels.iter_mut().enumerate() {
                let col = (4 * tile.across + phase % 2 + 2 * b).wrapping_sub(1);
                if row < rows && col < cols {
                    *pixel = Pixel { at: x.wrapping_add((row * cols + col) * c), mask: usize::MAX };
                }
            }
        }
        pixels
    }

    /// Where in the pictures, half as wide and high, the four outputs of a tile begin.
    fn outputs(self, tile: &Tile, c: usize) -> [[usize; 2]; 2] {
        let cols = 2 * self.across;
        let picture = tile.picture * self.picture(c) / 4;
        [0, 1].map(|i| {
            [0, 1].map(|j| picture + ((2 * tile.down + i) * cols + 2 * tile.across + j) * c)
        })
    }
}

/// The channels of a pixel; of one outside the picture, the same few floats for all of them, so that
/// no load has to ask.
#[derive(Clone, Copy)]
struct Pixel {
    at: *mut f32,
    mask: usize,
}

impl Pixel {
    fn channel(self, channel: usize) -> *mut f32 {
        self.at.wrapping_add(channel & self.mask)
    }
}

type Pixels = [[Pixel; 3]; 3];

/// As many floats as the longest vector has.
type Vector = [f32; 16];

/// Visits channels 0..c, as many at a time as there are lanes, and one at a time at the end.
macro_rules! for_channels {
    ($simd:ident, $c:expr, $f:ident($($arg:expr),*)) => {
        let mut channel = 0;
        while channel + S::LANES <= $c {
            $f($simd, channel, $($arg),*);
            channel += S::LANES;
        }
        while channel < $c {
            $f(Single, channel, $($arg),*);
            channel += 1;
        }
    };
}

/// v ← V: along each side d₀ − d₁, d₁, d₁ − d₂. For each point a row of phases by channels a tile.
#[inline(always)]
pub(super) fn gather<S: Simd>(simd: S, grid: Grid, x: &[f32], c: usize, v: &mut [f32]) {
    let pictures = x.len() / grid.picture(c);
    let stride = pictures * grid.tiles() * 4 * c;
    assert!(x.len() == pictures * grid.picture(c) && v.len() == POINTS * stride, "V of {pictures}");
    let (from, to, zeros) = (x.as_ptr().cast_mut(), v.as_mut_ptr(), Vector::default());
    for tile in grid.all(pictures) {
        for phase in 0..4 {
            let pixels = grid.pixels(from, zeros.as_ptr().cast_mut(), &tile, phase, c);
            let at = (tile.index * 4 + phase) * c;
            // SAFETY: a pixel's c channels lie in x, since `pixels` gives places inside pictures, or
            // are zeros, and are only read; `at` is below `stride` by at least c, and v has nine
            // strides.
            unsafe {
                for_channels!(simd, c, points_of_pixels(&pixels, to.add(at), stride));
            }
        }
    }
}

/// # Safety
/// A vector can be read at `channel` of each pixel, and written at `to` plus `channel` plus up to
/// eight strides.
#[inline(always)]
unsafe fn points_of_pixels<S: Simd>(
    simd: S,
    channel: usize,
    pixels: &Pixels,
    to: *mut f32,
    stride: usize,
) {
    let zero = simd.splat(0.0);
    let mut lines = [[zero; 3]; 3];
    for b in 0..3 {
        let mut d = [zero; 3];
        for (d, pixels) in d.iter_mut().zip(pixels) {
            // SAFETY: by the caller's promise.
            *d = unsafe { simd.load(pixels[b].channel(channel)) };
        }
        lines[0][b] = simd.sub(d[0], d[1]);
        lines[1][b] = d[1];
        lines[2][b] = simd.sub(d[1], d[2]);
    }
    for (i, d) in lines.into_iter().enumerate() {
        let points = [simd.sub(d[0], d[1]), d[1], simd.sub(d[1], d[2])];
        for (j, point) in points.into_iter().enumerate() {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add((3 * i + j) * stride + channel), point) };
        }
    }
}

/// y ← the outputs of M: along each side m₀ + m₁, m₁ − m₂. Of m a row of channels a tile.
#[inline(always)]
pub(super) fn scatter<S: Simd>(simd: S, grid: Grid, m: &[f32], c: usize, y: &mut [f32]) {
    let pictures = y.len() * 4 / grid.picture(c);
    let stride = pictures * grid.tiles() * c;
    assert!(
        4 * y.len() == pictures * grid.picture(c) && m.len() == POINTS * stride,
        "M of {pictures}"
    );
    let to = y.as_mut_ptr();
    for tile in grid.all(pictures) {
        let outputs = grid.outputs(&tile, c);
        // SAFETY: the tile's row is one of stride / c in each of nine points, and `outputs` gives
        // places inside y.
        unsafe {
            let from = m.as_ptr().add(tile.index * c);
            for_channels!(simd, c, outputs_of_points(from, stride, &outputs, to));
        }
    }
}

/// # Safety
/// A vector can be read at `from` plus `channel` plus up to eight strides, and written at `to` plus
/// each output plus `channel`.
#[inline(always)]
unsafe fn outputs_of_points<S: Simd>(
    simd: S,
    channel: usize,
    from: *const f32,
    stride: usize,
    outputs: &[[usize; 2]; 2],
    to: *mut f32,
) {
    let columns = [0, 1, 2].map(|j| {
        // SAFETY: by the caller's promise.
        let m = unsafe { [0, 1, 2].map(|i| simd.load(from.add((3 * i + j) * stride + channel))) };
        [simd.add(m[0], m[1]), simd.sub(m[1], m[2])]
    });
    for (i, outputs) in outputs.iter().enumerate() {
        let m = columns.map(|column| column[i]);
        let y = [simd.add(m[0], m[1]), simd.sub(m[1], m[2])];
        for (y, at) in y.into_iter().zip(outputs) {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add(at + channel), y) };
        }
    }
}

/// m ← M of a gradient, the adjoint of [`scatter`]: along each side y₀, y₀ + y₁, −y₁. Of m a row of
/// channels a tile, cut into panels of `panel` channels.
#[inline(always)]
pub(super) fn gather_gradient<S: Simd>(
    simd: S,
    grid: Grid,
    dy: &[f32],
    c: usize,
    layout: Layout,
    m: &mut [f32],
) {
    let pictures = dy.len() * 4 / grid.picture(c);
    let tiles = pictures * grid.tiles();
    assert!(
        4 * dy.len() == pictures * grid.picture(c) && m.len() == POINTS * tiles * c,
        "M of {pictures}"
    );
    let to = m.as_mut_ptr();
    for tile in grid.all(pictures) {
        let outputs = grid.outputs(&tile, c);
        // SAFETY: `outputs` gives places inside dy; each channel of the tile has its place in each of
        // nine matrices of tiles · c floats, and those of a vector lie side by side, since a panel is
        // as wide as several vectors.
        unsafe {
            for_channels!(
                simd,
                c,
                points_of_outputs(dy, &outputs, to, (layout, tiles, c, tile.index))
            );
        }
    }
}

/// How the rows of a matrix lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One behind the other.
    Rows,
    /// In panels, for the right operand of a product.
    Panels,
}

impl Layout {
    /// The index of element (row, col) of a (rows × cols) matrix.
    fn at(self, (rows, cols): (usize, usize), row: usize, col: usize) -> usize {
        match self {
            Self::Rows => row * cols + col,
            Self::Panels => {
                let (first, width) = column(rows, cols, col);
                first + row * width
            }
        }
    }
}

/// # Safety
/// A vector can be read from dy at each output plus `channel`, and written where the layout has the
/// channel of the tile, in nine matrices from `to` on.
#[inline(always)]
unsafe fn points_of_outputs<S: Simd>(
    simd: S,
    channel: usize,
    dy: &[f32],
    outputs: &[[usize; 2]; 2],
    to: *mut f32,
    (layout, tiles, c, tile): (Layout, usize, usize, usize),
) {
    let zero = simd.splat(0.0);
    let at = layout.at((tiles, c), tile, channel);
    let mut lines = [[zero; 2]; 3];
    for j in 0..2 {
        // SAFETY: by the caller's promise.
        let y =
            unsafe { [0, 1].map(|i: usize| simd.load(dy.as_ptr().add(outputs[i][j] + channel))) };
        lines[0][j] = y[0];
        lines[1][j] = simd.add(y[0], y[1]);
        lines[2][j] = simd.sub(zero, y[1]);
    }
    for (i, y) in lines.into_iter().enumerate() {
        let points = [y[0], simd.add(y[0], y[1]), simd.sub(zero, y[1])];
        for (j, point) in points.into_iter().enumerate() {
            // SAFETY: by the caller's promise.
            unsafe { simd.store(to.add((3 * i + j) * tiles * c + at), point) };
        }
    }
}

/// dx ← the pixels' gradients of V, the adjoint of [`gather`]: along each side v₀, v₁ + v₂ − v₀, −v₂,
/// added up where tiles overlap, in the order of the tiles.
#[inline(always)]
pub(super) fn scatter_gradient<S: Simd>(simd: S, grid: Grid, v: &[f32], c: usize, dx: &mut [f32]) {
    let pictures = dx.len() / grid.picture(c);
    let stride = pictures * grid.tiles() * 4 * c;
    assert!(
        dx.len() == pictures * grid.picture(c) && v.len() == POINTS * stride,
        "V of {pictures}"
    );
    dx.fill(0.0);
    let (to, mut sink) = (dx.as_mut_ptr(), Vector::default());
    let sink = sink.as_mut_ptr();
    for tile in grid.all(pictures) {
        for phase in 0..4 {
            let pixels = grid.pixels(to, sink, &tile, phase, c);
            // SAFETY: as in `gather`, the other way round; what falls outside goes into the sink.
            unsafe {
                let from = v.as_ptr().add((tile.index * 4 + phase) * c);
                for_channels!(simd, c, add_pixels_of_points(from, stride, &pixels));
            }
        }
    }
}

/// # Safety
/// A vector can be read at `from` plus `channel` plus up to eight strides, and read and written at
/// `channel` of each pixel.
#[inline(always)]
unsafe fn add_pixels_of_points<S: Simd>(
    simd: S,
    channel: usize,
    from: *const f32,
    stride: usize,
    pixels: &Pixels,
) {
    let zero = simd.splat(0.0);
    let spread = |v: [S::V; 3]| [v[0], simd.sub(simd.add(v[1], v[2]), v[0]), simd.sub(zero, v[2])];
    let mut lines = [[zero; 3]; 3];
    for j in 0..3 {
        // SAFETY: by the caller's promise.
        let v = unsafe { [0, 1, 2].map(|i| simd.load(from.add((3 * i + j) * stride + channel))) };
        let d = spread(v);
        for (line, d) in lines.iter_mut().zip(d) {
            line[j] = d;
        }
    }
    for (line, pixels) in lines.into_iter().zip(pixels) {
        for (d, pixel) in spread(line).into_iter().zip(pixels) {
            // SAFETY: by the caller's promise.
            unsafe {
                let to = pixel.channel(channel);
                simd.store(to, simd.add(simd.load(to), d));
            }
        }
    }
}
