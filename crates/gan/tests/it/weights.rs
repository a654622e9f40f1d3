//! Weights as people have them, from every container.

use dcgan_gan::interop::{NetworkKind, export, import};
use dcgan_gan::{Config, State, Trainer};
use safetensors::Dtype;

use crate::interop::{Edited, edited};
use crate::torch_writer::both;

/// A state of a few steps, with floats that every type of float holds.
pub(crate) fn state() -> State {
    let config = Config {
        image_size: 16,
        channels: 1,
        ngf: 2,
        ndf: 3,
        nz: 3,
        batch_size: 2,
        ..Config::default()
    };
    let mut state = State::new(config).unwrap();
    for network in [&mut state.generator, &mut state.discriminator] {
        network.num_batches_tracked = 9;
        let params = network.theta.as_mut_slice().iter_mut();
        for (i, float) in params.chain(network.buffers.as_mut_slice()).enumerate() {
            *float = (i % 61) as f32 / 64.0;
        }
    }
    state
}

pub(crate) fn generator() -> Vec<u8> {
    export(&state(), NetworkKind::Generator)
}

#[track_caller]
fn assert_taken(bytes: &[u8], what: &str) {
    match import(bytes, None) {
        Ok(taken) => {
            assert!(taken.generator == state().generator, "{what} is read as something else")
        }
        Err(error) => panic!("{what}: {error}"),
    }
}

/// What is said of a file, in one line.
pub(crate) fn refused(bytes: &[u8]) -> String {
    let message = import(bytes, None).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn retyped(dtype: Dtype, convert: impl Fn(f32) -> Vec<u8>) -> Vec<u8> {
    edited(&generator(), |tensors| {
        for (_, own, _, data) in tensors.iter_mut().filter(|tensor| tensor.1 == Dtype::F32) {
            let floats = data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
            (*own, *data) = (dtype, floats.flat_map(&convert).collect());
        }
    })
}

/// Exact for what [`state`] holds.
fn half(float: f32) -> Vec<u8> {
    let bits = float.to_bits();
    let exponent = (bits >> 23 & 0xff) as i32 - 127 + 15;
    let half = if float == 0.0 { 0 } else { (exponent as u32) << 10 | bits >> 13 & 0x3ff };
    (half as u16).to_le_bytes().to_vec()
}

/// For every size of network, and after steps that have changed every number.
#[test]
fn what_is_exported_is_imported_from_every_container() {
    for (image_size, channels, nz) in [(16, 1, 1), (16, 3, 5), (32, 4, 2), (64, 3, 3)] {
        let config =
            Config { image_size, channels, nz, ngf: 2, ndf: 3, batch_size: 2, ..Config::default() };
        let mut trainer = Trainer::new(config).unwrap();
        for _ in 0..2 {
            trainer.real().fill(0.25);
            trainer.step();
        }
        let state = trainer.state();
        let [g, d] =
            [NetworkKind::Generator, NetworkKind::Discriminator].map(|net| export(state, net));
        let ([g_zip, g_old], [d_zip, d_old]) = (both(&g), both(&d));
        for (g, d) in [(&g, &d), (&g_zip, &d_old), (&g_old, &d_zip)] {
            let back = import(g, Some(d)).unwrap();
            for (ours, theirs) in
                [(&state.generator, &back.generator), (&state.discriminator, &back.discriminator)]
            {
                assert!(ours.theta == theirs.theta && ours.buffers == theirs.buffers, "{config:?}");
                assert_eq!(ours.num_batches_tracked, theirs.num_batches_tracked);
            }
            assert_eq!(back.config, Config { batch_size: back.config.batch_size, ..config });
        }
    }
}

#[test]
fn floats_of_every_type_are_taken() {
    assert_taken(&retyped(Dtype::F16, half), "F16");
    assert_taken(&retyped(Dtype::BF16, |v| v.to_le_bytes()[2..].to_vec()), "BF16");
    assert_taken(&retyped(Dtype::F64, |v| f64::from(v).to_le_bytes().to_vec()), "F64");
}

#[test]
fn counts_of_every_integer_type_or_none_are_taken() {
    let counted = |dtype, shape: &[usize], bytes: &[u8]| {
        edited(&generator(), |tensors| {
            for tensor in tensors.iter_mut().filter(|tensor| tensor.1 == Dtype::I64) {
                (tensor.1, tensor.2, tensor.3) = (dtype, shape.to_vec(), bytes.to_vec());
            }
        })
    };
    let nine = [9, 0, 0, 0, 0, 0, 0, 0];
    for (dtype, size) in [
        (Dtype::I8, 1),
        (Dtype::U8, 1),
        (Dtype::I16, 2),
        (Dtype::U16, 2),
        (Dtype::I32, 4),
        (Dtype::U32, 4),
        (Dtype::I64, 8),
        (Dtype::U64, 8),
    ] {
        assert_taken(&counted(dtype, &[], &nine[..size]), &format!("{dtype:?}"));
        assert_taken(&counted(dtype, &[1], &nine[..size]), &format!("{dtype:?} [1]"));
    }
    let uncounted = edited(&generator(), |tensors| tensors.retain(|tensor| tensor.1 != Dtype::I64));
    let taken = import(&uncounted, None).unwrap();
    assert!(taken.generator.theta == state().generator.theta);
    assert_eq!(taken.generator.num_batches_tracked, 0);

    for (dtype, shape, bytes, expected) in [
        (Dtype::I16, &[][..], &[0xff, 0xff][..], "holds -1, which is not a number of batches"),
        (
            Dtype::U64,
            &[],
            &[0xff; 8],
            "holds 18446744073709551615, which is not a number of batches",
        ),
        (Dtype::U8, &[2], &[1, 2], "has shape [2] instead of []"),
        (Dtype::F32, &[], &[0; 4], "has type F32; supported are integers for a count"),
    ] {
        let message = refused(&counted(dtype, shape, bytes));
        assert_eq!(message, format!("the tensor `main.1.num_batches_tracked` {expected}"));
    }
}

pub(crate) fn prefixed(prefix: &str) -> impl Fn(&mut Vec<Edited>) {
    move |tensors| tensors.iter_mut().for_each(|(name, ..)| name.insert_str(0, prefix))
}

#[test]
fn what_wrappers_put_before_the_names_is_left_out() {
    for prefix in [
        "module.",
        "_orig_mod.",
        "module._orig_mod.",
        "netG.",
        "state_dict.netG.module.",
        "a.main.b.",
    ] {
        let bytes = edited(&generator(), prefixed(prefix));
        assert_taken(&bytes, prefix);
        both_are_taken(&bytes, prefix);
    }
}

#[track_caller]
fn both_are_taken(safetensors: &[u8], what: &str) {
    both(safetensors).iter().for_each(|bytes| assert_taken(bytes, what));
}
