use std::hint;
use std::iter;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// Which of n pictures make a group: so many, but half as many in the middle, where the halves of the pool
/// meet, so that nobody waits long for the last.
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

/// A lane without memory for each thread.
pub(crate) fn all_threads() -> impl DoubleEndedIterator<Item = ()> + Send {
    iter::repeat_n((), rayon::current_num_threads())
}

/// Does `work` on every group, on as many threads as there are lanes, each with a lane to itself. A
/// thread that has done a group takes the next one: where another program slows a core down, the others
/// do more. `work` is one thread's alone: it hands nothing out itself.
///
/// One half of the pool, the caller's, begins with the first groups and the first lanes, the other half with
/// the last ones. So a picture, and what it is worked on with, stays with its half from one kernel to the next,
/// mostly, and need not be brought over from a cache that is far away: processors of many cores have a last
/// cache for each few of them.
pub(crate) fn share<G: Send, L: Send>(
    groups: impl DoubleEndedIterator<Item = G> + ExactSizeIterator + Send,
    lanes: impl DoubleEndedIterator<Item = L> + Send,
    work: impl Fn(G, &mut L) + Sync,
) {
    share_few(1, groups, lanes, work);
}

/// The most groups that are handed out at a time.
const FEW: usize = 8;

/// The same, so many groups at a time, [`FEW`] at most: where one alone may be done with before the next is
/// handed out.
pub(crate) fn share_few<G: Send, L: Send>(
    few: usize,
    groups: impl DoubleEndedIterator<Item = G> + ExactSizeIterator + Send,
    lanes: impl DoubleEndedIterator<Item = L> + Send,
    work: impl Fn(G, &mut L) + Sync,
) {
    let undone = AtomicUsize::new(groups.len());
    #[expect(clippy::disallowed_types, reason = "handing out work, for the length of this call")]
    let (groups, lanes) = (std::sync::Mutex::new(groups), std::sync::Mutex::new(lanes));
    let next = |last: bool| {
        let mut groups = groups.lock().ok()?;
        let mut one = || if last { groups.next_back() } else { groups.next() };
        let first = one()?;
        let mut taken = [const { None }; FEW];
        taken[0] = Some(first);
        taken[1..few.clamp(1, FEW)].fill_with(one);
        Some(taken)
    };
    let lane = |last: bool| {
        let mut lanes = lanes.lock().ok()?;
        if last { lanes.next_back() } else { lanes.next() }
    };
    let caller = rayon::current_thread_index().unwrap_or(0);
    (0..rayon::current_num_threads()).into_par_iter().for_each(|_| {
        let last = begins_with_the_last(caller);
        let Some(mut lane) = lane(last) else { return };
        while let Some(taken) = next(last) {
            for group in taken.into_iter().flatten() {
                let _done = CountDown(&undone);
                work(group, &mut lane);
            }
        }
        stay_awake_until_none(&undone);
    });
}

/// Waits for those who are at the last groups, awake: a thread that goes to rest meanwhile is woken some ten
/// microseconds late, and that at each of a hundred loops. A group takes less than the most that this waits.
fn stay_awake_until_none(undone: &AtomicUsize) {
    /// A tenth of a millisecond or two.
    const TIMES: usize = 8 * 1024;
    for _ in 0..TIMES {
        if undone.load(Ordering::Acquire) == 0 {
            break;
        }
        hint::spin_loop();
    }
}

/// Counts down by one when it goes, however that comes about.
struct CountDown<'a>(&'a AtomicUsize);

impl Drop for CountDown<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// Whether this thread is one of the second half of its pool, counted from the one that shares out: that
/// one is of the first half, as it is where rayon splits a loop.
fn begins_with_the_last(caller: usize) -> bool {
    let threads = rayon::current_num_threads();
    rayon::current_thread_index()
        .is_some_and(|index| 2 * ((index + threads - caller) % threads) >= threads.max(2))
}
