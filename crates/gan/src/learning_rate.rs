use dcgan_optim::AdamConfig;

use crate::Config;

/// Adam's hyperparameters after `step` steps, with the learning rate `lr` or, if that is not set, the one of both
/// networks.
pub fn adam_config(config: &Config, lr: Option<f64>, step: u64) -> AdamConfig {
    let halvings = config.lr_half_life.map_or(0.0, |half_life| step as f64 / half_life as f64);
    let lr = lr.unwrap_or(config.lr) * (-halvings).exp2();
    AdamConfig { lr, beta1: config.beta1, beta2: config.beta2, ..AdamConfig::default() }
}
