use ndarray::Array4;

use super::{normal, poison};
use crate::norm::{self, Affine, Saved, Stats};
use crate::{Accum, Activation, Backend, BlockSizes, Context, Window, conv};

/// Every kernel once, at sizes with several groups and a ragged last one.
fn all_kernels() -> Vec<Array4<f32>> {
    let win = Window { kernel: 4, stride: 2, pad: 1 };
    let deep = deep_convolutions(win, 8, BlockSizes::detect());
    let (x, dy) = (normal((37, 8, 8, 5), 0), normal((37, 4, 4, 6), 1));
    let ctx = &mut Context::default();
    let [y, dx, dw] = passes((&x, &dy, &normal((4, 4, 5, 6), 2)), win, Activation::Tanh, ctx);

    let mut mean_var = vec![0.0; 2 * 5];
    norm::batch_stats(x.view(), &mut mean_var, ctx);
    let stats = Stats { mean_var: &mean_var, eps: 1e-5 };
    let (gamma, beta) = ([1.0, 0.9, 1.1, 1.2, 0.8], [0.0, 0.1, -0.1, 0.2, -0.2]);
    let mut z = poison(x.dim());
    let to = Affine { gamma: &gamma, beta: &beta };
    norm::forward(x.view(), stats, to, Activation::Relu, z.view_mut(), ctx);
    let (mut dgamma, mut dbeta, mut dz) = ([f32::NAN; 5], [f32::NAN; 5], dx.clone());
    let affine = Affine { gamma: &gamma, beta: &beta };
    let at = Saved { x: x.view(), stats, affine, activation: Activation::Relu };
    norm::backward(at, dz.view_mut(), Some((&mut dgamma, &mut dbeta)), Accum::Overwrite, ctx);

    let sums = [mean_var, dgamma.to_vec(), dbeta.to_vec()].concat();
    let sums = Array4::from_shape_vec((1, 1, 4, 5), sums).unwrap();
    [vec![y, dx, dw, z, dz, sums], deep, few_channels(win)].concat()
}

/// All gradients of a layer of few channels, and of its transpose.
fn few_channels(win: Window) -> Vec<Array4<f32>> {
    let (x, y, w) = (normal((37, 8, 8, 3), 0), normal((37, 4, 4, 20), 1), normal((4, 4, 3, 20), 2));
    let taps = w.as_slice().unwrap();
    let ctx = &mut Context::default();
    let (mut dw, mut db, mut dx) = (poison(w.dim()), poison((1, 1, 1, 20)), poison(x.dim()));
    let at = conv::Saved { x: x.view(), y: y.view(), activation: Activation::Relu };
    let to = conv::Grads {
        w: dw.as_slice_mut(),
        bias: db.as_slice_mut(),
        x: Some(dx.view_mut()),
        accum: Accum::Overwrite,
    };
    conv::backward(at, taps, win, y.clone().view_mut(), to, ctx);

    let (mut dv, mut da, mut dy) = (poison(w.dim()), poison((1, 1, 1, 3)), poison(y.dim()));
    let at = conv::Saved { x: y.view(), y: x.view(), activation: Activation::Relu };
    let to = conv::Grads {
        w: dv.as_slice_mut(),
        bias: da.as_slice_mut(),
        x: Some(dy.view_mut()),
        accum: Accum::Overwrite,
    };
    conv::backward_transpose(at, taps, win, x.clone().view_mut(), to, ctx);
    vec![dw, db, dx, dv, da, dy]
}

/// The three passes with enough channels for minimal filtering.
fn deep_convolutions(win: Window, side: usize, blocks: BlockSizes) -> Vec<Array4<f32>> {
    let (x, dy, w) = (
        normal((37, side, side, 24), 0),
        normal((37, side / 2, side / 2, 70), 1),
        normal((4, 4, 24, 70), 2),
    );
    let ctx = &mut Context::new(Backend { blocks, ..Backend::default() });
    passes((&x, &dy, &w), win, Activation::Relu, ctx).into()
}

/// y, dx and dw of a convolution.
fn passes(
    (x, dy, w): (&Array4<f32>, &Array4<f32>, &Array4<f32>),
    win: Window,
    activation: Activation,
    ctx: &mut Context,
) -> [Array4<f32>; 3] {
    let taps = w.as_slice().unwrap();
    let (mut y, mut dx, mut dw) = (poison(dy.dim()), poison(x.dim()), poison(w.dim()));
    conv::forward(x.view(), taps, win, activation, y.view_mut(), ctx);
    conv::backward_input(dy.view(), taps, win, Activation::Identity, dx.view_mut(), ctx);
    conv::backward_weight(
        x.view(),
        dy.view(),
        win,
        Accum::Overwrite,
        dw.as_slice_mut().unwrap(),
        ctx,
    );
    [y, dx, dw]
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(all_kernels)
    };
    let alone = on(1);
    for threads in [2, 3, 8] {
        assert_eq!(alone, on(threads), "{threads} threads");
    }
}

/// A few tiles at a time or all, with the weights kept, copied, or computed panel by panel: blocks suit the caches
/// of a processor, and two processors must agree.
#[test]
fn the_bits_do_not_depend_on_the_caches() {
    let win = Window { kernel: 4, stride: 2, pad: 1 };
    let expected = deep_convolutions(win, 16, BlockSizes::detect());
    for group_tiles in [1, 16, 64, 1 << 20] {
        for span_floats in [0, 1 << 16, 1 << 30] {
            for (kept_weights, copied_weights) in [(0, 0), (1 << 30, 0), (1 << 30, 1 << 30)] {
                let blocks = BlockSizes { group_tiles, span_floats, kept_weights, copied_weights };
                assert!(expected == deep_convolutions(win, 16, blocks), "{blocks:?}");
            }
        }
    }
}
