use crate::{Config, ConfigError, discriminator, generator};
use dcgan_layers::Network;

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
