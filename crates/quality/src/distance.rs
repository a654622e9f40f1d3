/// The distance between two sets of images, by pyramid level. It is 0 for identical sets; a good
/// generator approaches the distance between two sets of real images.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    levels: Vec<(usize, f64)>,
}

impl Distance {
    pub(crate) fn new(levels: Vec<(usize, f64)>) -> Self {
        Self { levels }
    }

    /// The side in pixels and the distance times 1000, as usually reported, of each level; large sizes
    /// first.
    pub fn levels(&self) -> &[(usize, f64)] {
        &self.levels
    }

    /// The mean over the levels.
    pub fn mean(&self) -> f64 {
        self.levels.iter().map(|(_, distance)| distance).sum::<f64>() / self.levels.len() as f64
    }
}
