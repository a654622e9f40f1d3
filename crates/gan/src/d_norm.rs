use serde::{Deserialize, Serialize};

/// How D is normalised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DNorm {
    /// Batch norm after every hidden convolution but the first, as in the DCGAN paper.
    #[default]
    Batch,
    /// None: what D says of an image does not depend on the other images.
    None,
    /// Spectral norm: every weight is divided by its largest singular value (Miyato et al. 2018, arXiv:1802.05957).
    Spectral,
}

impl DNorm {
    /// All of them and their names.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Batch, "batch"), (Self::None, "none"), (Self::Spectral, "spectral")];
}

crate::named_setting!(DNorm);
