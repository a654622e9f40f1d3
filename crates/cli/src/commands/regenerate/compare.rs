use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::Provenance;
use image::DynamicImage;

/// How much regenerated images differ from those in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Pixels that differ.
    pub(super) pixels: usize,
    /// Pixels that were compared.
    pub(super) of: usize,
    /// The largest difference, of 255.
    pub(super) most: u8,
}

/// Compares `tiles`, the first of which has index `first`, with the image in `bytes`. `None` if that cannot be
/// read, or no longer has its original size.
pub(super) fn compare(
    bytes: &[u8],
    made: &Provenance,
    first: usize,
    tiles: &[Canvas],
) -> Option<Difference> {
    let image = image::load_from_memory(bytes).ok()?;
    let Canvas { width, height, channels, .. } = *tiles.first()?;
    let (columns, rows, padding) =
        (made.columns as usize, made.rows() as usize, made.padding as usize);
    let across = columns * (width + padding) + padding;
    let down = rows * (height + padding) + padding;
    if (image.width() as usize, image.height() as usize) != (across, down) {
        return None;
    }
    let pixels = bytes_of(image, channels);
    let mut difference = Difference::default();
    for (tile, place) in tiles.iter().zip(first..) {
        let x = padding + place % columns * (width + padding);
        let y = padding + place / columns * (height + padding);
        for (row, line) in tile.pixels.chunks_exact(width * channels).enumerate() {
            let start = ((y + row) * across + x) * channels;
            let there = &pixels[start..start + line.len()];
            for (a, b) in line.chunks_exact(channels).zip(there.chunks_exact(channels)) {
                difference.of += 1;
                difference.pixels += usize::from(a != b);
                let most = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max();
                difference.most = difference.most.max(most.unwrap_or(0));
            }
        }
    }
    Some(difference)
}

fn bytes_of(image: DynamicImage, channels: usize) -> Vec<u8> {
    match channels {
        1 => image.into_luma8().into_raw(),
        3 => image.into_rgb8().into_raw(),
        _ => image.into_rgba8().into_raw(),
    }
}
