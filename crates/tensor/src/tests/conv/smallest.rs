use super::super::{assert_close, normal};
use super::case::{Case, HALVE, backward_input, backward_weight, forward, methods};
use crate::{Act, Algorithm, Method, Window, naive};
use ndarray::Array4;

/// Every kernel of ours with as little as takes it through all of its branches: so little that an
/// interpreter that looks at each access to memory gets through it (`just miri`).
#[test]
fn the_smallest_cases_of_every_kernel() {
    let point = Window { kernel: 4, stride: 1, pad: 0 };
    let cases = [
        ((1, 8, 8, 1), 17, HALVE, Algorithm::Winograd),
        ((1, 4, 4, 2), 65, HALVE, Algorithm::Winograd),
        ((2, 4, 4, 17), 1, HALVE, Algorithm::Winograd),
        ((1, 6, 4, 3), 17, HALVE, Algorithm::Auto),
        ((3, 4, 4, 1), 19, point, Algorithm::Auto),
    ];
    for (x, c_out, win, algorithm) in cases {
        let case = |method| Case::new(x, c_out, win, method);
        let Case { y, .. } = case(Method::default());
        let (x, dy, w) = (normal(x, 0), normal(y, 1), normal(case(Method::default()).weights(), 2));
        let want = [
            naive::forward(&x, &w, win),
            naive::backward_input(&dy, &w, win, x.dim()),
            naive::backward_weight(&x, &dy, win),
        ];
        for case in methods().into_iter().filter(|m| m.algorithm == algorithm).map(case) {
            let zero = Array4::zeros(case.weights());
            let got = [
                forward(&x, &w, &case, Act::Relu),
                backward_input(&dy, &w, &case, Act::Identity),
                backward_weight(&x, &dy, &case, zero),
            ];
            let tolerances = case.tolerances();
            assert_close(&got[0], want[0].iter().map(|y| y.max(0.0)), tolerances[0]);
            assert_close(&got[1], want[1].iter().copied(), tolerances[1]);
            assert_close(&got[2], want[2].iter().copied(), tolerances[2]);
        }
    }
}
