use crate::mapped::Mapped;

/// Bytes of pictures that are worked on at a time.
const BLOCK: usize = 16 << 20;

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

    /// Pictures that are worked on at a time.
    pub(crate) fn block(self) -> usize {
        (BLOCK / self.len().max(1)).max(1)
    }
}

/// Pictures of one shape, as bytes (n, h, w, c), in memory or in a file that is mapped into it.
#[derive(Debug)]
pub struct Pictures {
    shape: Shape,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    Here(Vec<u8>),
    Mapped(Mapped),
}

impl Pictures {
    /// The pictures that lie one behind the other in `bytes`.
    ///
    /// # Panics
    /// If `bytes` is not a whole number of pictures.
    pub fn new(shape: Shape, bytes: Vec<u8>) -> Self {
        Self::of(shape, Bytes::Here(bytes))
    }

    /// The same, in a file.
    pub(crate) fn mapped(shape: Shape, bytes: Mapped) -> Self {
        Self::of(shape, Bytes::Mapped(bytes))
    }

    fn of(shape: Shape, bytes: Bytes) -> Self {
        let pictures = Self { shape, bytes };
        let (len, bytes) = (shape.len(), pictures.as_bytes().len());
        assert!(len > 0 && bytes.is_multiple_of(len), "{bytes} bytes for pictures of {len}");
        pictures
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.as_bytes().len() / self.shape.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
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
        &self.as_bytes()[i * len..(i + 1) * len]
    }

    /// Lets go of the memory that the i-th takes if it lies in a file; it comes back when it is asked
    /// for. Otherwise a set that has been seen once would be in memory as a whole.
    pub fn let_go(&self, i: usize) {
        if let Bytes::Mapped(mapped) = &self.bytes {
            let len = self.shape.len();
            mapped.let_go(i * len..(i + 1) * len);
        }
    }

    /// All of them.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Here(bytes) => bytes,
            Bytes::Mapped(mapped) => mapped.as_bytes(),
        }
    }

    /// CRC-32 of all of them.
    pub fn crc32(&self) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        for i in 0..self.len() {
            hasher.update(self.get(i));
            self.let_go(i);
        }
        hasher.finalize()
    }
}

impl PartialEq for Pictures {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.as_bytes() == other.as_bytes()
    }
}
