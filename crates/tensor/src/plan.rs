/// How a batch is cut: into *groups* of pictures that make one matrix product each, and into
/// *spans* of whole groups, one for each thread.
///
/// The groups follow from the geometry alone. Which thread multiplies a group changes nothing in
/// its product, so the result does not depend on the number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Pictures in a product.
    pub(crate) group: usize,
    /// Pictures in a task; a multiple of `group`.
    pub(crate) span: usize,
    /// Tasks.
    pub(crate) tasks: usize,
}

impl Plan {
    /// A plan for `n` pictures that give `rows` rows each, where a product should have about `wanted`
    /// rows, on `threads` threads.
    pub(crate) fn new(n: usize, rows: usize, wanted: usize, threads: usize) -> Self {
        let group = (wanted / rows.max(1)).clamp(1, n.max(1));
        let groups = n.div_ceil(group);
        let span = group * groups.div_ceil(threads.max(1)).max(1);
        Self { group, span, tasks: n.div_ceil(span) }
    }
}
