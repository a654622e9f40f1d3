use std::io::{self, Read, Seek};
use std::path::Path;

use flate2::read::GzDecoder;

use super::cifar::Records;
use super::limits::Limits;
use super::listed::{Listed, without_labels};
use super::member::Member;
#[cfg(feature = "parquet")]
use super::parquet;
use super::section::Section;
use super::{tar, unpacked, zip};
use crate::formats::entry::Entry;

/// First bytes that are looked at: one header of a tar archive.
const HEAD: u64 = 512;

/// The extensions of archives. Those of other files in a folder are not looked at.
const EXTENSIONS: [&str; 6] = ["zip", "tar", "tgz", "gz", "bin", "parquet"];

/// The extension of CIFAR's files, which nothing else distinguishes.
const CIFAR: &str = "bin";

/// How the files in an archive are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Tar,
    /// A tar archive compressed by gzip.
    TarGz,
    Cifar(Records),
    #[cfg(feature = "parquet")]
    Parquet,
}

/// What an archive holds.
pub(super) enum Content {
    Files(Vec<Listed>),
    /// Images with the names that they are given, in order.
    Images(Vec<(String, Member)>),
}

impl Kind {
    /// What a file is, if an archive.
    pub(super) fn of(file: &Entry) -> io::Result<Option<Self>> {
        let mut bytes = file.open_head()?;
        let mut head = Vec::new();
        bytes.by_ref().take(HEAD).read_to_end(&mut head)?;
        if zip::recognises(&head) {
            return Ok(Some(Self::Zip));
        }
        if tar::recognises(&head) {
            return Ok(Some(Self::Tar));
        }
        #[cfg(feature = "parquet")]
        if parquet::recognises(&head) {
            return Ok(Some(Self::Parquet));
        }
        if has_extension(file.path(), CIFAR) {
            let len = bytes.len();
            return Ok(Records::of(&mut bytes, len)?.map(Self::Cifar));
        }
        bytes.rewind()?;
        let mut first = Vec::new();
        // Whether it is compressed at all, the decoder says.
        let read = GzDecoder::new(bytes).take(HEAD).read_to_end(&mut first);
        Ok((read.is_ok() && tar::recognises(&first)).then_some(Self::TarGz))
    }

    /// What is in an archive of this kind. The error completes a sentence that starts with its name.
    pub(super) fn read(self, data: &Section, limits: &mut Limits) -> Result<Content, String> {
        Ok(match self {
            Self::Zip => Content::Files(zip::files(data, limits)?),
            Self::Tar => Content::Files(without_labels(tar::files(data, limits)?)),
            Self::TarGz => {
                let data = unpacked::gunzipped(data, limits)?;
                Content::Files(without_labels(tar::files(&data, limits)?))
            }
            Self::Cifar(records) => Content::Images(records.images(data, limits)?),
            #[cfg(feature = "parquet")]
            Self::Parquet => Content::Images(parquet::images(data, limits)?),
        })
    }
}

/// Whether the name of a file is that of an archive.
pub(crate) fn may_be_archive(path: &Path) -> bool {
    EXTENSIONS.iter().any(|extension| has_extension(path, extension))
}

/// Whether a file is named as the part of CIFAR that is not for training.
pub(super) fn is_test_part(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    // The name of a file in an archive follows that of the archive.
    let name = name.rsplit([' ', '/']).next().unwrap_or_default();
    matches!(name, "test" | "test_batch")
}

fn has_extension(path: &Path, known: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(known))
}
