use std::path::Path;

use crate::ExtractorError;
use crate::preprocess::Preprocess;

/// There is none in a build without the runtime: this type has no values.
#[derive(Debug)]
pub(crate) enum Network {}

impl Network {
    pub(crate) fn open(_: &Path) -> Result<Self, ExtractorError> {
        Err(ExtractorError::NoRuntime)
    }

    pub(crate) fn preprocess(&self) -> &Preprocess {
        match *self {}
    }

    pub(crate) fn batch(&self) -> usize {
        match *self {}
    }

    pub(crate) fn dim(&self) -> usize {
        match *self {}
    }

    pub(crate) fn run(&self, _: Vec<f32>, _: usize) -> Result<Vec<f32>, ExtractorError> {
        match *self {}
    }
}
