use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{available_parallelism, sleep, yield_now};
use std::time::Duration;

use rayon::prelude::*;

use super::Threads;

/// Each thread is kept on one processor, and asked from there it would find one for all.
#[test]
fn there_are_enough_processors_for_as_many_threads() {
    let processors = available_parallelism().map_or(1, usize::from);
    for (wish, enough) in [(None, true), (Some(processors), true), (Some(processors + 1), false)] {
        let threads = Threads::new(wish).unwrap();
        assert_eq!(threads.install(|| threads.enough), enough, "{wish:?} on {processors}");
    }
}

/// Otherwise one might be told to stay awake in the middle of a part of the work, and not be done with that
/// part before all of the work is done.
#[test]
fn work_begins_when_all_are_awake() {
    let threads = Threads { enough: true, ..Threads::new(Some(2)).unwrap() };
    let (begun, done) = (&AtomicBool::new(false), &AtomicBool::new(false));
    threads.install(|| {
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| {
                begun.store(true, Ordering::Release);
                sleep(Duration::from_millis(50));
                done.store(true, Ordering::Release);
            });
            while !begun.load(Ordering::Acquire) {
                yield_now();
            }
            threads.awake(|| assert!(done.load(Ordering::Acquire), "before the other is there"));
        });
    });
}

/// Work that is cut finely, so that threads wait for one another in the middle of it.
#[test]
fn those_who_are_kept_awake_do_their_part_and_come_back() {
    let threads = Threads { enough: true, ..Threads::new(Some(3)).unwrap() };
    let squares = || (0..256_usize).into_par_iter().with_max_len(1).map(|i| i * i).sum::<usize>();
    threads.install(|| {
        for _ in 0..1_000 {
            assert_eq!(threads.awake(squares), 255 * 256 * 511 / 6);
        }
    });
}

/// From outside it is done there, and by as many threads as there are.
#[test]
fn work_from_outside_is_done_all_the_same() {
    let threads = Threads::new(Some(2)).unwrap();
    assert_eq!(threads.awake(|| 7), 7);
    assert_eq!(threads.count(), 2);
}
