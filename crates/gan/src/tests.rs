use crate::{Config, ConfigError, Logits, Losses, Objective, discriminator, generator};
use dcgan_layers::Network;
use ndarray::Array4;

#[test]
fn the_default_is_valid_and_impossible_values_are_named() {
    assert_eq!(Config::default().validate(), Ok(()));
    let bad = |change: fn(&mut Config)| -> ConfigError {
        let mut config = Config::default();
        change(&mut config);
        config.validate().unwrap_err()
    };
    assert_eq!(bad(|c| c.image_size = 48).field, "image_size");
    assert_eq!(bad(|c| c.image_size = 8).field, "image_size");
    assert_eq!(bad(|c| c.image_size = 512).field, "image_size");
    assert_eq!(bad(|c| c.channels = 2).field, "channels");
    assert_eq!(bad(|c| c.nz = 0).field, "nz");
    assert_eq!(bad(|c| c.batch_size = 0).field, "batch_size");
    assert_eq!(bad(|c| c.lr = f64::NAN).field, "lr");
    assert_eq!(bad(|c| c.lr = -0.1).field, "lr");
    assert_eq!(bad(|c| c.beta1 = 1.0).field, "beta1");
    let huge = bad(|c| (c.image_size, c.ndf) = (256, 2048));
    assert_eq!((huge.field, huge.value.as_str()), ("ndf", "2048"));
    let wide = bad(|c| (c.image_size, c.batch_size) = (256, 4096));
    assert_eq!((wide.field, wide.why.contains(" GB")), ("batch_size", true));
}

/// Counted layer by layer, from what the networks are.
#[test]
fn operations_are_those_of_the_networks() {
    for config in
        [Config::default(), Config { image_size: 16, channels: 1, ngf: 5, ..Config::default() }]
    {
        let count = |network: &Network| -> u64 {
            let activations = network.activations(config.batch_size);
            let theta = network.init(&mut || 0.0);
            let mut pixels = config.batch_size * network.input(1).1.pow(2);
            let mut flops = 0;
            for (i, node) in network.nodes().iter().enumerate() {
                let (n, h, w, _) = activations.layer_output(i).dim();
                // A window sees one pixel of the smaller map.
                let windows = pixels.min(n * h * w);
                let weight = format!("{}.weight", node.name);
                let entry = theta.entries().iter().find(|entry| entry.name == weight).unwrap();
                if entry.spec.shape.len() == 4 {
                    flops += 2 * windows * entry.spec.len();
                }
                pixels = n * h * w;
            }
            flops as u64
        };
        let (g, d) = config.forward_flops();
        assert_eq!((g, d), (count(&generator(&config)), count(&discriminator(&config))));
        assert!(config.step_flops() > 9 * g.min(d) && config.step_flops() < 10 * g.max(d));
    }
}

/// At the boundary D loses the same whether the image is real or generated; above it, less if it is real.
#[test]
fn the_decision_boundary_is_where_the_losses_of_d_meet() {
    let losses = |objective: Objective, logit: f32| {
        let logits = Array4::from_elem((4, 1, 1, 1), logit);
        let (mut dreal, mut dfake) = (logits.clone(), logits.clone());
        let logits = Logits { real: logits.view(), fake: logits.view() };
        objective.discriminator(logits, 0.0, dreal.view_mut(), dfake.view_mut())
    };
    for (objective, name) in Objective::ALL {
        let Some(boundary) = objective.decision_boundary() else { continue };
        let (real, fake) = losses(objective, boundary);
        assert!((real - fake).abs() < 1e-6, "{name}: {real} and {fake}");
        let (real, fake) = losses(objective, boundary + 0.1);
        assert!(real < fake - 0.05, "{name}: {real} and {fake}");
    }
    let bounded = |objective: &Objective| objective.decision_boundary().is_some();
    assert_eq!(Objective::ALL.iter().filter(|(objective, _)| bounded(objective)).count(), 3);
}

#[test]
fn the_gradient_of_every_objective_is_its_slope() {
    let logits = |shift: f32| {
        Array4::from_shape_fn((5, 1, 1, 1), |(i, ..)| (i as f32 * 1.7 + shift).sin() * 2.0)
    };
    let (real, fake) = (logits(0.3), logits(2.0));
    let both = |objective: Objective, real: &Array4<f32>, fake: &Array4<f32>| {
        let (mut dg, mut dreal, mut dfake) = (real.clone(), real.clone(), real.clone());
        let logits = Logits { real: real.view(), fake: fake.view() };
        let g = objective.generator(logits, dg.view_mut());
        let (on_real, on_fake) =
            objective.discriminator(logits, 0.0, dreal.view_mut(), dfake.view_mut());
        ([f64::from(g), f64::from(on_real) + f64::from(on_fake)], [dg, dreal, dfake])
    };
    for (objective, name) in Objective::ALL {
        let (_, [dg, dreal, dfake]) = both(objective, &real, &fake);
        for i in 0..5 {
            let at = (i, 0, 0, 0);
            let slopes = |of_real: bool| {
                let moved = |h: f32| {
                    let (mut real, mut fake) = (real.clone(), fake.clone());
                    *(if of_real { &mut real[at] } else { &mut fake[at] }) += h;
                    both(objective, &real, &fake).0
                };
                let (low, high) = (moved(-1e-2), moved(1e-2));
                [(high[0] - low[0]) / 2e-2, (high[1] - low[1]) / 2e-2]
            };
            let [g, d] = slopes(false);
            assert!((g - f64::from(dg[at])).abs() < 1e-4, "{name}: G, {g} and {}", dg[at]);
            assert!((d - f64::from(dfake[at])).abs() < 1e-4, "{name}: D, {d} and {}", dfake[at]);
            let [_, d] = slopes(true);
            assert!((d - f64::from(dreal[at])).abs() < 1e-4, "{name}: D, {d} and {}", dreal[at]);
        }
    }
}

#[test]
fn each_loss_can_be_the_one_that_is_not_finite() {
    assert!(Losses::default().are_finite());
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert!(!Losses { generator: bad, ..Losses::default() }.are_finite());
        assert!(!Losses { real: bad, ..Losses::default() }.are_finite());
        assert!(!Losses { fake: bad, ..Losses::default() }.are_finite());
    }
}
