//! The core-to-core latency between the first two threads of the pool: the round-trip time of a cache line.
//!
//! About 50 ns between cores that share their last-level cache, several hundred between those that do not.
//! On a virtual machine it may change from one minute to the next. A step takes longer then, so run this
//! along with what you compare.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dcgan_benches::{criterion, pool};

fn main() {
    let mut criterion = criterion();
    let pool = pool();
    if pool.count() > 1 {
        criterion.bench_function("round trip of a cache line", |bencher| {
            bencher.iter_custom(|rounds| pool.install(|| round_trips(rounds)));
        });
    }
    criterion.final_summary();
}

/// The time of `rounds` round trips.
#[expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock")]
fn round_trips(rounds: u64) -> Duration {
    let line = AtomicU64::new(0);
    let pass = |value| line.store(value, Ordering::Release);
    let wait_for = |value| {
        while line.load(Ordering::Acquire) != value {
            spin_loop();
        }
    };
    let times = rayon::broadcast(|thread| {
        let start = Instant::now();
        for there in (1..2 * rounds).step_by(2) {
            match thread.index() {
                0 => {
                    pass(there);
                    wait_for(there + 1);
                }
                1 => {
                    wait_for(there);
                    pass(there + 1);
                }
                _ => {}
            }
        }
        start.elapsed()
    });
    times[0]
}
