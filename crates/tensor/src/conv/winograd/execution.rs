//! A pass whose right operand are the weights, in one of two orders, which give the same bits.
//!
//! The transformed weights are many times larger than the weights. Where they fit into a cache they are
//! computed once, and each group of images goes alone through its transform, all products, and the inverse
//! transform. Where they do not, a span of images is transformed as a whole; then the transformed weights
//! are computed panel by panel, each used for all tiles of the span while it is in the cache.

use std::iter::zip;
use std::ops::Range;

use ndarray::Axis;

use super::products::{Products, Results};
use crate::conv::epilogue::Epilogue;
use crate::pool::{Halves, centre, groups, parallel_for, split_count};
use crate::view::{floats, floats_mut};
use crate::{Output, View};

/// From images through `gather` to tiles in the transform domain, through the products with w to results,
/// through `scatter` to images, and through the epilogue. Both closures are also given memory for the
/// pixels outside of the images.
pub(super) struct Execution<'a, G, S> {
    pub(super) products: Products,
    pub(super) w: &'a [f32],
    pub(super) epilogue: Epilogue<'a>,
    pub(super) gather: G,
    pub(super) scatter: S,
}

impl<G, S> Execution<'_, G, S>
where
    G: Fn(&[f32], &mut [f32], &mut [f32]) + Sync,
    S: Fn(Results, &mut [f32], &mut [f32]) + Sync,
{
    /// to ← the pass over `from`, in [`Products::memory`] floats.
    pub(super) fn run(&self, from: View, to: Output, memory: &mut [f32]) {
        if self.products.fit_in_cache() {
            self.group_by_group(from, to, memory);
        } else {
            self.panel_by_panel(from, to, memory);
        }
    }

    fn group_by_group(&self, from: View, to: Output, memory: &mut [f32]) {
        let Self { products, w, .. } = *self;
        let (task, tasks) = (products.task(), split_count(products.blocking.tasks));
        let (mut buffers, memory) = Halves::new(memory, tasks, task);
        let memory = centre(memory, products.all_copies());
        let (mut u, _) = Halves::new(memory, products.copies(), products.all());
        products.transform_weights(w, &mut u, buffers.buffers());
        let [front, back] = u.as_slices();
        let own_u = |task: usize| if task < tasks[0] || back.is_empty() { front } else { back };

        let (n, h, w, c) = from.dim();
        let (from, groups) = (floats(&from), groups(n, products.blocking.group));
        let own = |group: Range<usize>| &from[group.start * h * w * c..group.end * h * w * c];
        let parts = zip(groups.clone().map(own), to.parts(groups.map(|group| group.len())));
        let buffers = buffers.buffers().enumerate();
        let buffers = buffers.map(|(task, buffer)| (buffer, own_u(task)));
        parallel_for(parts, buffers, |(from, to), (buffer, u)| {
            let (border, buffer) = buffer.split_at_mut(products.blocking.border());
            let (left, results) = buffer.split_at_mut(products.left());
            (self.gather)(from, border, left);
            let left = products.blocking.tiles_of_group(left, to.dim().0, products.weights.depth());
            let results = &mut results[..products.results(left.tiles)];
            products.multiply_all(left, u, results);
            let results = Results { data: results, tiles: left.tiles, first: 0 };
            self.finish(results, border, to);
        });
    }

    fn panel_by_panel(&self, from: View, to: Output, memory: &mut [f32]) {
        let Self { products, w, .. } = *self;
        let (group, span, task) =
            (products.blocking.group, products.blocking.span, products.task());
        let (tasks, depth) = (split_count(products.blocking.tasks), products.weights.depth());
        let (mut buffers, memory) = Halves::new(memory, tasks, task);
        let in_half = [products.blocking.groups_in_half(); 2];
        let (mut lefts, memory) = Halves::new(memory, in_half, products.left());
        let results = centre(memory, products.results(products.blocking.tiles(span)));

        for (from, to) in zip(from.axis_chunks_iter(Axis(0), span), to.chunks(span)) {
            let groups = from.axis_chunks_iter(Axis(0), group);
            let own = lefts.first(split_count(groups.len()));
            parallel_for(zip(groups, own), buffers.buffers(), |(from, left), border| {
                (self.gather)(floats(&from), border, left);
            });

            let left = products.blocking.tiles_of(&lefts, from.dim().0, depth);
            let results = &mut results[..products.results(left.tiles)];
            products.multiply_by_panel(left, w, results, buffers.buffers());

            let (data, tiles) = (&*results, left.tiles);
            parallel_for(to.chunks(group).enumerate(), buffers.buffers(), |(i, to), border| {
                let results = Results { data, tiles, first: i * left.group };
                self.finish(results, border, to);
            });
        }
    }

    /// From results to finished images.
    fn finish(&self, results: Results, border: &mut [f32], mut to: Output) {
        (self.scatter)(results, border, floats_mut(to.images.view_mut()));
        to.finish(self.products.isa, self.epilogue);
    }
}
