//! Files of `torch.save`, of all kinds that people have: `weights/make_pth.py` writes them, and shows how.

use std::path::Path;

use dcgan_gan::interop::{InteropError, NetworkKind, WeightsFile, import, import_generator};
use dcgan_gan::{Config, NetworkState};

pub(crate) fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weights");
    std::fs::read(folder.join(name)).unwrap()
}

/// Element `i` of a tensor in PyTorch's order, as the script has it.
fn value(name: &str, i: usize) -> f32 {
    if name.ends_with("running_var") {
        return (i % 8 + 1) as f32 / 8.0;
    }
    let sum: usize = name.bytes().map(usize::from).sum();
    (((37 * i + 11 * sum) % 101) as f32 - 50.0) / 64.0
}

#[track_caller]
fn assert_values(network: &NetworkState, batches: u64, file: &str) {
    for (entry, floats) in network.theta.iter().chain(network.buffers.iter()) {
        for (at, &float) in floats.iter().enumerate() {
            // Ours is (y, x, b, a) where PyTorch's is (a, b, y, x).
            let i = match entry.spec.shape[..] {
                [_, _, b_len, a_len] => {
                    let (a, b) = (at % a_len, at / a_len % b_len);
                    let (x, y) = (at / a_len / b_len % 4, at / a_len / b_len / 4);
                    ((a * b_len + b) * 4 + y) * 4 + x
                }
                _ => at,
            };
            assert_eq!(float, value(&entry.name, i), "{file}: {} at {at}", entry.name);
        }
    }
    assert_eq!(network.num_batches_tracked, batches, "{file}");
}

const GENERATORS: [&str; 10] = [
    "netG_epoch_24.pth",
    "protocol_4.pth",
    "wrapped.pth",
    "run.pth",
    "whole_module.pth",
    "strided.pth",
    "types.pth",
    "old.pth",
    "old_whole_module.pth",
    "old_views.pth",
];

#[test]
fn every_kind_of_file_has_its_numbers() {
    for name in GENERATORS {
        let state = import(&file(name), None).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sizes = Config { image_size: 16, channels: 3, nz: 3, ngf: 2, ndf: 2, ..state.config };
        assert_eq!(state.config, sizes, "{name}");
        assert_values(&state.generator, if name == "old_views.pth" { 0 } else { 7 }, name);
        let weights = import_generator(&file(name)).unwrap();
        assert!(
            weights.theta == state.generator.theta && weights.buffers == state.generator.buffers
        );
    }
}

#[test]
fn of_a_file_with_both_networks_each_is_found() {
    for (generator, discriminator) in
        [("netG_epoch_24.pth", "netD_epoch_24.pth"), ("run.pth", "run.pth")]
    {
        let state = import(&file(generator), Some(&file(discriminator))).unwrap();
        assert_values(&state.generator, 7, generator);
        assert_values(&state.discriminator, 7, discriminator);
    }
}

#[test]
fn one_network_in_the_place_of_the_other_is_named() {
    let (g, d) = (file("netG_epoch_24.pth"), file("netD_epoch_24.pth"));
    let error = import(&d, None).unwrap_err();
    assert_eq!(error, InteropError::OtherNetwork { found: NetworkKind::Discriminator });
    assert_eq!(error.to_string(), "this is a discriminator, but a generator is wanted");
    let error = import(&g, Some(&g)).unwrap_err();
    assert_eq!(error.to_string(), "this is a generator, but a discriminator is wanted");
}

#[test]
fn the_list_of_tensors_has_every_name_type_and_shape() {
    let run = file("run.pth");
    let listed = WeightsFile::open(&run).unwrap();
    assert_eq!(listed.container(), "PyTorch");
    let tensors: Vec<_> =
        listed.tensors().map(|(name, dtype, shape)| (name, dtype.to_string(), shape)).collect();
    assert_eq!(tensors.len(), 13 + 8 + 1);
    assert!(tensors.contains(&("netG.main.3.weight", "F32".to_owned(), &[4, 2, 4, 4])));
    assert!(tensors.contains(&("netD.main.3.num_batches_tracked", "I64".to_owned(), &[])));
    assert!(tensors.contains(&("optimizerG.state.0.exp_avg", "F32".to_owned(), &[3, 4, 4, 4])));
}

/// A bit of the numbers of a zip archive, and the end of either container.
#[test]
fn damage_is_noticed() {
    let whole = file("netG_epoch_24.pth");
    let state = import(&whole, None).unwrap();
    let weight = state.generator.theta.as_slice()[0].to_le_bytes();
    let at = whole.windows(4).position(|window| window == weight).unwrap();
    let mut flipped = whole.clone();
    flipped[at] ^= 1;
    let error = import(&flipped, None).unwrap_err().to_string();
    assert!(error.starts_with("a damaged PyTorch file: its entry `netG_epoch_24/data/"), "{error}");
    assert!(error.ends_with("does not match its checksum"), "{error}");
    for name in GENERATORS {
        let whole = file(name);
        for len in (20..whole.len()).step_by(97) {
            let error = import(&whole[..len], None).unwrap_err().to_string();
            assert!(!error.contains('\n'), "{name}, {len}: {error}");
        }
    }
    let old = file("old.pth");
    let error = import(&old[..old.len() - 1], None).unwrap_err().to_string();
    assert_eq!(error, "a damaged PyTorch file: it is cut short");
}
