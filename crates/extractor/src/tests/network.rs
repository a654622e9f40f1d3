use std::path::{Path, PathBuf};

use super::golden::{assert_close, images, lines};
use crate::{Extractor, ExtractorError};

pub(super) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/golden").join(format!("{name}.onnx"))
}

#[test]
fn features_are_those_of_pytorch() {
    for (words, wanted) in lines("features") {
        let extractor = Extractor::open(&file(words[0])).unwrap();
        let [side, channels] = [1, 2].map(|i| words[i].parse().unwrap());
        let n = wanted.len() / 5;
        let features = extractor.features(&images(n, side, channels), side, channels).unwrap();
        assert_eq!(features.dim, 5);
        assert_close(&words.join(" "), &features.values, &wanted);
    }
}

/// More images than a batch, which `maps` prescribes as 3 and `pooled` leaves open.
#[test]
fn many_images_have_the_features_of_each() {
    for name in ["maps", "pooled"] {
        let extractor = Extractor::open(&file(name)).unwrap();
        let bytes = images(20, 8, 3);
        let one_by_one = |image| extractor.features(image, 8, 3).unwrap().values;
        let one_by_one: Vec<_> = bytes.chunks(8 * 8 * 3).flat_map(one_by_one).collect();
        assert_close(name, &extractor.features(&bytes, 8, 3).unwrap().values, &one_by_one);
    }
}

#[test]
fn no_images_have_no_features() {
    let features = Extractor::open(&file("pooled")).unwrap().features(&[], 8, 3).unwrap();
    assert_eq!((features.values.len(), features.dim), (0, 5));
}

#[test]
fn a_network_that_is_no_extractor_is_refused_with_the_reason() {
    for (name, reason) in [
        ("open_size", "the size of the input is dynamic"),
        ("not_square", "the input has the shape (n, 3, 12, 14); it must be square"),
        ("channels_last", "the input has the shape (n, 12, 12, 3); it must be (n, 3, size, size)"),
        ("rank_3", "the input has the shape (3, 12, 12)"),
        ("huge", "the input has 1099511627776 × 1099511627776 pixels"),
        ("huge_padding", "the ONNX runtime failed"),
        ("huge_batch", "the input is a batch of 1099511627776 images"),
        ("bad_mean", "dcgan.mean in the metadata is \"0.5 0.5\""),
        ("bad_std", "dcgan.std in the metadata is [1.0, 1.0, 0.0]"),
        ("no_std", "the metadata has one of dcgan.mean and dcgan.std"),
        ("no_operator", "Frobnicate"),
        ("integers", "the output is not float32"),
        ("one_row", "the output for 2 images has the shape [1, 1, 1, 1]"),
        ("one_flat_row", "the output for 2 images has the shape [1, 1]"),
    ] {
        let error = Extractor::open(&file(name)).unwrap_err();
        assert!(matches!(error, ExtractorError::Network { .. }), "{error}");
        let message = error.to_string();
        assert!(
            message.contains(&format!("{name}.onnx: ")) && message.contains(reason),
            "{message}"
        );
    }
}

#[test]
fn features_that_are_not_finite_are_refused() {
    let extractor = Extractor::open(&file("infinite")).unwrap();
    let error = extractor.features(&[255; 12 * 12 * 3], 12, 3).unwrap_err().to_string();
    assert!(error.contains("infinite.onnx: ") && error.contains("not finite"), "{error}");
}
