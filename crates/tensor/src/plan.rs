/// Rows that one matrix product should have: enough that packing the weights is paid for, few
/// enough that the columns of the default layers stay within a core's second-level cache.
const ROWS: usize = 256;

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
    /// A plan for `n` pictures that give `rows` rows of columns each, on `threads` threads.
    pub(crate) fn new(n: usize, rows: usize, threads: usize) -> Self {
        let group = (ROWS / rows.max(1)).clamp(1, n.max(1));
        let groups = n.div_ceil(group);
        let span = group * groups.div_ceil(threads.max(1)).max(1);
        Self { group, span, tasks: n.div_ceil(span) }
    }
}
