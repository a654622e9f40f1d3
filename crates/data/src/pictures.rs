/// The shape that all pictures are brought into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Width and height, in pixels.
    pub side: usize,
    /// 1 grey, 3 RGB, 4 RGB and alpha.
    pub channels: usize,
}

impl Shape {
    /// Bytes of one picture.
    pub fn len(self) -> usize {
        self.side * self.side * self.channels
    }

    /// Whether a picture has no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Pictures of one shape, as bytes (n, h, w, c) in one piece of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    shape: Shape,
    bytes: Vec<u8>,
}

impl Pictures {
    /// The pictures that lie one behind the other in `bytes`.
    ///
    /// # Panics
    /// If `bytes` is not a whole number of pictures.
    pub fn new(shape: Shape, bytes: Vec<u8>) -> Self {
        let len = shape.len();
        assert!(
            len > 0 && bytes.len().is_multiple_of(len),
            "{} bytes for pictures of {len}",
            bytes.len()
        );
        Self { shape, bytes }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.shape.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Their common shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The i-th, (h, w, c).
    ///
    /// # Panics
    /// If there are not so many.
    pub fn get(&self, i: usize) -> &[u8] {
        let len = self.shape.len();
        &self.bytes[i * len..(i + 1) * len]
    }

    /// All of them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}
