use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Result;
use rayon::{ThreadPool, ThreadPoolBuilder, Yield};

use crate::failure::usage;

/// The most threads that make sense to ask for.
const MOST: usize = 1024;

/// A pool of so many threads; without a wish, one for each processor, each kept on its own.
///
/// A step is hundreds of short loops, between which threads rest for a moment; a system may wake two of
/// them on one processor while another is idle, and then a step takes half as long again. Where threads
/// can't be kept in their places, nothing is lost but that; fewer threads than processors are left to the
/// system, which knows what else is running where.
pub(crate) fn pool(wish: Option<usize>) -> Result<ThreadPool> {
    if let Some(n) = wish.filter(|n| !(1..=MOST).contains(n)) {
        return Err(usage(format!("--threads is {n}: it must be from 1 to {MOST}")));
    }
    let processors = core_affinity::get_core_ids().unwrap_or_default();
    // Zero is rayon's word for one thread a processor.
    let builder = ThreadPoolBuilder::new().num_threads(wish.unwrap_or(0));
    let whole = wish.is_none_or(|n| n == processors.len());
    let place = move |i: usize| {
        if let Some(&processor) = processors.get(i).filter(|_| whole) {
            core_affinity::set_for_current(processor);
        }
    };
    Ok(builder.start_handler(place).build()?)
}

/// Does `work`, on a thread of a pool, and keeps the pool's other threads from going to rest before it is
/// done: a thread that has gone to rest is woken some ten microseconds late, and a step has a hundred short
/// stretches that are one thread's alone.
///
/// Not for two works on one pool at a time. With more threads than processors nothing is kept awake, for
/// each would only keep another one from working.
pub(crate) fn awake<R>(work: impl FnOnce() -> R) -> R {
    let me = rayon::current_thread_index();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    if me.is_none() || !(2..=processors).contains(&rayon::current_num_threads()) {
        return work();
    }
    let over = AtomicBool::new(false);
    let over = &over;
    rayon::in_place_scope(|scope| {
        let _over = Set(over);
        scope.spawn_broadcast(move |_, thread| {
            while Some(thread.index()) != me && !over.load(Ordering::Acquire) {
                if rayon::yield_now() != Some(Yield::Executed) {
                    thread::yield_now();
                }
            }
        });
        work()
    })
}

/// Sets a flag when it goes, however that comes about.
struct Set<'a>(&'a AtomicBool);

impl Drop for Set<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
