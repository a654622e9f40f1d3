/// The constants of a dispatch, in the order of the shader's struct `Problem`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Uniform(Vec<u32>);

impl Uniform {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Appends an unsigned integer.
    ///
    /// # Panics
    /// If it has more than 32 bits, which [`crate::GpuError::TooLarge`] rules out.
    pub(crate) fn int(mut self, value: usize) -> Self {
        self.0.push(u32::try_from(value).expect("arrays are smaller than 4 GiB"));
        self
    }

    /// Appends several.
    pub(crate) fn ints<const N: usize>(self, values: [usize; N]) -> Self {
        values.into_iter().fold(self, Self::int)
    }

    pub(crate) fn float(mut self, value: f32) -> Self {
        self.0.push(value.to_bits());
        self
    }

    /// The bytes, with zeros up to a multiple of 16.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut words = self.0.clone();
        words.resize(words.len().next_multiple_of(4), 0);
        bytemuck::cast_slice(&words).to_vec()
    }
}
