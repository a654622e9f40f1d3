use super::super::{dot, normal};
use super::case::{FULL, HALVE, backward_input, backward_weight, by_every_kernel, forward};
use crate::Activation;
use crate::conv::ConvKernel;

/// Every kernel of ours on as little as takes it through all of its branches: so little that an
/// interpreter that checks each memory access can run it (`just miri`). The oracles would be too much for
/// one; that the passes are adjoint is not.
#[test]
fn the_smallest_cases_of_every_kernel() {
    let cases = [
        ((1, 8, 8, 1), 17, HALVE, ConvKernel::Winograd),
        ((1, 8, 8, 2), 65, HALVE, ConvKernel::Winograd),
        ((2, 8, 8, 17), 1, HALVE, ConvKernel::Winograd),
        ((1, 6, 4, 3), 17, HALVE, ConvKernel::Direct),
        ((3, 4, 4, 1), 19, FULL, ConvKernel::FullWindow),
    ];
    for (x, c_out, win, kernel) in cases {
        let cases = by_every_kernel(x, c_out, win);
        for case in cases.into_iter().filter(|case| case.kernel() == kernel) {
            let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
            let in_y = dot(&forward(&x, &w, &case, Activation::Identity), &y);
            let in_x = dot(&x, &backward_input(&y, &w, &case, Activation::Identity));
            let in_w = dot(&w, &backward_weight(&x, &y, &case));
            assert!((in_y - in_x).abs() < 1e-3, "{in_y} in y, {in_x} in x: {case:?}");
            assert!((in_y - in_w).abs() < 1e-3, "{in_y} in y, {in_w} in w: {case:?}");
        }
    }
}

/// An empty batch has no results, and gradients of zero.
#[test]
fn an_empty_batch_gives_empty_results() {
    for (x, c_out, win) in [
        ((0, 8, 8, 2), 17, HALVE),
        ((0, 4, 4, 2), 17, HALVE),
        ((0, 16, 16, 3), 5, HALVE),
        ((0, 4, 4, 20), 5, FULL),
    ] {
        for case in by_every_kernel(x, c_out, win) {
            let (x, y, w) = (normal(case.x, 0), normal(case.y, 1), normal(case.weights(), 2));
            assert!(forward(&x, &w, &case, Activation::Identity).is_empty());
            assert!(backward_input(&y, &w, &case, Activation::Identity).is_empty());
            assert!(backward_weight(&x, &y, &case).iter().all(|&dw| dw == 0.0), "{case:?}");
        }
    }
}
