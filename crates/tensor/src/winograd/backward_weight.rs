//! dW from X and dY: both to V and M, products, U to taps.

use std::iter::zip;

use super::cut::Cut;
use super::lanes::Lanes;
use super::outputs::Layout;
use super::taps::Taps;
use super::tiling::POINTS;
use super::{outputs, pixels};
use crate::gemm::Accum;
use crate::panels::{Depth, Left, PANEL, multiply_on};
use crate::plan::{all_threads, share};
use crate::sides::{Sides, centre, halves};
use crate::simd::{Level, dispatch};
use crate::sum::add_up;
use crate::{Scratch, View, floats};

/// Tiles of a group: what a product sums in registers.
const TILES: usize = 64;

/// Channels in of a block.
const ROWS: usize = 64;

/// Floats of a block: rows of a panel.
const BLOCK: usize = ROWS * PANEL;

/// dW, the sums over tiles; see [`crate::conv::backward_weight`].
///
/// Each phase and block of U is summed over the tiles of one part of a span by one task, which turns it
/// into taps while it is near; so there never is a whole U. The taps of the parts are added up at the end.
pub(crate) fn backward_weight(
    level: Level,
    x: View,
    dy: View,
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let n = x.dim().0;
    let cut = Cut::new(x.dim(), dy.dim(), TILES);
    let Cut { grid, c_in, c_out, .. } = cut;
    let depth = 4 * c_in;
    let (down, across) = (c_in.div_ceil(ROWS), c_out.div_ceil(PANEL));
    let blocks = 4 * down * across;
    let parts = cut.parts(n);
    let (aside, v, m) = ([cut.aside(); 2], cut.lane(depth), cut.lane(c_out));
    let taps = parts * blocks * 4 * BLOCK;
    let (task, tasks) = (cut.border().max(POINTS * POINTS * BLOCK), halves(cut.tasks));
    let memory = scratch.whole(cut.tasks * task + 2 * cut.aside() * (v + m) + taps);
    let (mut lanes, rest) = Sides::of(memory, tasks, task);
    let (mut vs, rest) = Sides::of(rest, aside, v);
    let (mut ms, rest) = Sides::of(rest, aside, m);
    let taps = centre(rest, taps);

    let (x, dy) = (floats(&x), floats(&dy));
    for (span, parts) in cut.spans(n).enumerate() {
        let counts = cut.counts(&parts);
        let own = zip(vs.first(counts), ms.first(counts));
        share(zip(cut.groups(&parts), own), lanes.pieces(), |(group, (v, m)), border| {
            let own = |len: usize| group.start * len..group.end * len;
            let (x, y) = (&x[own(grid.pixels_of(c_in))], &dy[own(grid.outputs_of(c_out))]);
            dispatch(level, pixels::Gather { grid, x, c: c_in, border, v });
            let layout = Layout::Panels;
            dispatch(level, outputs::Gather { grid, y, c: c_out, layout, m });
        });

        let (v, m) = (cut.over_parts(&vs, &parts, depth), cut.over_parts(&ms, &parts, c_out));
        share(taps.chunks_mut(4 * BLOCK).enumerate(), lanes.pieces(), |(i, taps), u| {
            if span == 0 {
                taps.fill(0.0);
            }
            let (v, m) = (v[i / blocks], m[i / blocks]);
            if v.tiles == 0 {
                return;
            }
            let (phase, first, panel) = (i % 4, i / 4 % down * ROWS, i / 4 / down % across * PANEL);
            let (rows, width) = (ROWS.min(c_in - first), PANEL.min(c_out - panel));
            let len = rows * width;
            for (point, u) in u[..POINTS * POINTS * len].chunks_exact_mut(len).enumerate() {
                sum(level, (v, phase * c_in + first, rows), (m, panel, width), point, u);
            }
            let (u, dw) = (&u[..POINTS * POINTS * len], &mut taps[..4 * len]);
            dispatch(level, Taps { u, dw });
        });
    }
    write(taps, blocks * 4 * BLOCK, (c_in, c_out), dw);
}

/// u ← Vᵀ·M at one point over all groups: rows of V's columns from `first` on, by a panel of M.
fn sum(
    level: Level,
    (v, first, rows): (Lanes, usize, usize),
    (m, panel, width): (Lanes, usize, usize),
    point: usize,
    u: &mut [f32],
) {
    let mut accum = Accum::Replace;
    for ((data, tiles), (m, _)) in zip(v.at(point), m.at(point)) {
        let left = Left { data: &data[first..], rows, row: 1, depth: Depth::even(tiles, v.cols) };
        let m = &m[panel * tiles..][..width * tiles];
        multiply_on(level, accum, left, (m, width), u);
        accum = Accum::Add;
    }
}

/// dw ← the taps of all blocks, those of the parts, of so many floats each, added up.
fn write(taps: &[f32], part: usize, (c_in, c_out): (usize, usize), dw: &mut [f32]) {
    let down = c_in.div_ceil(ROWS);
    share(dw.chunks_mut(c_in * c_out).enumerate(), all_threads(), |(tap, dw), _| {
        let (phase, own) = (tap / 4 % 2 * 2 + tap % 2, tap / 8 * 2 + tap / 2 % 2);
        for (c, dw) in dw.chunks_exact_mut(c_out).enumerate() {
            let (block, row) = (c / ROWS, c % ROWS);
            let rows = ROWS.min(c_in - block * ROWS);
            for (panel, dw) in dw.chunks_mut(PANEL).enumerate() {
                let block = ((panel * down + block) * 4 + phase) * 4 * BLOCK;
                let (at, width) = (block + (own * rows + row) * dw.len(), dw.len());
                add_up(taps.chunks_exact(part).map(|taps| &taps[at..][..width]), dw);
            }
        }
    });
}
