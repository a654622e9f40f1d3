//! Weights that are not taken, and what is said of them.

use dcgan_gan::interop::{InteropError, import};
use safetensors::Dtype;

use crate::interop::{Edited, edited};
use crate::torch_writer::{archive, both, zip};
use crate::weights::{generator, prefixed, refused, state};

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
        (
            Dtype::F64,
            1e300f64.to_le_bytes().to_vec(),
            " 1e300, which is too large for single precision",
        ),
        (Dtype::F64, f64::NAN.to_le_bytes().to_vec(), " NaN, which is not finite"),
        (Dtype::F16, vec![0, 0x7c], " inf, which is not finite"),
        (Dtype::BF16, vec![0x80, 0xff], " -inf, which is not finite"),
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
    let npz = archive([("arr_0.npy".to_owned(), &b"\x93NUMPY"[..])]);
    let script = [
        ("m/data.pkl".to_owned(), &b"\x80\x02N."[..]),
        ("m/constants.pkl".to_owned(), b"\x80\x02)."),
    ];
    let script = archive(script);
    let empty = zip(b"\x80\x02}.", &[]);
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
