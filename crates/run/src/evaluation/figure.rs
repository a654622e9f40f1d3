use serde::{Deserialize, Serialize};

/// One figure of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name in a file, such as `frechet`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it means, and which values are good.
    pub meaning: &'static str,
    /// Number of generated images that it is computed from.
    pub images: usize,
    /// What was measured, or why it cannot be.
    pub found: Result<Measured, String>,
}

/// A measured figure and its floor, the same between real images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Of the generated images.
    pub value: f64,
    /// Of real images.
    pub floor: f64,
    /// The standard deviations of both, if they are means over random subsets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std: Option<[f64; 2]>,
}

impl Measured {
    /// A figure without standard deviations.
    pub(super) fn new(value: f64, floor: f64) -> Self {
        Self { value, floor, std: None }
    }
}
