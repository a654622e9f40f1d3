use anyhow::Result;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::failure::usage;

/// The most threads that make sense to ask for.
const MOST: usize = 1024;

/// A pool of so many threads; without a wish, one for each processor.
pub(crate) fn pool(wish: Option<usize>) -> Result<ThreadPool> {
    if let Some(n) = wish.filter(|n| !(1..=MOST).contains(n)) {
        return Err(usage(format!("--threads is {n}: it must be from 1 to {MOST}")));
    }
    // Zero is rayon's word for one thread a processor.
    Ok(ThreadPoolBuilder::new().num_threads(wish.unwrap_or(0)).build()?)
}
