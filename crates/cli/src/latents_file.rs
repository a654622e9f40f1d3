//! Latents from, and images to, NumPy's array files.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use dcgan_run::files;
use ndarray::{Array2, ArrayD, ArrayView4};
use ndarray_npy::npy::header::Header;
use ndarray_npy::{ReadNpyExt, WriteNpyExt};

/// The longest header that is accepted; NumPy's own are below 200 bytes.
const LONGEST_HEADER: usize = 1 << 12;

/// Consecutive latents (n, nz), f32 or f64; torch's (n, nz, 1, 1) is accepted too.
pub(crate) fn read(path: &Path, nz: usize) -> Result<Vec<f32>> {
    let bytes = files::read(path)?;
    check_size(&bytes).map_err(|why| anyhow!("{} {why}", path.display()))?;
    let array = match ArrayD::<f32>::read_npy(Cursor::new(&bytes)) {
        Ok(array) => array,
        Err(error) => match ArrayD::<f64>::read_npy(Cursor::new(&bytes)) {
            Ok(array) => array.mapv(|v| v as f32),
            Err(_) => {
                bail!(
                    "{} is not an .npy array of f32 or f64: {}",
                    path.display(),
                    in_one_line(&error)
                )
            }
        },
    };
    let shape = array.shape().to_vec();
    let whole = shape.len() >= 2 && shape[1] == nz && shape[2..].iter().all(|&n| n == 1);
    if !whole || shape[0] == 0 {
        bail!(
            "{} has the shape {shape:?}; this model's latents are (n, {nz}), with n at least 1",
            path.display()
        );
    }
    // An array in Fortran order has its floats elsewhere.
    let rows = array.as_standard_layout().into_owned();
    let latents: Array2<f32> = rows.into_shape_with_order((shape[0], nz))?;
    if let Some(at) = latents.iter().position(|v| !v.is_finite()) {
        bail!("{}: latent {} contains a non-finite value", path.display(), at / nz);
    }
    Ok(latents.into_iter().collect())
}

/// Whether all numbers of an array are there, before its reader allocates memory for them. A file that is not an array
/// is left to the reader to refuse.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    let Some((head, _)) = bytes.split_first_chunk::<12>() else { return Ok(()) };
    let length = match head[6] {
        1 => usize::from(u16::from_le_bytes([head[8], head[9]])),
        _ => u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize,
    };
    if length > LONGEST_HEADER.min(bytes.len()) {
        return Err(format!(
            "is not an .npy array: at byte 8 it claims a header of {length} bytes"
        ));
    }
    let mut rest = Cursor::new(bytes);
    let Ok(header) = Header::from_reader(&mut rest) else { return Ok(()) };
    let size = match header.type_descriptor.as_string().map(String::as_str) {
        Some("<f4" | ">f4") => 4,
        Some("<f8" | ">f8") => 8,
        _ => return Ok(()),
    };
    let needed = header.shape.iter().try_fold(size, |size: usize, &n| size.checked_mul(n));
    let found = bytes.len().saturating_sub(rest.position() as usize);
    if needed == Some(found) {
        return Ok(());
    }
    Err(format!(
        "has {found} bytes after its header, which does not match the shape {:?}; save it again",
        header.shape
    ))
}

/// The first line of a parser's message, which says what and where, and the last, which says why.
fn in_one_line(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim);
    let ends = [lines.next(), lines.next_back()];
    ends.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Writes images (n, h, w, c) as f32 (n, c, h, w), the order that other programs expect.
pub(crate) fn write_images(path: &Path, images: ArrayView4<f32>) -> Result<()> {
    let mut bytes = Vec::new();
    let planes = images.permuted_axes([0, 3, 1, 2]).as_standard_layout().into_owned();
    planes.write_npy(&mut bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(files::write(path, &bytes)?)
}
