use std::ops::Range;

/// How a batch is divided into *groups* of images, each of which is one matrix product, and how many
/// tasks work on them.
///
/// The groups depend on the geometry alone. Which thread takes a group does not affect its product, so
/// the result does not depend on the number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// Images in a group.
    pub(crate) group: usize,
    /// Tasks that share the groups.
    pub(crate) tasks: usize,
}

impl Partition {
    /// A partition of `n` images with `rows` matrix rows each into products of about `target` rows,
    /// for `threads` threads.
    pub(crate) fn new(n: usize, rows: usize, target: usize, threads: usize) -> Self {
        let group = (target / rows.max(1)).clamp(1, n.max(1));
        Self { group, tasks: n.div_ceil(group).clamp(1, threads.max(1)) }
    }
}

/// The images of each group: `most` of `n`, but half as many in the middle of the batch, where the two
/// halves of the pool meet, so that no thread waits long for the last group.
pub(crate) fn groups(
    n: usize,
    most: usize,
) -> impl DoubleEndedIterator<Item = Range<usize>> + ExactSizeIterator + Clone {
    let (whole, half) = ((n / 2).saturating_sub(most) / most, most.div_ceil(2));
    let middle = whole * most..n - whole * most;
    let halves = middle.len().div_ceil(half);
    (0..whole + halves + whole).map(move |i| {
        if i < whole {
            i * most..(i + 1) * most
        } else if i < whole + halves {
            let start = middle.start + (i - whole) * half;
            start..middle.end.min(start + half)
        } else {
            let start = middle.end + (i - whole - halves) * most;
            start..start + most
        }
    })
}
