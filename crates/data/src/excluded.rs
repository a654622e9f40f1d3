use std::fmt;
use std::path::PathBuf;

/// A file or folder that is not read as data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excluded {
    /// Its path.
    pub path: PathBuf,
    /// Why it is not read.
    pub why: Exclusion,
}

/// Why a file or folder is not read as data, although nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Exclusion {
    /// A run of this program, whose folder is not entered.
    Run,
    /// An image or another file that this program wrote.
    Output,
    /// A folder whose name starts with a dot, which is not entered.
    HiddenFolder,
    /// A file whose name starts with a dot.
    HiddenFile,
    /// A folder in which a system keeps deleted files or thumbnails; it is not entered.
    SystemFolder,
    /// An image in a format that is not supported, with the name of the format.
    Unsupported(&'static str),
    /// A video, an array or an archive, with what it is called.
    Container(&'static str),
    /// A part of CIFAR that is not for training, beside one that is.
    TestPart,
    /// A file that neither is an image nor has an image's extension.
    NotAnImage,
}

impl fmt::Display for Exclusion {
    /// What one such file is called. The plural takes an `s`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Run => "dcgan run folder",
            Self::Output => "dcgan output file",
            Self::HiddenFolder => "hidden folder",
            Self::HiddenFile => "hidden file",
            Self::SystemFolder => "system folder",
            Self::Unsupported(name) => return write!(f, "{name} image"),
            Self::Container(name) => name,
            Self::TestPart => "CIFAR test file",
            Self::NotAnImage => "non-image file",
        })
    }
}
