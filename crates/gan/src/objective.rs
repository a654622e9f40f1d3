use dcgan_layers::loss::{bce_with_logits, hinge, least_squares, paired_bce, signed_mean};
use dcgan_tensor::{View, ViewMut};
use serde::{Deserialize, Serialize};

/// D's target for a real image.
const REAL: f32 = 1.0;

/// D's target for a generated image.
const FAKE: f32 = 0.0;

/// What G and D minimise, as functions of D's logits.
///
/// Both methods get the logits of real and of generated images, so that an objective may compare them
/// (as relativistic pairing does), and write the gradient of their loss in the logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Objective {
    /// Binary cross-entropy with the non-saturating loss for G (Goodfellow et al. 2014,
    /// arXiv:1406.2661, section 3): G minimises −ln σ(D(G(z))), D minimises −ln σ(D(x)) − ln(1 −
    /// σ(D(G(z)))).
    #[default]
    NonSaturating,
    /// Least squares with the targets 1 and 0 (Mao et al. 2017, arXiv:1611.04076, equation 9): G minimises
    /// ½·(D(G(z)) − 1)², D minimises ½·(D(x) − 1)² + ½·D(G(z))².
    LeastSquares,
    /// Hinge (Lim & Ye 2017, arXiv:1705.02894): G minimises −D(G(z)), D minimises max(0, 1 − D(x)) + max(0, 1 +
    /// D(G(z))).
    Hinge,
    /// Relativistic pairing (Jolicoeur-Martineau 2018, arXiv:1807.00734): D compares each real image with a
    /// generated one. G minimises −ln σ(D(G(z)) − D(x)), D minimises −ln σ(D(x) − D(G(z))).
    Relativistic,
    /// The Wasserstein distance by its dual (Arjovsky et al. 2017, arXiv:1701.07875, equation 2): G minimises
    /// −D(G(z)), D minimises D(G(z)) − D(x). D must be kept Lipschitz.
    Wasserstein,
}

/// D's logits in one step, each (batch, 1, 1, 1).
#[derive(Clone, Copy, Debug)]
pub struct Logits<'a> {
    /// D(x).
    pub real: View<'a>,
    /// D(G(z)).
    pub fake: View<'a>,
}

impl Objective {
    /// All objectives and their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::NonSaturating, "bce"),
        (Self::LeastSquares, "least-squares"),
        (Self::Hinge, "hinge"),
        (Self::Relativistic, "relativistic"),
        (Self::Wasserstein, "wasserstein"),
    ];

    /// G's loss. Writes its gradient in the logits of the generated images to `dfake`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn generator(self, Logits { real, fake }: Logits, dfake: ViewMut) -> f32 {
        match self {
            Self::NonSaturating => bce_with_logits(fake, dfake, REAL),
            Self::LeastSquares => least_squares(fake, dfake, REAL),
            Self::Hinge | Self::Wasserstein => signed_mean(fake, dfake, -1.0),
            Self::Relativistic => paired_bce(fake, real, dfake),
        }
    }

    /// D's loss, as its part from real images and its part from generated ones; relativistic pairing has but one
    /// loss, of which each is half. Writes the gradients of their sum to `dreal` and `dfake`. D's target for real
    /// images, if the objective has one, is 1 − `smoothing`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn discriminator(
        self,
        Logits { real, fake }: Logits,
        smoothing: f32,
        mut dreal: ViewMut,
        mut dfake: ViewMut,
    ) -> (f32, f32) {
        let target = REAL - smoothing;
        match self {
            Self::NonSaturating => {
                (bce_with_logits(real, dreal, target), bce_with_logits(fake, dfake, FAKE))
            }
            Self::LeastSquares => {
                (least_squares(real, dreal, target), least_squares(fake, dfake, FAKE))
            }
            Self::Hinge => (hinge(real, dreal, 1.0), hinge(fake, dfake, -1.0)),
            Self::Wasserstein => (signed_mean(real, dreal, -1.0), signed_mean(fake, dfake, 1.0)),
            Self::Relativistic => {
                let loss = paired_bce(real, fake, dreal.view_mut());
                dfake.zip_mut_with(&dreal, |dfake, dreal| *dfake = -dreal);
                (loss / 2.0, loss / 2.0)
            }
        }
    }

    /// Whether D's loss has a target for each image.
    pub fn has_targets(self) -> bool {
        matches!(self, Self::NonSaturating | Self::LeastSquares)
    }

    /// The logit above which D takes an image for real; `None` if the objective has no such boundary, because
    /// only differences between logits count.
    pub fn decision_boundary(self) -> Option<f32> {
        match self {
            Self::NonSaturating | Self::Hinge => Some(0.0),
            Self::LeastSquares => Some((REAL + FAKE) / 2.0),
            Self::Relativistic | Self::Wasserstein => None,
        }
    }

    /// What D says of an image with this logit: the probability that it is real where the objective defines one,
    /// else the logit itself.
    #[cfg(feature = "train")]
    fn score(self, logit: f32) -> f64 {
        let logit = f64::from(logit);
        match self {
            Self::NonSaturating => 1.0 / (1.0 + (-logit).exp()),
            _ => logit,
        }
    }

    /// The mean of what D says of some images.
    #[cfg(feature = "train")]
    pub(crate) fn mean_score(self, logits: View) -> f32 {
        let sum: f64 = logits.iter().map(|&logit| self.score(logit)).sum();
        (sum / logits.len() as f64) as f32
    }
}

crate::named_setting!(Objective);
