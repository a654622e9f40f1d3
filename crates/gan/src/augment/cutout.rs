use dcgan_random::{Stream, below};
use ndarray::{ArrayViewMut3, s};

/// Sets a square of half the side to 0, which is grey.
///
/// Its centre is anywhere in the image, so a part of the square may lie outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cutout {
    /// Row and column of the square's centre, from 0 to the side.
    pub centre: [usize; 2],
}

impl Cutout {
    pub(super) fn draw(side: usize, stream: &mut Stream) -> Self {
        Self { centre: [(); 2].map(|()| below(stream, side as u64 + 1) as usize) }
    }

    /// Clears the square.
    pub fn apply(&self, mut image: ArrayViewMut3<f32>) {
        let (height, width, _) = image.dim();
        let range = |centre: usize, side: usize| {
            centre.saturating_sub(side / 4)..(centre + side / 4).min(side)
        };
        let (rows, columns) = (range(self.centre[0], height), range(self.centre[1], width));
        image.slice_mut(s![rows, columns, ..]).fill(0.0);
    }

    /// A projection is its own adjoint.
    pub fn adjoint(&self, gradient: ArrayViewMut3<f32>) {
        self.apply(gradient);
    }
}
