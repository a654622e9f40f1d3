use crate::pool::{Partition, groups, parallel_for, parallel_for_chunked};

#[test]
fn groups_do_not_depend_on_threads() {
    for n in [1, 2, 7, 64, 100] {
        for rows in [1, 16, 64, 256, 1024, 5000] {
            for threads in [1, 2, 3, 8, 200] {
                let plan = Partition::new(n, rows, 256, threads);
                assert_eq!(plan.group, Partition::new(n, rows, 256, 1).group);
                assert!(plan.tasks <= threads && plan.tasks <= n.div_ceil(plan.group), "{plan:?}");
            }
        }
    }
}

/// With few buffers or many, one item at a time or several, every item is processed once.
#[test]
fn each_group_is_shared_out_once() {
    for (buffers, chunk) in
        [1, 2, 5, 40].into_iter().flat_map(|buffers| [(buffers, 1), (buffers, 3), (buffers, 99)])
    {
        let mut done = vec![0; 33];
        let mut memory = vec![0.0f32; 3 * buffers];
        parallel_for_chunked(chunk, done.iter_mut(), memory.chunks_mut(3), |group, buffer| {
            buffer.fill(1.0);
            *group += 1;
        });
        assert!(
            done.iter().all(|&times| times == 1),
            "{done:?} on {buffers} buffers, {chunk} at a time"
        );
    }
}

/// Every image is in one group, in order, and no group exceeds the limit; the groups in the middle, where
/// the halves of the pool meet, are half as large.
#[test]
fn groups_are_all_of_a_batch_and_finer_in_the_middle() {
    for n in 0..140 {
        for most in 1..=40 {
            let all: Vec<_> = groups(n, most).collect();
            assert!(all.iter().cloned().flatten().eq(0..n), "{n} in groups of {most}: {all:?}");
            assert!(all.iter().all(|group| (1..=most).contains(&group.len())), "{all:?}");
            assert_eq!(groups(n, most).len(), all.len());
            let middle = all.iter().filter(|group| group.end > n / 2).take(1);
            assert!(middle.into_iter().all(|group| group.len() <= most.div_ceil(2)), "{all:?}");
        }
    }
}

/// Threads that wait for the others do not wait forever.
#[test]
fn a_panic_over_a_group_reaches_the_caller() {
    let mut memory = [0.0f32; 2];
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        parallel_for(0..8, memory.chunks_mut(1), |group, _| assert_ne!(group, 3, "item 3"));
    }));
    assert!(caught.is_err());
}
