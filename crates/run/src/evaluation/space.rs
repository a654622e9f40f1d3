use std::error::Error;

use dcgan_data::Shape;
use dcgan_quality::{Features, PrincipalComponents, Set, coarse_pixels};

use super::halves;
use crate::run_error::{Context, Result, RunError};

/// The most principal components.
const COMPONENTS: usize = 64;

/// Images for each principal component, at least.
const IMAGES_PER_COMPONENT: usize = 4;

/// What turns images into features, mostly a network trained on photographs.
pub trait FeatureExtractor {
    /// What to call its features.
    fn name(&self) -> String;

    /// The features of images (n, h, w, c), concatenated, and their number for each image.
    ///
    /// # Errors
    /// If it cannot handle such images, or fails.
    fn features(
        &self,
        images: &[u8],
        shape: Shape,
    ) -> Result<(Vec<f32>, usize), Box<dyn Error + Send + Sync>>;
}

/// In which space images are compared.
#[expect(missing_debug_implementations, reason = "an extractor need not have one")]
pub enum FeatureSpace<'a> {
    /// The first principal components of the pixels of real images. No network is needed, but they see nothing except
    /// large shapes and colours.
    PrincipalComponents,
    /// What an extractor makes of images.
    Extractor(&'a dyn FeatureExtractor),
}

/// The features of real images and of generated ones.
#[derive(Clone, Debug)]
pub struct FeatureSets {
    /// What the features are.
    pub space: String,
    /// Of the real images; every other one is the reference.
    pub reals: Features,
    /// Of the generated images.
    pub generated: Features,
}

impl FeatureSets {
    /// The features of images in a space. There are twice as many real images as generated ones.
    ///
    /// # Errors
    /// If an extractor fails.
    pub fn of(space: &FeatureSpace, shape: Shape, reals: &[u8], generated: &[u8]) -> Result<Self> {
        match space {
            FeatureSpace::PrincipalComponents => {
                Ok(Components::fit(shape, reals).sets(shape, generated))
            }
            FeatureSpace::Extractor(extractor) => {
                let of = |images| extracted(*extractor, images, shape);
                Self::given(extractor.name(), of(reals)?, of(generated)?)
            }
        }
    }

    /// Features that were computed elsewhere.
    ///
    /// # Errors
    /// If they differ in number for each image, or are of too few images.
    pub fn given(space: String, reals: Features, generated: Features) -> Result<Self> {
        if reals.dim() != generated.dim() {
            return Err(RunError::failed(format!(
                "real images have {} features and generated ones {}; use the same network for both",
                reals.dim(),
                generated.dim()
            )));
        }
        if reals.len() < 4 {
            let n = reals.len();
            return Err(RunError::failed(format!(
                "there are features of {n} real images, and at least 4 are needed"
            )));
        }
        Ok(Self { space, reals, generated })
    }

    /// Images in each of the sets that are compared: generated ones, the reference, and as many others.
    #[must_use]
    pub fn images(&self) -> usize {
        self.generated.len().min(self.reals.len() / 2)
    }
}

/// The space of the principal components, with the real images in it.
#[derive(Debug)]
pub(super) struct Components {
    components: PrincipalComponents,
    reals: Features,
}

impl Components {
    /// Those of the reference among real images.
    pub(super) fn fit(shape: Shape, reals: &[u8]) -> Self {
        let reals = pixels(shape, reals);
        let [reference, _] = halves::of_features(&reals, reals.len() / 2);
        let count = COMPONENTS.min(reference.len() / IMAGES_PER_COMPONENT).max(1);
        let components = PrincipalComponents::fit(&reference, count);
        Self { reals: components.project(&reals), components }
    }

    /// The real images and generated ones.
    pub(super) fn sets(&self, shape: Shape, generated: &[u8]) -> FeatureSets {
        let Self { components, reals } = self;
        FeatureSets {
            space: format!("the first {} principal components of the pixels", components.count()),
            reals: reals.clone(),
            generated: components.project(&pixels(shape, generated)),
        }
    }
}

fn pixels(shape: Shape, images: &[u8]) -> Features {
    coarse_pixels(Set::new(images, shape.side, shape.channels))
}

fn extracted(extractor: &dyn FeatureExtractor, images: &[u8], shape: Shape) -> Result<Features> {
    let failed = || format!("cannot compute the features of {}", extractor.name());
    let (floats, dim) = extractor.features(images, shape).with_context(failed)?;
    Features::new(floats, dim).map_err(|why| {
        RunError::failed(format!("what {} makes of the images {why}", extractor.name()))
    })
}
