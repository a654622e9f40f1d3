//! A pass whose right operand are the weights, in one of two orders, which give the same bits.
//!
//! The transformed weights are many times as many as the weights. Where they fit into a cache they are
//! made once, and each group of tiles goes alone through its transform, all products, and the transform
//! back. Where they do not, a span of tiles is transformed as a whole; then panel by panel of the
//! weights is made, used for all those tiles while it is near, and forgotten.

use std::iter::zip;
use std::ops::Range;

use ndarray::Axis;

use super::products::{Products, Results};
use crate::plan::{groups, share};
use crate::sides::{Sides, centre, halves};
use crate::{Epilogue, Output, View, floats, floats_mut};

/// From pictures through `gather` to what their tiles are at the points, through the products with w to
/// results, through `scatter` to pictures, and to their `end`. Both are given the place for what lies
/// outside.
pub(super) struct Pass<'a, G, S> {
    pub(super) products: Products,
    pub(super) w: &'a [f32],
    pub(super) end: Epilogue<'a>,
    pub(super) gather: G,
    pub(super) scatter: S,
}

impl<G, S> Pass<'_, G, S>
where
    G: Fn(&[f32], &mut [f32], &mut [f32]) + Sync,
    S: Fn(Results, &mut [f32], &mut [f32]) + Sync,
{
    /// to ← the pass over `from`, in [`Products::memory`] floats.
    pub(super) fn run(&self, from: View, to: Output, memory: &mut [f32]) {
        if self.products.are_near() {
            self.group_by_group(from, to, memory);
        } else {
            self.panel_by_panel(from, to, memory);
        }
    }

    fn group_by_group(&self, from: View, to: Output, memory: &mut [f32]) {
        let Self { products, w, .. } = *self;
        let (task, tasks) = (products.task(), halves(products.cut.tasks));
        let (mut lanes, memory) = Sides::of(memory, tasks, task);
        let memory = centre(memory, products.all_copies());
        let (mut u, _) = Sides::of(memory, products.copies(), products.all());
        products.make_all(w, &mut u, lanes.pieces());
        let [front, back] = u.both();
        let own_u = |lane: usize| if lane < tasks[0] || back.is_empty() { front } else { back };

        let (n, h, w, c) = from.dim();
        let (from, groups) = (floats(&from), groups(n, products.cut.group));
        let own = |group: Range<usize>| &from[group.start * h * w * c..group.end * h * w * c];
        let parts = zip(groups.clone().map(own), to.parts(groups.map(|group| group.len())));
        let lanes = lanes.pieces().enumerate();
        let lanes = lanes.map(|(index, lane)| (lane, own_u(index)));
        share(parts, lanes, |(from, to), (lane, u)| {
            let (border, lane) = lane.split_at_mut(products.cut.border());
            let (left, results) = lane.split_at_mut(products.lane());
            (self.gather)(from, border, left);
            let left = products.cut.one(left, to.dim().0, products.weights.depth());
            let results = &mut results[..products.results(left.tiles)];
            products.with_all(left, u, results);
            let results = Results { data: results, tiles: left.tiles, first: 0 };
            self.leave(results, border, to);
        });
    }

    fn panel_by_panel(&self, from: View, to: Output, memory: &mut [f32]) {
        let Self { products, w, .. } = *self;
        let (group, span, task) = (products.cut.group, products.cut.span, products.task());
        let (tasks, depth) = (halves(products.cut.tasks), products.weights.depth());
        let (mut lanes, memory) = Sides::of(memory, tasks, task);
        let (mut lefts, memory) = Sides::of(memory, [products.cut.aside(); 2], products.lane());
        let results = centre(memory, products.results(products.cut.tiles(span)));

        for (from, to) in zip(from.axis_chunks_iter(Axis(0), span), to.chunks(span)) {
            let groups = from.axis_chunks_iter(Axis(0), group);
            let own = lefts.first(halves(groups.len()));
            share(zip(groups, own), lanes.pieces(), |(from, left), border| {
                (self.gather)(floats(&from), border, left);
            });

            let left = products.cut.over(&lefts, from.dim().0, depth);
            let results = &mut results[..products.results(left.tiles)];
            products.with_panels(left, w, results, lanes.pieces());

            let (data, tiles) = (&*results, left.tiles);
            share(to.chunks(group).enumerate(), lanes.pieces(), |(i, to), border| {
                let results = Results { data, tiles, first: i * left.group };
                self.leave(results, border, to);
            });
        }
    }

    /// From results to pictures that are done with.
    fn leave(&self, results: Results, border: &mut [f32], mut to: Output) {
        (self.scatter)(results, border, floats_mut(to.pictures.view_mut()));
        to.finish(self.products.level, self.end);
    }
}
