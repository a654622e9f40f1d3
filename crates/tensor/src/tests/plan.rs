use crate::plan::Plan;

#[test]
fn groups_do_not_depend_on_threads_and_spans_cover_the_batch() {
    for n in [1, 2, 7, 64, 100] {
        for rows in [1, 16, 64, 256, 1024, 5000] {
            for threads in [1, 2, 3, 8, 200] {
                let plan = Plan::new(n, rows, 256, threads);
                assert_eq!(plan.group, Plan::new(n, rows, 256, 1).group);
                assert_eq!(plan.span % plan.group, 0);
                assert_eq!(plan.tasks, n.div_ceil(plan.span));
                assert!(plan.tasks <= threads && plan.tasks * plan.span >= n, "{plan:?}");
            }
        }
    }
}
