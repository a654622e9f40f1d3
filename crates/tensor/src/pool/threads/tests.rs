use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{available_parallelism, sleep, yield_now};
use std::time::Duration;

use rayon::prelude::*;

use super::{Threads, ThreadsError};

/// Asked from a pinned thread, the system would report one processor.
#[test]
fn there_are_enough_processors_for_as_many_threads() {
    let processors = available_parallelism().map_or(1, usize::from);
    for (count, enough) in [(None, true), (Some(processors), true), (Some(processors + 1), false)] {
        let threads = Threads::new(count).unwrap();
        assert_eq!(threads.install(|| threads.enough), enough, "{count:?} on {processors}");
    }
}

/// The processors on which each thread of a pool may run.
#[cfg(target_os = "linux")]
fn masks(threads: &Threads) -> Vec<usize> {
    threads.pool.broadcast(|_| core_affinity::get_core_ids().unwrap().len())
}

/// On a machine with one processor there is nothing to tell apart: a thread for it is pinned, if one may say so.
#[cfg(target_os = "linux")]
#[test]
fn threads_are_pinned_if_there_is_one_for_each_processor_of_the_machine() {
    let processors = super::Processors::current();
    let all = processors.allowed.len();
    let expected = |threads| if processors.pin(threads) { 1 } else { all };
    for count in [1, all, all + 1] {
        let threads = Threads::new(Some(count)).unwrap();
        assert_eq!(masks(&threads), vec![expected(count); count], "{count} threads on {all}");
    }
}

/// As by `taskset`: the pool has a thread for each processor of the mask.
#[cfg(target_os = "linux")]
#[test]
fn the_affinity_mask_is_respected() {
    // The mask is that of a thread, and pools inherit that of the thread that starts them.
    let restricted = std::thread::spawn(|| {
        let last = *core_affinity::get_core_ids().unwrap().last().unwrap();
        assert!(core_affinity::set_for_current(last));
        (Threads::new(None).unwrap(), last)
    });
    let (threads, last) = restricted.join().unwrap();
    assert_eq!(threads.count(), 1);
    assert_eq!(threads.pool.broadcast(|_| core_affinity::get_core_ids()), [Some(vec![last])]);
}

#[test]
fn counts_out_of_range_are_an_error() {
    for n in [0, Threads::MAX + 1] {
        let error = Threads::new(Some(n)).unwrap_err();
        assert!(matches!(error, ThreadsError::Count(count) if count == n), "{error}");
    }
}

/// Otherwise one might receive the broadcast in the middle of a part of the work, and not finish that part
/// before all of the work is done.
#[test]
fn work_starts_when_all_are_awake() {
    let threads = Threads { enough: true, ..Threads::new(Some(2)).unwrap() };
    let (started, done) = (&AtomicBool::new(false), &AtomicBool::new(false));
    threads.install(|| {
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| {
                started.store(true, Ordering::Release);
                sleep(Duration::from_millis(50));
                done.store(true, Ordering::Release);
            });
            while !started.load(Ordering::Acquire) {
                yield_now();
            }
            threads.keep_awake(|| assert!(done.load(Ordering::Acquire), "the other is not awake"));
        });
    });
}

/// Work in small parts, so that threads wait for one another in the middle of it.
#[test]
fn threads_that_are_kept_awake_do_their_part_and_return() {
    let threads = Threads { enough: true, ..Threads::new(Some(3)).unwrap() };
    let squares = || (0..256_usize).into_par_iter().with_max_len(1).map(|i| i * i).sum::<usize>();
    threads.install(|| {
        for _ in 0..1_000 {
            assert_eq!(threads.keep_awake(squares), 255 * 256 * 511 / 6);
        }
    });
}

/// From outside the pool the work is done all the same.
#[test]
fn work_from_outside_is_done() {
    let threads = Threads::new(Some(2)).unwrap();
    assert_eq!(threads.keep_awake(|| 7), 7);
    assert_eq!(threads.count(), 2);
}
