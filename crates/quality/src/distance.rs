/// A distance between two sets of images, by the sizes in which they were looked at. 0 if they are
/// the same; good generators come near to what real images have among themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    levels: Vec<(usize, f64)>,
}

impl Distance {
    pub(crate) fn new(levels: Vec<(usize, f64)>) -> Self {
        Self { levels }
    }

    /// Pixels a side, and the distance there, times 1000 as it is always told; large sizes first.
    pub fn levels(&self) -> &[(usize, f64)] {
        &self.levels
    }

    /// The mean over the sizes.
    pub fn mean(&self) -> f64 {
        self.levels.iter().map(|(_, distance)| distance).sum::<f64>() / self.levels.len() as f64
    }
}
