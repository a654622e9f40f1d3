use super::*;

const HYPER: AdamConfig = AdamConfig { lr: 0.01, beta1: 0.5, beta2: 0.999, eps: 1e-8 };

/// From torch, in double precision:
///
/// ```python
/// import torch
/// p = torch.tensor([0.5, -1.25, 2.0, 0.0], dtype=torch.float64, requires_grad=True)
/// adam = torch.optim.Adam([p], lr=0.01, betas=(0.5, 0.999))
/// for g in ([0.1, -3.0, 1e-4, 0.0], [0.2, 1.0, -2e-4, 0.0], [-0.4, 0.5, 1e-4, 5.0]):
///     p.grad = torch.tensor(g, dtype=torch.float64)
///     adam.step()
///     print(p.tolist())
/// ```
#[test]
fn three_steps_are_torch_s() {
    let mut theta = [0.5, -1.25, 2.0, 0.0];
    let mut adam = Adam::new(4);
    for (gradient, want) in GOLDEN {
        adam.step(HYPER, &mut theta, &gradient);
        for (got, want) in theta.iter().zip(want) {
            assert!((f64::from(*got) - want).abs() < 3e-7, "{theta:?}, wanted {want}");
        }
    }
    assert_eq!(adam.steps(), 3);
}

const GOLDEN: [([f32; 4], [f64; 4]); 3] = [
    ([0.1, -3.0, 1e-4, 0.0], [0.4900000009999999, -1.2400000000333333, 1.99000099990001, 0.0]),
    ([0.2, 1.0, -2e-4, 0.0], [0.4794606577063437, -1.2385089896738979, 1.9963242064213929, 0.0]),
    (
        [-0.4, 0.5, 1e-4, 5.0],
        [0.48539797783530236, -1.2392821795666062, 1.99531412521611, -0.00989248484786271],
    ),
];

#[test]
fn many_parameters_as_one() {
    let len = 50_000;
    let gradient: Vec<f32> = (0..len).map(|i| (i as f32 * 0.37).sin()).collect();
    let mut all = vec![0.25; len];
    let mut adam = Adam::new(len);
    adam.step(HYPER, &mut all, &gradient);
    adam.step(HYPER, &mut all, &gradient);
    for i in [0, 1, 16_383, 16_384, 40_000, len - 1] {
        let (mut one, mut adam) = ([0.25], Adam::new(1));
        adam.step(HYPER, &mut one, &gradient[i..=i]);
        adam.step(HYPER, &mut one, &gradient[i..=i]);
        assert_eq!(all[i], one[0], "parameter {i}");
    }
}

#[test]
fn an_average_follows_the_parameters() {
    let len = 40_000;
    let theta: Vec<f32> = (0..len).map(|i| (i as f32 * 0.37).sin()).collect();
    let mut average = vec![0.5; len];
    ema_step(0.9, &mut average, &theta);
    ema_step(0.6, &mut average, &theta);
    for (average, theta) in average.iter().zip(&theta) {
        let want = 0.6 * (0.9 * 0.5 + 0.1 * theta) + 0.4 * theta;
        assert!((average - want).abs() < 1e-6, "{average}, wanted {want}");
    }
}

#[test]
fn the_decay_of_an_average_rises_to_its_limit() {
    assert_eq!(ema_decay(0.999, 0), 0.1);
    assert_eq!(ema_decay(0.999, 90), 0.91);
    assert_eq!(ema_decay(0.999, 1_000_000), 0.999);
}
