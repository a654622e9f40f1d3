use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder, Yield};

use super::processors::Processors;

/// A pool of threads to compute on, which can be kept awake between parallel loops.
///
/// A training step is hundreds of short parallel loops. In rayon's global pool the threads go to sleep
/// between them and may be moved from core to core; the results are the same, but a step takes longer.
///
/// ```
/// use dcgan_tensor::pool::Threads;
/// use dcgan_tensor::{Activation, Context, Window, conv};
/// use ndarray::Array4;
///
/// let threads = Threads::new(Some(2))?;
/// let (x, mut y) = (Array4::ones((2, 8, 8, 3)), Array4::zeros((2, 4, 4, 1)));
/// let (w, halve) = (vec![0.5; 4 * 4 * 3], Window { kernel: 4, stride: 2, pad: 1 });
/// let mut ctx = Context::default();
/// threads.install(|| {
///     for _ in 0..3 {
///         threads.keep_awake(|| {
///             conv::forward(x.view(), &w, halve, Activation::Relu, y.view_mut(), &mut ctx);
///         });
///     }
/// });
/// assert_eq!(y[[1, 1, 1, 0]], 24.0);
/// # Ok::<(), dcgan_tensor::pool::ThreadsError>(())
/// ```
#[derive(Debug)]
pub struct Threads {
    pool: ThreadPool,
    /// Whether there is a processor for each thread. Determined before threads are pinned: a pinned thread
    /// sees only its own processor.
    enough: bool,
}

/// Why a pool of threads could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum ThreadsError {
    /// The count is 0 or more than [`Threads::MAX`].
    Count(usize),
    /// The system does not give the threads.
    Start(ThreadPoolBuildError),
}

impl fmt::Display for ThreadsError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Count(n) => write!(f, "{n} threads: it must be from 1 to {}", Threads::MAX),
            Self::Start(error) => write!(f, "cannot start threads: {error}"),
        }
    }
}

impl Error for ThreadsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Count(_) => None,
            Self::Start(error) => Some(error),
        }
    }
}

impl Threads {
    /// The most threads of a pool.
    pub const MAX: usize = 1024;

    /// A pool of `count` threads; `None` stands for one for each processor that this process may use, by its
    /// affinity mask and the CPU quota of its control group, or as many as `RAYON_NUM_THREADS` says.
    ///
    /// If there are as many threads as the whole machine has processors, each thread is pinned to its own,
    /// where the system allows it: otherwise it may wake two of them on one processor while another is
    /// idle, and a step takes half as long again. Fewer threads, and those of a process that may use only a
    /// part of the machine, are left to the system, which knows what else is running.
    ///
    /// # Errors
    /// If `count` is 0 or more than [`Threads::MAX`], or the threads cannot be started.
    pub fn new(count: Option<usize>) -> Result<Self, ThreadsError> {
        if let Some(n) = count.filter(|n| !(1..=Self::MAX).contains(n)) {
            return Err(ThreadsError::Count(n));
        }
        let processors = Processors::current();
        // For rayon 0 means its default, which follows the same limits and reads the variable.
        let builder = ThreadPoolBuilder::new().num_threads(count.unwrap_or(0));
        let pool = builder.build().map_err(ThreadsError::Start)?;
        let threads = pool.current_num_threads();
        if processors.pin(threads) {
            pool.broadcast(|thread| {
                core_affinity::set_for_current(processors.allowed[thread.index()])
            });
        }
        Ok(Self { pool, enough: threads <= processors.available })
    }

    /// The number of threads.
    pub fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Runs `work` on one of the threads; its parallel loops use all of them.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.pool.install(work)
    }

    /// Runs `work` on the calling thread, which must be one of the pool ([`Threads::install`]), and keeps
    /// the others from going to sleep until it is done: waking a thread takes some ten microseconds, and
    /// about a hundred parts of a step run on one thread alone. On any other thread it just runs `work`.
    ///
    /// Use it for one piece of work at a time. With more threads than processors no thread is kept awake,
    /// as it would keep another one from working. Nor is a thread whose processor another program wants:
    /// that program would then be scheduled first when there is work, whereas a woken thread goes before
    /// it.
    pub fn keep_awake<R>(&self, work: impl FnOnce() -> R) -> R {
        let me = self.pool.current_thread_index();
        if me.is_none() || !self.enough {
            return work();
        }
        let (awake, done) = (&AtomicUsize::new(1), &AtomicBool::new(false));
        rayon::in_place_scope(|scope| {
            let _done = SetOnDrop(done);
            scope.spawn_broadcast(move |_, thread| {
                if Some(thread.index()) == me {
                    return;
                }
                awake.fetch_add(1, Ordering::Release);
                while !done.load(Ordering::Acquire) {
                    if rayon::yield_now() != Some(Yield::Executed) && !is_alone() {
                        break;
                    }
                }
            });
            // All threads must be awake before there is work: one that received the broadcast in the
            // middle of a part of the work would not finish that part before all of the work is done.
            while awake.load(Ordering::Acquire) < self.count() {
                thread::yield_now();
            }
            work()
        })
    }
}

/// Yields the processor, and returns whether no other thread took it.
#[expect(
    clippy::disallowed_methods,
    reason = "whether another program took the processor shows only in the time that yielding takes; no result depends on it"
)]
fn is_alone() -> bool {
    /// Many times what it takes to yield to nobody.
    const YIELD: Duration = Duration::from_micros(50);
    let start = Instant::now();
    thread::yield_now();
    start.elapsed() < YIELD
}

/// Sets a flag when dropped, also during a panic.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests;
