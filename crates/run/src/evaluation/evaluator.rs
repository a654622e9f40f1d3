use dcgan_data::Images;
use dcgan_gan::{Generator, State};

use super::space::Components;
use super::{Figure, feature_figures, generate, level_figures};

/// The most images that are generated: fewer than `dcgan evaluate` generates by default, because training waits.
const IMAGES: usize = 1000;

/// As many neighbours as `dcgan evaluate` looks at by default.
const NEIGHBOURS: usize = 5;

/// Evaluates the generator of a run while it trains, against the images that it is trained on. Leaves out the figures
/// of patches and of pairs, which take several times as long as all others.
#[derive(Debug)]
pub(crate) struct Evaluator {
    /// The indices of the real images: those that [`super::Reals`] would read. Their bytes are copied for each
    /// evaluation, since the images of a run may not fit into memory twice.
    reals: Vec<usize>,
    /// From the first evaluation on, because they are always the same.
    components: Option<Components>,
}

impl Evaluator {
    /// `None` if there are too few images.
    pub(crate) fn new(images: &Images) -> Option<Self> {
        let mut reals: Vec<usize> = images.sample_indices(2 * IMAGES).collect();
        reals.truncate(reals.len() / 2 * 2);
        (reals.len() >= 4).then_some(Self { reals, components: None })
    }

    /// Number of generated images.
    pub(crate) fn count(&self) -> usize {
        self.reals.len() / 2
    }

    /// The figures of the generator that is shown, with the principal components of the pixels as features.
    pub(crate) fn figures(&mut self, images: &Images, state: &State) -> Vec<Figure> {
        let shape = images.shape();
        let mut reals = Vec::with_capacity(self.reals.len() * shape.len());
        for &i in &self.reals {
            reals.extend_from_slice(images.get(i));
            images.release(i);
        }
        let generated = generate(&mut Generator::new(state), self.count());
        let components = self.components.get_or_insert_with(|| Components::fit(shape, &reals));
        let mut figures = level_figures(shape, &reals, &generated);
        figures.extend(feature_figures(&components.sets(shape, &generated), NEIGHBOURS));
        figures
    }
}
