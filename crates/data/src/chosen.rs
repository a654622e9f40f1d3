use crate::{DataError, Pictures, Report, Shape, Source, folder, read};

/// Some of the pictures of a set that has been read, by their numbers in ascending order, read again.
/// Where each picture is a file of its own only those are opened.
///
/// # Errors
/// If one of them can no longer be read.
pub fn chosen(
    source: &Source,
    report: &Report,
    shape: Shape,
    numbers: &[usize],
) -> Result<Pictures, DataError> {
    if let Source::Folder(_) = source {
        let files: Vec<_> = numbers.iter().map(|&i| &report.files[i]).collect();
        return Ok(Pictures::new(shape, folder::again(&files, shape)?));
    }
    let (mut bytes, mut seen) = (Vec::new(), 0);
    read(source, shape, &|_, _| (), &mut |block| {
        let here = seen..seen + block.len() / shape.len();
        for i in numbers.iter().filter(|i| here.contains(i)).map(|i| i - seen) {
            bytes.extend_from_slice(&block[i * shape.len()..(i + 1) * shape.len()]);
        }
        seen = here.end;
        Ok(())
    })?;
    Ok(Pictures::new(shape, bytes))
}
