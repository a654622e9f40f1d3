use alloc::vec::Vec;

/// A generated image, square, with the channels of a pixel side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub(crate) side: usize,
    pub(crate) channels: usize,
    pub(crate) floats: Vec<f32>,
}

impl Image {
    /// Width and height in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// 1 for grey, 3 for RGB, 4 for RGBA.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The values, in [−1, 1]: rows from the top, pixels from the left, channels.
    pub fn floats(&self) -> &[f32] {
        &self.floats
    }

    /// The same as bytes: (x + 1)·127.5, rounded half up.
    pub fn bytes(&self) -> Vec<u8> {
        self.floats.iter().map(|&x| to_byte(x)).collect()
    }
}

fn to_byte(x: f32) -> u8 {
    let level = (x + 1.0) * 127.5;
    // The cast truncates and saturates, and makes NaN 0.
    let floor = level as u8;
    floor.saturating_add((level - f32::from(floor) >= 0.5).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rounded_and_saturate() {
        assert!((0..=255).all(|byte| to_byte(f32::from(byte) / 127.5 - 1.0) == byte));
        assert_eq!([-7.0, 0.0, 7.0, f32::NAN].map(to_byte), [0, 128, 255, 0]);
        for level in 0..255u8 {
            let x = (f32::from(level) + 0.499) / 127.5 - 1.0;
            assert_eq!((to_byte(x), to_byte(x + 1e-4)), (level, level + 1));
        }
    }
}
