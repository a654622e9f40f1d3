use rayon::prelude::*;

/// How a batch is cut: into *groups* of pictures that make one matrix product each, and how many
/// threads at most work on them.
///
/// The groups follow from the geometry alone. Which thread takes a group changes nothing in its
/// product, so the result does not depend on the number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Pictures in a product.
    pub(crate) group: usize,
    /// Tasks that share the groups.
    pub(crate) tasks: usize,
}

impl Plan {
    /// A plan for `n` pictures that give `rows` rows each, where a product should have about `wanted`
    /// rows, on `threads` threads.
    pub(crate) fn new(n: usize, rows: usize, wanted: usize, threads: usize) -> Self {
        let group = (wanted / rows.max(1)).clamp(1, n.max(1));
        Self { group, tasks: n.div_ceil(group).clamp(1, threads.max(1)) }
    }
}

/// A lane without memory for each thread.
pub(crate) fn all_threads() -> impl ParallelIterator<Item = ()> {
    (0..rayon::current_num_threads()).into_par_iter().map(|_| ())
}

/// Does `work` on every group, on as many threads as there are lanes, each with a lane to itself. A
/// thread that has done a group takes the next one: where another program slows a core down, the others
/// do more.
pub(crate) fn share<G: Send, L: Send>(
    groups: impl Iterator<Item = G> + Send,
    lanes: impl ParallelIterator<Item = L>,
    work: impl Fn(G, &mut L) + Sync,
) {
    #[expect(clippy::disallowed_types, reason = "handing out work, for the length of this call")]
    let groups = std::sync::Mutex::new(groups);
    let next = || groups.lock().ok().and_then(|mut groups| groups.next());
    lanes.for_each(|mut lane| {
        while let Some(group) = next() {
            work(group, &mut lane);
        }
    });
}
