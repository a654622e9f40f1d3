use anyhow::Result;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::failure::usage;

/// The most threads that make sense to ask for.
const MOST: usize = 1024;

/// A pool of so many threads; without a wish, one for each processor, each kept on its own.
pub(crate) fn pool(wish: Option<usize>) -> Result<ThreadPool> {
    if let Some(n) = wish.filter(|n| !(1..=MOST).contains(n)) {
        return Err(usage(format!("--threads is {n}: it must be from 1 to {MOST}")));
    }
    let processors = processors();
    // Zero is rayon's word for one thread a processor.
    let builder = ThreadPoolBuilder::new().num_threads(wish.unwrap_or(0));
    // Fewer threads than processors are left to the system, which knows what else is running where.
    let whole = wish.is_none_or(|n| n == processors.len());
    let place = move |i: usize| {
        if let Some(&processor) = processors.get(i).filter(|_| whole) {
            keep_on(processor);
        }
    };
    Ok(builder.start_handler(place).build()?)
}

/// The processors that this process may use; none where the system does not say.
#[cfg(target_os = "linux")]
fn processors() -> Vec<usize> {
    use nix::sched::{CpuSet, sched_getaffinity};
    use nix::unistd::Pid;
    let Ok(allowed) = sched_getaffinity(Pid::from_raw(0)) else { return Vec::new() };
    (0..CpuSet::count()).filter(|&i| allowed.is_set(i).unwrap_or(false)).collect()
}

/// Keeps the calling thread on one processor. A step is hundreds of short loops, between which threads
/// rest for a moment; a system may wake two of them on one processor while another is idle, and then a
/// step takes half as long again. Where it cannot be done, nothing is lost but that.
#[cfg(target_os = "linux")]
fn keep_on(processor: usize) {
    use nix::sched::{CpuSet, sched_setaffinity};
    use nix::unistd::Pid;
    let mut own = CpuSet::new();
    let _ = own.set(processor).and_then(|()| sched_setaffinity(Pid::from_raw(0), &own));
}

#[cfg(not(target_os = "linux"))]
fn processors() -> Vec<usize> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn keep_on(_: usize) {}
