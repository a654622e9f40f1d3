use crate::plan::{Plan, share};
use rayon::prelude::*;

#[test]
fn groups_do_not_depend_on_threads() {
    for n in [1, 2, 7, 64, 100] {
        for rows in [1, 16, 64, 256, 1024, 5000] {
            for threads in [1, 2, 3, 8, 200] {
                let plan = Plan::new(n, rows, 256, threads);
                assert_eq!(plan.group, Plan::new(n, rows, 256, 1).group);
                assert!(plan.tasks <= threads && plan.tasks <= n.div_ceil(plan.group), "{plan:?}");
            }
        }
    }
}

/// On few lanes or on many, every group is worked on once.
#[test]
fn each_group_is_shared_out_once() {
    for lanes in [1, 2, 5, 40] {
        let mut done = vec![0; 33];
        let mut memory = vec![0.0f32; 3 * lanes];
        share(done.iter_mut(), memory.par_chunks_mut(3), |group, lane| {
            lane.fill(1.0);
            *group += 1;
        });
        assert!(done.iter().all(|&times| times == 1), "{done:?} on {lanes} lanes");
    }
}
