use std::fs;

use dcgan_mutate::{Draws, mutated};
use ndarray::{Array2, ShapeBuilder};
use ndarray_npy::WriteNpyExt;

use crate::latents_file;

/// Damaged files of latents that are tried.
const INPUTS: u64 = 3000;

const NZ: usize = 5;

fn latents() -> Vec<u8> {
    let mut bytes = Vec::new();
    Array2::from_elem((6, NZ), 0.25f32).write_npy(&mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<f32>, String> {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("z.npy");
    fs::write(&path, bytes).unwrap();
    latents_file::read(&path, NZ).map_err(|error| format!("{error:#}"))
}

#[test]
fn no_damaged_file_of_latents_panics() {
    let whole = latents();
    assert_eq!(read(&whole).unwrap(), [0.25; 6 * NZ]);
    let mut refused = 0;
    for i in 0..INPUTS {
        let bytes = mutated(&whole, &mut Draws::new(5, i));
        if let Err(message) = read(&bytes) {
            refused += 1;
            assert!(message.contains("z.npy") && !message.contains('\n'), "input {i}: {message}");
        }
    }
    assert!(refused > INPUTS / 4, "only {refused} were damaged");
}

/// Each would take more memory than there is.
#[test]
fn claims_are_checked_against_the_file_before_memory_is_allocated() {
    let header = |shape: &str| {
        let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape})}}\n");
        let mut bytes = b"\x93NUMPY\x02\x00".to_vec();
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    };
    for shape in ["4000000000000, 5", "9000000000000000000, 5", "1000000, 5"] {
        let bytes = header(shape);
        let message = read(&bytes).unwrap_err();
        let part = format!("has {} bytes, but an array of the shape [{shape}] needs", bytes.len());
        assert!(message.contains(&part), "{shape}: {message}");
    }
    let mut long = latents();
    (long[6], long[8], long[9], long[10], long[11]) = (2, 0xff, 0xff, 0xff, 0xff);
    let message = read(&long).unwrap_err();
    assert!(message.contains("a header of 4294967295 bytes"), "{message}");
}

#[test]
fn floats_of_both_sizes_and_orders_are_the_same_latents_and_bytes_are_refused() {
    let floats = Array2::from_shape_fn((6, NZ), |(n, i)| (10 * n + i) as f32);
    let npy = |array: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        array(&mut bytes);
        bytes
    };
    let doubles = floats.mapv(f64::from);
    let mut columns = Array2::zeros((6, NZ).f());
    columns.assign(&floats);
    let torch = floats.to_shape((6, NZ, 1, 1)).unwrap().to_owned();
    for bytes in [
        npy(&|to| floats.write_npy(to).unwrap()),
        npy(&|to| doubles.write_npy(to).unwrap()),
        npy(&|to| columns.write_npy(to).unwrap()),
        npy(&|to| torch.write_npy(to).unwrap()),
    ] {
        assert_eq!(read(&bytes).unwrap(), floats.as_slice().unwrap());
    }
    for wrong in [f64::NAN, f64::NEG_INFINITY, 1e300] {
        let mut doubles = doubles.clone();
        doubles[[4, 2]] = wrong;
        let message = read(&npy(&|to| doubles.write_npy(to).unwrap())).unwrap_err();
        assert!(message.contains("latent 4 contains NaN or infinity"), "{wrong}: {message}");
    }
    let bytes = npy(&|to| floats.mapv(|v| v as u8).write_npy(to).unwrap());
    assert!(read(&bytes).unwrap_err().contains("latents are float32 or float64"));
    let whole = npy(&|to| floats.write_npy(to).unwrap());
    assert!(read(&whole[..whole.len() - 1]).unwrap_err().contains("cut off or changed"));
    assert!(read(b"not an array").unwrap_err().ends_with("is not an .npy file"));
}
