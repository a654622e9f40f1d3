use anyhow::Result;
use rayon::{ThreadPool, ThreadPoolBuilder};

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
