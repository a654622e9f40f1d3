//! How good the images of a generator are, compared with real ones.
//!
//! The real images are halved: one half is the reference, and the distance of the other half from it is the floor of
//! each figure, which no generator can be expected to fall below. Both halves and the generated images are the same
//! number, because most figures depend on it.
//!
//! ```no_run
//! use dcgan_data::{Shape, Source};
//! use dcgan_run::evaluation::{FeatureSets, FeatureSpace, Reals, feature_figures, generate};
//!
//! # fn evaluate(mut generator: dcgan_gan::Generator) -> Result<(), Box<dyn std::error::Error>> {
//! let shape = Shape { side: 64, channels: 3 };
//! let reals = Reals::read(&Source::at("cats".as_ref())?, shape, 5000, &|_, _| ())?;
//! let generated = generate(&mut generator, reals.half());
//! let sets = FeatureSets::of(&FeatureSpace::PrincipalComponents, shape, reals.bytes(), &generated)?;
//! for figure in feature_figures(&sets, 5) {
//!     println!("{}: {:?}", figure.title, figure.found);
//! }
//! # Ok(())
//! # }
//! ```

mod evaluator;
mod feature_figures;
mod figure;
mod halves;
mod image_figures;
mod images;
mod pairs;
mod space;

pub(crate) use evaluator::Evaluator;
pub use feature_figures::feature_figures;
pub use figure::{Figure, Measured};
pub use image_figures::{image_figures, level_figures};
pub use images::{Reals, generate};
pub use pairs::{Pair, Pairs};
pub use space::{FeatureExtractor, FeatureSets, FeatureSpace};
