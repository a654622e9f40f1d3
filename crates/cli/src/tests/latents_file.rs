use std::fs;

use dcgan_mutate::{Draws, mutated};
use ndarray::Array2;
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
        let message = read(&header(shape)).unwrap_err();
        assert!(message.contains("has 0 bytes after its header"), "{shape}: {message}");
    }
    let mut long = latents();
    (long[6], long[8], long[9], long[10], long[11]) = (2, 0xff, 0xff, 0xff, 0xff);
    let message = read(&long).unwrap_err();
    assert!(message.contains("a header of 4294967295 bytes"), "{message}");
}
