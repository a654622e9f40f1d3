//! The slopes of the losses. Counterparts: gan/src/objective.rs, gan/src/lecam.rs.

use dcgan_gan::{Config, LecamAnchors, Objective};

use crate::uniform::Uniform;

/// The code of an objective in `objective.wgsl`.
fn code(objective: Objective) -> usize {
    match objective {
        Objective::NonSaturating => 0,
        Objective::LeastSquares => 1,
        Objective::Hinge => 2,
        Objective::Relativistic => 3,
        Objective::Wasserstein => 4,
    }
}

/// The constants of a step: `anchors` are those before it, and move by `rest` towards the means of its logits.
pub(crate) fn uniform(config: &Config, anchors: LecamAnchors, rest: f64) -> Uniform {
    Uniform::new()
        .ints([config.batch_size, code(config.objective)])
        .float(1.0 - config.label_smoothing as f32)
        .float(config.lecam as f32)
        .float(anchors.real as f32)
        .float(anchors.fake as f32)
        .float(rest as f32)
}
