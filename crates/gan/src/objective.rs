use dcgan_layers::loss::bce_with_logits;
use dcgan_tensor::{View, ViewMut};

/// D's target for a real image.
const REAL: f32 = 1.0;

/// D's target for a generated image.
const FAKE: f32 = 0.0;

/// What G and D minimise, as functions of D's logits.
///
/// Both methods get the logits of real and of generated images, so that an objective may compare them
/// (as relativistic ones do), and write the gradient of their loss in the logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// Binary cross-entropy with the non-saturating loss for G (Goodfellow et al. 2014,
    /// arXiv:1406.2661, section 3): G minimises −ln σ(D(G(z))), D minimises −ln σ(D(x)) − ln(1 −
    /// σ(D(G(z)))).
    #[default]
    NonSaturating,
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
    /// G's loss. Writes its gradient in the logits of the generated images to `dfake`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn generator(self, logits: Logits, dfake: ViewMut) -> f32 {
        match self {
            Self::NonSaturating => bce_with_logits(logits.fake, dfake, REAL),
        }
    }

    /// D's loss, as its part from real images and its part from generated ones. Writes the gradients of
    /// their sum to `dreal` and `dfake`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn discriminator(self, logits: Logits, dreal: ViewMut, dfake: ViewMut) -> (f32, f32) {
        match self {
            Self::NonSaturating => (
                bce_with_logits(logits.real, dreal, REAL),
                bce_with_logits(logits.fake, dfake, FAKE),
            ),
        }
    }

    /// The logit above which D takes an image for real; `None` if the objective has no such boundary,
    /// as Wasserstein losses do not.
    pub fn decision_boundary(self) -> Option<f32> {
        match self {
            Self::NonSaturating => Some(0.0),
        }
    }
}
