use std::hint;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

/// An empty buffer for each thread.
pub(crate) fn all_threads() -> impl DoubleEndedIterator<Item = ()> + Send {
    iter::repeat_n((), rayon::current_num_threads())
}

/// Runs `work` on every item, on as many threads as there are buffers, each with a buffer of its own. A
/// thread that has finished an item takes the next one, so where another program slows a core down, the
/// other cores do more. `work` runs on one thread and must not start a parallel loop itself.
///
/// One half of the pool, the caller's, takes items and buffers from the front, the other half from the
/// back. So an image and the memory used for it mostly stay with the same half from one kernel to the
/// next, in its cache: processors with many cores have one last-level cache for every few of them.
pub(crate) fn parallel_for<T: Send, B: Send>(
    items: impl DoubleEndedIterator<Item = T> + ExactSizeIterator + Send,
    buffers: impl DoubleEndedIterator<Item = B> + Send,
    work: impl Fn(T, &mut B) + Sync,
) {
    parallel_for_chunked(1, items, buffers, work);
}

/// The most items that a thread takes at a time.
const MAX_CHUNK: usize = 8;

/// [`parallel_for`], with `chunk` items taken at a time, at most [`MAX_CHUNK`]: for items so small that
/// taking one costs as much as processing it.
pub(crate) fn parallel_for_chunked<T: Send, B: Send>(
    chunk: usize,
    items: impl DoubleEndedIterator<Item = T> + ExactSizeIterator + Send,
    buffers: impl DoubleEndedIterator<Item = B> + Send,
    work: impl Fn(T, &mut B) + Sync,
) {
    let pending = AtomicUsize::new(items.len());
    #[expect(clippy::disallowed_types, reason = "hands out work, for the duration of this call")]
    let queue = std::sync::Mutex::new((items, buffers));
    let next = |from_back: bool| {
        let (items, _) = &mut *queue.lock().ok()?;
        let mut one = || if from_back { items.next_back() } else { items.next() };
        let first = one()?;
        let mut taken = [const { None }; MAX_CHUNK];
        taken[0] = Some(first);
        taken[1..chunk.clamp(1, MAX_CHUNK)].fill_with(one);
        Some(taken)
    };
    let buffer = |from_back: bool| {
        let (_, buffers) = &mut *queue.lock().ok()?;
        if from_back { buffers.next_back() } else { buffers.next() }
    };
    let caller = rayon::current_thread_index().unwrap_or(0);
    (0..rayon::current_num_threads()).into_par_iter().for_each(|_| {
        let from_back = takes_from_back(caller);
        let Some(mut buffer) = buffer(from_back) else { return };
        while let Some(taken) = next(from_back) {
            for item in taken.into_iter().flatten() {
                let _done = CountDown(&pending);
                work(item, &mut buffer);
            }
        }
        spin_until_zero(&pending);
    });
}

/// Waits, without going to sleep, for the threads that are still working on the last items. Waking a
/// sleeping thread takes some ten microseconds, and a step has about a hundred loops. Gives up after
/// longer than an item takes.
fn spin_until_zero(pending: &AtomicUsize) {
    /// One or two tenths of a millisecond.
    const SPINS: usize = 8 * 1024;
    for _ in 0..SPINS {
        if pending.load(Ordering::Acquire) == 0 {
            break;
        }
        hint::spin_loop();
    }
}

/// Decrements the counter when dropped, also during a panic.
struct CountDown<'a>(&'a AtomicUsize);

impl Drop for CountDown<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// Whether this thread is in the second half of its pool, counted from the calling thread, which is
/// always in the first half: that is also where rayon splits a loop.
fn takes_from_back(caller: usize) -> bool {
    let threads = rayon::current_num_threads();
    rayon::current_thread_index()
        .is_some_and(|index| 2 * ((index + threads - caller) % threads) >= threads.max(2))
}
