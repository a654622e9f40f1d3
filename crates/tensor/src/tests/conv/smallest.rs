use super::super::{dot, normal};
use super::case::{
    Case, HALVE, POINT, backward_input, backward_weight, by_every_method, forward, methods,
};
use crate::{Act, Algorithm};

/// Every kernel of ours with as little as takes it through all of its branches: so little that an
/// interpreter that looks at each access to memory gets through it (`just miri`). The oracles would be
/// too much for one; that the passes are adjoint is not.
#[test]
fn the_smallest_cases_of_every_kernel() {
    let cases = [
        ((1, 8, 8, 1), 17, HALVE, Algorithm::Winograd),
        ((1, 8, 8, 2), 65, HALVE, Algorithm::Winograd),
        ((2, 8, 8, 17), 1, HALVE, Algorithm::Winograd),
        ((1, 6, 4, 3), 17, HALVE, Algorithm::Auto),
        ((3, 4, 4, 1), 19, POINT, Algorithm::Auto),
    ];
    for (x, c_out, win, algorithm) in cases {
        for method in methods().into_iter().filter(|method| method.algorithm == algorithm) {
            let case = Case::new(x, c_out, win, method);
            let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
            let in_y = dot(&forward(&x, &w, &case, Act::Identity), &y);
            let in_x = dot(&x, &backward_input(&y, &w, &case, Act::Identity));
            let in_w = dot(&w, &backward_weight(&x, &y, &case));
            assert!((in_y - in_x).abs() < 1e-3, "{in_y} in y, {in_x} in x: {case:?}");
            assert!((in_y - in_w).abs() < 1e-3, "{in_y} in y, {in_w} in w: {case:?}");
        }
    }
}

/// A batch without pictures has no results, and nothing adds up to zero.
#[test]
fn no_pictures_come_to_nothing() {
    let cases = [((0, 8, 8, 2), 17), ((0, 4, 4, 2), 17), ((0, 16, 16, 3), 5)];
    for ((x, c_out), method) in by_every_method(cases) {
        let case = Case::new(x, c_out, HALVE, method);
        let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
        assert!(forward(&x, &w, &case, Act::Identity).is_empty());
        assert!(backward_input(&y, &w, &case, Act::Identity).is_empty());
        assert!(backward_weight(&x, &y, &case).iter().all(|&dw| dw == 0.0), "{case:?}");
    }
}
