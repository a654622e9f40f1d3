//! The slopes of the losses.

use dcgan_gan::{Config, LecamAnchors, Logits, Objective};
use ndarray::Array4;

use super::support::{array, assert_near, doubles, gpu, nan, noise, run};
use crate::kernels::objective;
use crate::shader;

/// The slopes of every objective, with and without anchors, against the functions of the CPU.
#[test]
fn slopes_are_those_of_the_cpu() {
    let n = 300;
    let logits = noise(0, 2 * n).iter().map(|l| 4.0 * l).collect::<Vec<_>>();
    let shaped = |slice: &[f32]| Array4::from_shape_vec((n, 1, 1, 1), slice.to_vec()).unwrap();
    let (fake, real) = (shaped(&logits[..n]), shaped(&logits[n..]));
    for (objective, name) in Objective::ALL {
        let lecam = if objective == Objective::Relativistic { 0.0 } else { 0.7 };
        let smoothing = if objective.has_targets() { 0.1 } else { 0.0 };
        let config = Config {
            batch_size: n,
            objective,
            lecam,
            label_smoothing: smoothing,
            ..Config::DEFAULT
        };
        let mut anchors = LecamAnchors { real: 0.3, fake: -0.4 };
        let [of_g, of_d] = run(&gpu(), |to| {
            let (logits, of_g, of_d) = (array(to, &logits), nan(to, n), nan(to, 2 * n));
            let uniform = objective::uniform(&config, anchors, LecamAnchors::rest(20));
            to.push(&shader::OBJECTIVE, &uniform, &[&logits, &of_g, &of_d], [1, 1, 1]);
            Ok([of_g, of_d])
        });
        let logits = Logits { real: real.view(), fake: fake.view() };
        let (mut dreal, mut dfake) = (real.clone(), fake.clone());
        objective.generator(logits, dfake.view_mut());
        assert_near(name, &of_g, &doubles(dfake.as_slice().unwrap()), 1e-5);
        objective.discriminator(logits, smoothing as f32, dreal.view_mut(), dfake.view_mut());
        anchors.update(20, logits);
        anchors.add_grad(lecam, logits, dreal.view_mut(), dfake.view_mut());
        assert_near(name, &of_d[..n], &doubles(dfake.as_slice().unwrap()), 1e-5);
        assert_near(name, &of_d[n..], &doubles(dreal.as_slice().unwrap()), 1e-5);
    }
}

/// Logits far from 0 have slopes, not NaN.
#[test]
fn slopes_of_large_logits_are_finite() {
    let config = Config { batch_size: 2, ..Config::DEFAULT };
    let [of_g, of_d] = run(&gpu(), |to| {
        let logits = array(to, &[-1e4, 1e4, -1e4, 1e4]);
        let (of_g, of_d) = (nan(to, 2), nan(to, 4));
        let uniform = objective::uniform(&config, LecamAnchors::default(), 0.0);
        to.push(&shader::OBJECTIVE, &uniform, &[&logits, &of_g, &of_d], [1, 1, 1]);
        Ok([of_g, of_d])
    });
    assert_eq!((of_g, of_d), (vec![-0.5, 0.0], vec![0.0, 0.5, -0.5, 0.0]));
}
