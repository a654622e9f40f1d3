use dcgan_random::{Stream, below};
use ndarray::{ArrayViewMut3, s};

/// Shifts an image; what moves in is 0, which is grey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Translation {
    /// The pixel (i, j) becomes the pixel (i + shift₀, j + shift₁). At most an eighth of the side each.
    pub shift: [isize; 2],
}

impl Translation {
    pub(super) fn draw(side: usize, stream: &mut Stream) -> Self {
        let most = side / 8;
        let mut draw = || below(stream, 2 * most as u64 + 1) as isize - most as isize;
        Self { shift: [draw(), draw()] }
    }

    /// Shifts the image.
    ///
    /// # Panics
    /// If it is not contiguous, or the shift is larger than the image.
    pub fn apply(&self, image: ArrayViewMut3<f32>) {
        let [rows, columns] = self.shift;
        translate(image, rows, columns);
    }

    /// The adjoint of a shift is the shift back: what left the image has no gradient.
    ///
    /// # Panics
    /// As [`apply`](Self::apply).
    pub fn adjoint(&self, gradient: ArrayViewMut3<f32>) {
        let [rows, columns] = self.shift;
        translate(gradient, -rows, -columns);
    }
}

fn translate(mut image: ArrayViewMut3<f32>, rows: isize, columns: isize) {
    let (height, width, channels) = image.dim();
    let pixels = image.as_slice_mut().expect("an image is contiguous");
    // As a shift of all floats at once, which brings wrong pixels only to where 0 belongs.
    let offset = (rows * width as isize + columns) * channels as isize;
    let (from, to) = if offset > 0 { (0, offset as usize) } else { (-offset as usize, 0) };
    pixels.copy_within(from..pixels.len() - to, to);
    let outside = |shift: isize, side: usize| {
        let end = side - shift.unsigned_abs();
        if shift < 0 { end..side } else { 0..side - end }
    };
    image.slice_mut(s![outside(rows, height), .., ..]).fill(0.0);
    image.slice_mut(s![.., outside(columns, width), ..]).fill(0.0);
}
