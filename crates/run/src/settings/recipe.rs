use dcgan_data::Survey;
use dcgan_gan::{Config, DNorm, Upsample};
use serde::{Deserialize, Serialize};

/// Defaults that were found to work together (docs/quality.md). What is given replaces them one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Recipe {
    /// As the DCGAN paper and the article that this program follows: transposed convolutions, batch norm in both
    /// networks, and no average of the weights.
    Article,
    /// The best images in ten minutes from 500 images or more.
    #[default]
    Default,
    /// For fewer images, which a discriminator with batch norm tells from generated ones at a glance.
    Small,
    /// For a night: the default with an average over more steps and learning rates that halve.
    Long,
}

/// Decay of the average of G's weights.
const EMA: f64 = 0.999;

/// The same for a run of a night.
const LONG_EMA: f64 = 0.9995;

/// γ of R1 for few images. Without it, and with batch norm, a discriminator can tell fifty photographs from everything
/// else after a hundred steps, from which the generator then learns nothing but a fog of colours.
const SMALL_R1: f64 = 1.0;

impl Recipe {
    /// All recipes and their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Article, "article"),
        (Self::Default, "default"),
        (Self::Small, "small"),
        (Self::Long, "long"),
    ];

    /// The recipe for these images, unless one is asked for. A given normalisation of D is not combined with the
    /// penalty of another recipe.
    pub(super) fn for_images(survey: Survey, given: impl Fn(&str) -> bool) -> Self {
        let is_small = dcgan_data::few_images(survey.images).is_some();
        if is_small && !given("d_norm") { Self::Small } else { Self::Default }
    }

    /// `config` with the settings of this recipe.
    pub(super) fn of(self, config: Config) -> Config {
        let default = Config { ema: EMA, upsample: Upsample::Nearest, ..config };
        match self {
            Self::Article => config,
            Self::Default => default,
            Self::Small => Config { d_norm: DNorm::None, r1: SMALL_R1, ..default },
            Self::Long => Config { ema: LONG_EMA, ..default },
        }
    }
}

dcgan_gan::named_setting!(Recipe);
