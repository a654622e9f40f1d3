//! dW from X and dY: both to V and M, products, U to taps.

use std::iter::zip;

use super::blocking::Blocking;
use super::output_transform::Layout;
use super::tiling::POINTS;
use super::transformed_tiles::TransformedTiles;
use super::weight_gradient::Taps;
use super::{input_transform, output_transform};
use crate::conv::problem::Problem;
use crate::gemm::panels::{Depth, Left, NR, multiply_with};
use crate::pool::{Halves, all_threads, centre, parallel_for, split_count};
use crate::simd::dispatch;
use crate::sum::sum_parts;
use crate::view::floats;
use crate::{Accum, Isa, Scratch, View};

/// Input channels of a block of U.
const MC: usize = 64;

/// Floats of a block: rows of a panel.
const BLOCK: usize = MC * NR;

/// dW, the sums over tiles.
///
/// Each phase and block of U is summed over the tiles of one part of a span by one task, which transforms
/// it into taps while it is in the cache, so there never is a whole U. The taps of the parts are added up
/// at the end.
pub(super) fn backward_weight(
    conv: &Problem,
    x: View,
    dy: View,
    accum: Accum,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let n = conv.n();
    if n == 0 {
        return accum.empty_sum(dw);
    }
    let blocking = Blocking::of_sums(conv);
    let c_out = blocking.c_out;
    let blocks = Blocks::new(&blocking);
    let (parts, depth) = (blocking.parts(n), 4 * blocking.c_in);
    let in_half = [blocking.groups_in_half(); 2];
    let (v, m) = (blocking.buffer(depth), blocking.buffer(c_out));
    let taps = parts * blocks.taps();
    let task = blocking.border().max(POINTS * POINTS * BLOCK);
    let memory = blocking.tasks * task + 2 * in_half[0] * (v + m) + taps;
    let memory = scratch.whole(memory);
    let (mut tasks, rest) = Halves::new(memory, split_count(blocking.tasks), task);
    let (mut vs, rest) = Halves::new(rest, in_half, v);
    let (mut ms, rest) = Halves::new(rest, in_half, m);
    let taps = centre(rest, taps);

    for (span, parts) in blocking.spans(n).enumerate() {
        transform(conv.isa, &blocking, &parts, (&x, &dy), (&mut vs, &mut ms), &mut tasks);
        let v = blocking.tiles_of_parts(&vs, &parts, depth);
        let m = blocking.tiles_of_parts(&ms, &parts, c_out);
        parallel_for(taps.chunks_mut(4 * BLOCK).enumerate(), tasks.buffers(), |(i, taps), u| {
            if span == 0 {
                taps.fill(0.0);
            }
            let part = i / blocks.count();
            if v[part].tiles > 0 {
                blocks.add_taps(conv.isa, i, (v[part], m[part]), u, taps);
            }
        });
    }
    blocks.write(taps, accum, dw);
}

/// vs, ms ← V and M of the images of a span.
fn transform(
    isa: Isa,
    blocking: &Blocking,
    parts: &[std::ops::Range<usize>; 2],
    (x, dy): (&View, &View),
    (vs, ms): (&mut Halves, &mut Halves),
    tasks: &mut Halves,
) {
    let Blocking { grid, c_in, c_out, .. } = *blocking;
    let (x, dy) = (floats(x), floats(dy));
    let counts = blocking.counts(parts);
    let own = zip(vs.first(counts), ms.first(counts));
    parallel_for(zip(blocking.groups(parts), own), tasks.buffers(), |(group, (v, m)), border| {
        let own = |len: usize| group.start * len..group.end * len;
        let (x, y) = (&x[own(grid.input_len(c_in))], &dy[own(grid.output_len(c_out))]);
        dispatch(isa, input_transform::Gather { grid, x, c: c_in, border, v });
        let layout = Layout::Panels;
        dispatch(isa, output_transform::Gather { grid, y, c: c_out, layout, m });
    });
}

/// The blocks of U: by panel of output channels, then block of input channels, then phase.
#[derive(Clone, Copy)]
struct Blocks {
    c_in: usize,
    c_out: usize,
    down: usize,
    across: usize,
}

impl Blocks {
    fn new(blocking: &Blocking) -> Self {
        let Blocking { c_in, c_out, .. } = *blocking;
        Self { c_in, c_out, down: c_in.div_ceil(MC), across: c_out.div_ceil(NR) }
    }

    fn count(self) -> usize {
        4 * self.down * self.across
    }

    /// Floats of the taps of all blocks.
    fn taps(self) -> usize {
        self.count() * 4 * BLOCK
    }

    /// taps += those of the `i`th block, summed over the tiles of v and m. `u` is working memory.
    fn add_taps(
        self,
        isa: Isa,
        i: usize,
        (v, m): (TransformedTiles, TransformedTiles),
        u: &mut [f32],
        taps: &mut [f32],
    ) {
        let Self { c_in, c_out, down, across } = self;
        let (phase, first, panel) = (i % 4, i / 4 % down * MC, i / 4 / down % across * NR);
        let (rows, width) = (MC.min(c_in - first), NR.min(c_out - panel));
        let len = rows * width;
        for (point, u) in u[..POINTS * POINTS * len].chunks_exact_mut(len).enumerate() {
            sum(isa, (v, phase * c_in + first, rows), (m, panel, width), point, u);
        }
        let (u, dw) = (&u[..POINTS * POINTS * len], &mut taps[..4 * len]);
        dispatch(isa, Taps { u, dw });
    }

    /// dw ← the taps of all blocks, summed over the parts; or dw ← dw + that.
    fn write(self, taps: &[f32], accum: Accum, dw: &mut [f32]) {
        let Self { c_in, c_out, down, .. } = self;
        let parts = taps.chunks_exact(self.taps());
        parallel_for(dw.chunks_mut(c_in * c_out).enumerate(), all_threads(), |(tap, dw), _| {
            let (phase, own) = (tap / 4 % 2 * 2 + tap % 2, tap / 8 * 2 + tap / 2 % 2);
            for (c, dw) in dw.chunks_exact_mut(c_out).enumerate() {
                let (block, row) = (c / MC, c % MC);
                let rows = MC.min(c_in - block * MC);
                for (panel, dw) in dw.chunks_mut(NR).enumerate() {
                    let block = ((panel * down + block) * 4 + phase) * 4 * BLOCK;
                    let (at, width) = (block + (own * rows + row) * dw.len(), dw.len());
                    sum_parts(accum, parts.clone().map(|taps| &taps[at..][..width]), dw);
                }
            }
        });
    }
}

/// u ← Vᵀ·M at one point over all groups: `rows` of V's columns from `first` on, by a panel of M.
fn sum(
    isa: Isa,
    (v, first, rows): (TransformedTiles, usize, usize),
    (m, panel, width): (TransformedTiles, usize, usize),
    point: usize,
    u: &mut [f32],
) {
    let mut accum = Accum::Overwrite;
    for ((data, tiles), (m, _)) in zip(v.at(point), m.at(point)) {
        let depth = Depth::strided(tiles, v.cols);
        let left = Left { data: &data[first..], rows, row: 1, depth };
        let m = &m[panel * tiles..][..width * tiles];
        multiply_with(isa, accum, left, (m, width), u);
        accum = Accum::Add;
    }
}
