//! Weights as people have them, from every container: what is taken, and what is said of the rest.

use dcgan_gan::interop::{InteropError, NetworkKind, export, import};
use dcgan_gan::{Config, State, Trainer};
use safetensors::Dtype;

use crate::interop::{Edited, edited};
use crate::torch_writer::both;

/// A state of a few steps, with floats that every type of float holds.
fn state() -> State {
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

fn generator() -> Vec<u8> {
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
fn refused(bytes: &[u8]) -> String {
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

fn prefixed(prefix: &str) -> impl Fn(&mut Vec<Edited>) {
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

/// Every container has the same door.
#[test]
fn numbers_that_no_state_may_hold_are_refused_by_name() {
    let with = |name: &'static str, dtype: Dtype, wrong: Vec<u8>, last: bool| {
        edited(&generator(), |tensors| {
            let (_, own, _, data) = tensors.iter_mut().find(|tensor| tensor.0 == name).unwrap();
            if *own != dtype {
                (*own, *data) = (dtype, vec![0; data.len() / 4 * wrong.len()]);
            }
            let at = if last { data.len() - wrong.len() } else { 0 };
            data[at..at + wrong.len()].copy_from_slice(&wrong);
        })
    };
    let single = |value: f32| value.to_le_bytes().to_vec();
    for (name, value, why) in [
        ("main.3.weight", f32::NAN, "NaN, which is not finite"),
        ("main.1.bias", f32::INFINITY, "inf, which is not finite"),
        ("main.4.running_mean", f32::NEG_INFINITY, "-inf, which is not finite"),
        ("main.1.running_var", f32::NAN, "NaN, which is not finite"),
        ("main.4.running_var", -0.25, "-0.25, but a variance cannot be negative"),
    ] {
        for last in [false, true] {
            let bytes = with(name, Dtype::F32, single(value), last);
            let [zip, old] = both(&bytes);
            for bytes in [bytes, zip, old] {
                assert_eq!(refused(&bytes), format!("the tensor `{name}` holds {why}"));
            }
        }
    }
    for (dtype, wrong, why) in [
        (Dtype::F64, 1e300f64.to_le_bytes().to_vec(), "is too large for single precision"),
        (Dtype::F64, f64::NAN.to_le_bytes().to_vec(), "is not finite"),
        (Dtype::F16, vec![0, 0x7c], "is not finite"),
        (Dtype::BF16, vec![0x80, 0xff], "is not finite"),
    ] {
        let message = refused(&with("main.3.weight", dtype, wrong, true));
        assert!(message.starts_with("the tensor `main.3.weight` holds "), "{message}");
        assert!(message.ends_with(why), "{message}");
    }
    // Other arrays may hold what is below zero.
    let bytes = with("main.4.running_mean", Dtype::F32, single(-0.25), true);
    assert!(import(&bytes, None).is_ok());
}

#[test]
fn names_that_differ_are_listed_beside_those_that_are_wanted() {
    let renamed = edited(&generator(), |tensors| {
        for (name, ..) in tensors {
            *name = name.replace("main.", "deconv");
        }
    });
    assert_eq!(
        refused(&renamed),
        "its tensors do not have the names of PyTorch's DCGAN example; \
         wanted: `main.0.weight`, `main.1.weight`, `main.3.weight`; \
         found: `deconv0.weight`, `deconv1.bias`, `deconv1.num_batches_tracked`, \
         `deconv1.running_mean`, … (9 more)"
    );
    let partly = edited(&generator(), |tensors| {
        for (name, ..) in tensors {
            *name = name.replace("main.4.running_mean", "main.4.mean\n\u{1b}[31m");
        }
    });
    let message = refused(&partly);
    let listed = "wanted: `main.4.running_mean`; found: `main.4.mean\\n\\u{1b}[31m`";
    assert!(message.ends_with(listed), "{message}");
}

#[test]
fn several_generators_are_listed() {
    let twice = edited(&generator(), |tensors| {
        let mut second: Vec<Edited> = tensors.clone();
        prefixed("ema.")(&mut second);
        prefixed("netG.")(tensors);
        tensors.extend(second);
    });
    let message = refused(&twice);
    assert_eq!(
        message,
        "it holds several generators, under `ema.`, `netG.`; save one of them alone"
    );
}

/// Another kernel, and a layer that is narrower than its neighbours say.
#[test]
fn another_architecture_is_named_by_its_shapes() {
    let reshaped = |name: &'static str, shape: &'static [usize]| {
        edited(&generator(), |tensors| {
            let tensor = tensors.iter_mut().find(|tensor| tensor.0 == name).unwrap();
            (tensor.2, tensor.3) = (shape.to_vec(), vec![0; 4 * shape.iter().product::<usize>()]);
        })
    };
    for (name, shape, expected) in [
        ("main.0.weight", &[3, 4, 5, 5][..], "[3, 4, 5, 5] instead of [3, 4, 4, 4]"),
        ("main.0.weight", &[3, 4], "[3, 4] instead of [3, 4, 4, 4]"),
        ("main.3.weight", &[3, 2, 4, 4], "[3, 2, 4, 4] instead of [4, 2, 4, 4]"),
    ] {
        let message = refused(&reshaped(name, shape));
        assert_eq!(message, format!("the tensor `{name}` has shape {expected}"));
    }
}

/// What else people take for weights, and what to do.
#[test]
fn other_files_are_called_by_their_names() {
    let checkpoint = dcgan_gan::checkpoint::encode(&state()).unwrap();
    let npz = crate::torch_writer::archive([("arr_0.npy".to_owned(), &b"\x93NUMPY"[..])]);
    let script = [
        ("m/data.pkl".to_owned(), &b"\x80\x02N."[..]),
        ("m/constants.pkl".to_owned(), b"\x80\x02)."),
    ];
    let script = crate::torch_writer::archive(script);
    let empty = crate::torch_writer::zip(b"\x80\x02}.", &[]);
    for (bytes, what) in [
        (&b""[..], "an empty file"),
        (b"not at all", "neither a checkpoint of dcgan nor weights from PyTorch"),
        (&checkpoint, "a checkpoint of dcgan, not weights of PyTorch"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        (b"<!DOCTYPE html>", "a web page"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x1f\x8b\x08", "compressed with gzip"),
        (b"\x80\x03}q\x00.", "a pickle, but not of `torch.save`"),
        (&npz, "a zip archive, but not of `torch.save`"),
        (&script, "a TorchScript program"),
        (&empty, "a PyTorch file without a tensor"),
    ] {
        let error = import(bytes, None).unwrap_err();
        assert!(matches!(error, InteropError::Foreign(_)), "{error}");
        let message = error.to_string();
        assert!(message.starts_with(what), "{message}");
        assert!(message.contains("`torch.save(net.state_dict(), \"net.pth\")`"), "{message}");
    }
    let short = refused(&generator()[..300]);
    assert!(
        short.starts_with("a damaged safetensors file: its header does not describe"),
        "{short}"
    );
    let message = refused(b"\xff\xff\xff\xff\xff\xff\xff\xff{");
    assert!(message.starts_with("a damaged safetensors file: its header"), "{message}");
}
