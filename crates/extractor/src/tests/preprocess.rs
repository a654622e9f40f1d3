use super::golden::{assert_close, images, lines};
use crate::ExtractorError;
use crate::preprocess::{Images, Preprocess};
use crate::resize::Resize;

/// The mean and std of `pooled.onnx`.
const OTHER: Preprocess = Preprocess { size: 12, mean: [0.25, 0.5, 0.75], std: [0.5, 0.25, 0.125] };

#[test]
fn a_plane_is_resized_as_by_pytorch() {
    for (words, wanted) in lines("resize") {
        let [from, to] = [0, 1].map(|i| words[i].parse().unwrap());
        let plane: Vec<_> = images(1, from, 1).into_iter().map(f32::from).collect();
        assert_close(&format!("{from} to {to}"), &Resize::new(from, to).apply(&plane), &wanted);
    }
}

#[test]
fn bytes_become_what_the_network_wants() {
    for (words, wanted) in lines("batch") {
        let [side, channels] = [0, 1].map(|i| words[i].parse().unwrap());
        let bytes = images(1, side, channels);
        let batch = OTHER.batch(Images::new(&bytes, side, channels).unwrap());
        // Every fifth column of every fifth row.
        let rows = batch.chunks(12 * 12).flat_map(|plane| plane.chunks(12).step_by(5));
        let some: Vec<_> = rows.flat_map(|row| row.iter().copied().step_by(5)).collect();
        assert_close(&format!("{channels} channels"), &some, &wanted);
    }
}

#[test]
fn images_are_preprocessed_one_by_one() {
    let bytes = images(3, 7, 3);
    let all = Images::new(&bytes, 7, 3).unwrap();
    let one_by_one = (0..3).flat_map(|i| OTHER.batch(all.slice(i, 1))).collect::<Vec<_>>();
    assert_eq!(OTHER.batch(all), one_by_one);
    assert_eq!(all.slice(2, 16).len(), 1);
}

#[test]
fn what_is_not_a_number_of_images_is_refused() {
    for (len, side, channels, word) in [
        (12, 2, 2, "2 channels"),
        (13, 2, 3, "13 bytes"),
        (5, 0, 3, "0 × 0"),
        (7, usize::MAX, 3, "7 bytes"),
    ] {
        let error = Images::new(&vec![0; len], side, channels).unwrap_err();
        assert!(
            matches!(error, ExtractorError::Images { .. }) && error.to_string().contains(word),
            "{error}"
        );
    }
    assert_eq!(Images::new(&[], 2, 3).unwrap().len(), 0);
}
