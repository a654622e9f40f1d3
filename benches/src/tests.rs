//! The lists of shapes against the networks.

use dcgan_gan::{Config, NetworkState, State};

use super::*;

/// The shapes of a network's arrays with this many dimensions, in order.
fn shapes(network: &NetworkState, dimensions: usize) -> Vec<Vec<usize>> {
    let all = network.theta.entries().iter().map(|entry| entry.spec.shape.clone());
    all.filter(|shape| shape.len() == dimensions).collect()
}

fn weights(convolutions: &[Convolution]) -> Vec<Vec<usize>> {
    let sizes = convolutions.iter().map(|convolution| convolution.w());
    sizes.map(|(ky, kx, c_in, c_out)| vec![ky, kx, c_in, c_out]).collect()
}

#[test]
fn the_shapes_are_those_of_the_default_networks() {
    let config = Config::default();
    assert_eq!(config.batch_size, BATCH);
    let state = State::new(config).unwrap();
    assert_eq!(shapes(&state.discriminator, 4), weights(&DISCRIMINATOR));
    assert_eq!(shapes(&state.generator, 4), weights(&GENERATOR));

    // γ and β of each.
    let channels = |maps: &[(usize, usize)]| -> Vec<Vec<usize>> {
        maps.iter().flat_map(|&(_, c)| [vec![c], vec![c]]).collect()
    };
    let mut widest_first = NORMALISED;
    widest_first.reverse();
    assert_eq!(shapes(&state.discriminator, 1), channels(&NORMALISED[1..]));
    assert_eq!(shapes(&state.generator, 1), channels(&widest_first));
}

#[test]
fn each_layer_fits_behind_the_one_before() {
    assert_eq!(DISCRIMINATOR[0].x(), (BATCH, 64, 64, 3));
    for pair in DISCRIMINATOR.windows(2) {
        assert_eq!(pair[0].y(), pair[1].x());
    }
    assert_eq!(DISCRIMINATOR[4].y(), (BATCH, 1, 1, 1));

    assert_eq!(GENERATOR[0].y(), (BATCH, 1, 1, 100));
    for pair in GENERATOR.windows(2) {
        assert_eq!(pair[0].x(), pair[1].y());
    }
    assert_eq!(GENERATOR[4].x(), (BATCH, 64, 64, 3));
}

#[test]
fn a_batch_costs_its_multiplications_and_additions() {
    // 64 images of 16 × 16 windows of 4 × 4 × 32 taps, for each of 64 channels.
    assert_eq!(DISCRIMINATOR[1].flops(), 2 * 64 * 256 * 512 * 64);
    assert_eq!(GENERATOR[3].flops(), DISCRIMINATOR[1].flops());
}
