use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rayon::{ThreadPool, ThreadPoolBuilder, Yield};

use crate::failure::usage;

/// The most threads that make sense to ask for.
const MOST: usize = 1024;

/// The threads that a command computes on.
#[derive(Debug)]
pub(crate) struct Threads {
    pool: ThreadPool,
    /// Whether there is a processor for each. Found out before any of them has its place: a thread that is
    /// kept on one processor knows of no other.
    enough: bool,
}

impl Threads {
    /// So many; without a wish, one for each processor, each kept on its own.
    ///
    /// A step is hundreds of short loops, between which threads rest for a moment; a system may wake two of
    /// them on one processor while another is idle, and then a step takes half as long again. Where threads
    /// can't be kept in their places, nothing is lost but that; fewer threads than processors are left to the
    /// system, which knows what else is running where.
    pub(crate) fn new(wish: Option<usize>) -> Result<Self> {
        if let Some(n) = wish.filter(|n| !(1..=MOST).contains(n)) {
            return Err(usage(format!("--threads is {n}: it must be from 1 to {MOST}")));
        }
        let available = thread::available_parallelism().map_or(1, usize::from);
        let processors = core_affinity::get_core_ids().unwrap_or_default();
        // Zero is rayon's word for one thread a processor.
        let builder = ThreadPoolBuilder::new().num_threads(wish.unwrap_or(0));
        let whole = wish.is_none_or(|n| n == processors.len());
        let place = move |i: usize| {
            if let Some(&processor) = processors.get(i).filter(|_| whole) {
                core_affinity::set_for_current(processor);
            }
        };
        let pool = builder.start_handler(place).build()?;
        let enough = pool.current_num_threads() <= available;
        Ok(Self { pool, enough })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Does `work` on one of them.
    pub(crate) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.pool.install(work)
    }

    /// Does `work`, which is one of them doing it, and keeps the others from going to rest before it is done:
    /// a thread that has gone to rest is woken some ten microseconds late, and a step has a hundred short
    /// stretches that are one thread's alone.
    ///
    /// Not for two works at a time. With more threads than processors nothing is kept awake, for each would
    /// only keep another one from working; nor is a thread beside which another program runs: that would go
    /// first when there is work again, where a thread that is woken goes before it.
    pub(crate) fn awake<R>(&self, work: impl FnOnce() -> R) -> R {
        let me = self.pool.current_thread_index();
        if me.is_none() || !self.enough {
            return work();
        }
        let (awake, over) = (&AtomicUsize::new(1), &AtomicBool::new(false));
        rayon::in_place_scope(|scope| {
            let _over = Set(over);
            scope.spawn_broadcast(move |_, thread| {
                if Some(thread.index()) == me {
                    return;
                }
                awake.fetch_add(1, Ordering::Release);
                while !over.load(Ordering::Acquire) {
                    if rayon::yield_now() != Some(Yield::Executed) && !is_alone() {
                        break;
                    }
                }
            });
            // First all are awake, and then there is something to do: who came upon that while at a part of
            // the work would not be done with the part before all of the work is done.
            while awake.load(Ordering::Acquire) < self.count() {
                thread::yield_now();
            }
            work()
        })
    }
}

/// Lets others have the processor, and tells whether none of them took it.
fn is_alone() -> bool {
    /// Many times what it takes to ask.
    const ASKING: Duration = Duration::from_micros(50);
    let asked = Instant::now();
    thread::yield_now();
    asked.elapsed() < ASKING
}

/// Sets a flag when it goes, however that comes about.
struct Set<'a>(&'a AtomicBool);

impl Drop for Set<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests;
