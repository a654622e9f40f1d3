use dcgan_data::Survey;
use dcgan_gan::{Augment, Config, Upsample};
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
    /// For fewer images, which the discriminator sees augmented: it would soon know each of them and tell it from
    /// everything else at a glance, and the generator would learn nothing.
    Small,
    /// For a night: the default with larger batches and an average over more steps.
    Long,
}

/// Decay of the average of G's weights.
const EMA: f64 = 0.999;

/// Small batches make more steps in the same time, and early in a run the number of steps matters most.
const BATCH_SIZE: usize = 16;

/// [`EMA`] for a run of a night.
const LONG_EMA: f64 = 0.9995;

impl Recipe {
    /// All recipes and their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Article, "article"),
        (Self::Default, "default"),
        (Self::Small, "small"),
        (Self::Long, "long"),
    ];

    /// The recipe for this many images, unless one is asked for.
    pub(super) fn for_images(survey: Survey) -> Self {
        let are_few = dcgan_data::few_images(survey.images).is_some();
        if are_few { Self::Small } else { Self::Default }
    }

    /// `config` with the settings of this recipe.
    pub(super) fn of(self, config: Config) -> Config {
        let default =
            Config { batch_size: BATCH_SIZE, ema: EMA, upsample: Upsample::Nearest, ..config };
        match self {
            Self::Article => config,
            Self::Default => default,
            Self::Small => Config { augment: Augment::ALL, ..default },
            Self::Long => Config { batch_size: config.batch_size, ema: LONG_EMA, ..default },
        }
    }
}

dcgan_gan::named_setting!(Recipe);
