//! Features by a network in an ONNX file.

use std::error::Error;
use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_data::Shape;
use dcgan_extractor::{Extractor, Features};
use dcgan_run::evaluation::FeatureExtractor;

/// A network and the file that it comes from.
pub(super) struct Network {
    file: PathBuf,
    extractor: Extractor,
}

impl Network {
    pub(super) fn open(file: &Path) -> Result<Self> {
        Ok(Self { file: file.to_owned(), extractor: Extractor::open(file)? })
    }
}

impl FeatureExtractor for Network {
    fn name(&self) -> String {
        format!("the network {}", self.file.display())
    }

    fn features(
        &self,
        images: &[u8],
        Shape { side, channels }: Shape,
    ) -> Result<(Vec<f32>, usize), Box<dyn Error + Send + Sync>> {
        let Features { values, dim } = self.extractor.features(images, side, channels)?;
        Ok((values, dim))
    }
}
