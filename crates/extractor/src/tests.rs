mod golden;
mod preprocess;

#[cfg(feature = "onnx")]
mod exported;
#[cfg(feature = "onnx")]
mod hostile;
#[cfg(feature = "onnx")]
mod network;

use std::path::Path;

use crate::{Extractor, ExtractorError};

#[cfg(not(feature = "onnx"))]
#[test]
fn a_build_without_the_runtime_says_how_to_get_it() {
    let error = Extractor::open(Path::new("net.onnx")).unwrap_err();
    assert!(matches!(error, ExtractorError::NoRuntime));
    assert_eq!(error.to_string(), "this build has no ONNX runtime; build with --features onnx");
}

#[cfg(feature = "onnx")]
#[test]
fn a_missing_file_and_a_folder_are_refused_by_name() {
    for path in ["nowhere/net.onnx", "/"] {
        let error = Extractor::open(Path::new(path)).unwrap_err();
        assert!(matches!(error, ExtractorError::Read { .. }), "{error}");
        assert!(error.to_string().starts_with(&format!("cannot read {path}: ")), "{error}");
    }
}
