use std::fmt::Write;

use thiserror::Error;

use super::NetworkKind;
use crate::ConfigError;

/// How to write a file that can be read.
const ADVICE: &str = "save the weights with `torch.save(net.state_dict(), \"net.pth\")` or `safetensors.torch.save_file(net.state_dict(), \"net.safetensors\")`";

/// Names in a list, before it is cut short.
const LISTED: usize = 4;

/// Characters of a name, before it is cut short.
const NAME: usize = 48;

/// Why a file is not a network of a DCGAN.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum InteropError {
    /// It holds no weights.
    #[error("{0}; {ADVICE}")]
    Foreign(String),
    /// It is a generator in the form in which only images can be made from it.
    #[error(
        "a .gen file, from which only dcgan-serve and the crate dcgan-infer make images; name the model that it was exported from"
    )]
    GenFile,
    /// It is damaged.
    #[error("a damaged {container} file: {why}")]
    Damaged {
        /// What kind of file it is.
        container: &'static str,
        /// How it contradicts itself.
        why: String,
    },
    /// It holds something other than a network of PyTorch's DCGAN example.
    #[error(
        "its tensors do not have the names of PyTorch's DCGAN example; wanted: {}; found: {}",
        list(wanted),
        list(found)
    )]
    Names {
        /// The names that are missing.
        wanted: Vec<String>,
        /// The names that it has and no layer here.
        found: Vec<String>,
    },
    /// It holds the other network.
    #[error("this is a {}, but a {} is wanted", found.name(), found.other().name())]
    OtherNetwork {
        /// What it holds.
        found: NetworkKind,
    },
    /// It holds several networks of the kind that is wanted.
    #[error("it holds several {}s, under {}; save one of them alone", kind.name(), list(prefixes))]
    Several {
        /// Which of the two networks.
        kind: NetworkKind,
        /// What the names of their tensors begin with.
        prefixes: Vec<String>,
    },
    /// A tensor has the wrong shape.
    #[error("the tensor {} has shape {found:?} instead of {expected:?}", quoted(name))]
    Shape {
        /// Its name.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape that the layer has.
        expected: Vec<usize>,
    },
    /// A tensor has the wrong type.
    #[error("the tensor {} has type {found}; supported are {supported}", quoted(name))]
    Type {
        /// Its name.
        name: String,
        /// Its type.
        found: String,
        /// The types that it may have.
        supported: &'static str,
    },
    /// A value that no network may have.
    #[error("the tensor {} holds {value}, {why}", quoted(name))]
    Value {
        /// Its name.
        name: String,
        /// The first such value.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Sizes that are not supported.
    #[error("its {0}")]
    Config(#[from] ConfigError),
    /// A discriminator of the option `d_norm none`, which has other layers.
    #[error(
        "this is a discriminator without batch norm, which cannot be imported; leave it out, and a new one is made"
    )]
    NoBatchNorm,
    /// Two files of different image sizes.
    #[error("the generator makes images of {0}, but the discriminator takes images of {1}")]
    Mismatch(String, String),
}

/// Some names in one line.
fn list(names: &[String]) -> String {
    let mut listed =
        names.iter().take(LISTED).map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => listed.push_str("none"),
        n if n > LISTED => write!(listed, ", … ({} more)", n - LISTED).expect("a string can grow"),
        _ => {}
    }
    listed
}

/// A name of a file as part of a line.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", shortened(name, NAME))
}

/// What a library says, which may quote the file, as part of a line.
#[cfg(any(feature = "safetensors", feature = "torch"))]
pub(super) fn printable(words: &str) -> String {
    shortened(words, 4 * NAME)
}

/// At most this many characters, without control characters.
fn shortened(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).flat_map(char::escape_debug).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}
