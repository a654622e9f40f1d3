use dcgan_data::Shape;
use dcgan_quality::Features;

/// The numbers of the reference images, and of those that are compared with them for the floor, in a set of real
/// images: every other one, so that both halves are spread over the whole set.
fn numbers(half: usize) -> [Vec<usize>; 2] {
    [0, 1].map(|odd| (0..half).map(|i| 2 * i + odd).collect())
}

/// The two halves of the features of real images.
pub(super) fn of_features(reals: &Features, half: usize) -> [Features; 2] {
    numbers(half).map(|numbers| reals.select(&numbers))
}

/// The two halves of the bytes of real images.
pub(super) fn of_bytes(reals: &[u8], shape: Shape, half: usize) -> [Vec<u8>; 2] {
    let image = |i: usize| &reals[i * shape.len()..(i + 1) * shape.len()];
    numbers(half).map(|numbers| numbers.into_iter().flat_map(image).copied().collect())
}
