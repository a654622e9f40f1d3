/// Problems of images that are used nevertheless. Each image is given by its index, in ascending
/// order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Images identical, byte for byte, to an earlier one.
    pub duplicates: Vec<Duplicate>,
    /// Images of nearly one colour.
    pub flat: Vec<usize>,
    /// Images with a side shorter than the side to which they are enlarged.
    pub small: Vec<Small>,
    /// Animated images; their first frame is used.
    pub animated: Vec<usize>,
    /// Images of several pages; their first page is used.
    pub paged: Vec<Paged>,
    /// Images whose extension belongs to another format.
    pub misnamed: Vec<Misnamed>,
}

/// An image that repeats an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its index.
    pub image: usize,
    /// The index of the first identical image.
    pub of: usize,
}

/// An image that is enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small {
    /// Its index.
    pub image: usize,
    /// Its width and height as stored, in pixels.
    pub size: (usize, usize),
}

/// An image of several pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paged {
    /// Its index.
    pub image: usize,
    /// The number of pages in its file.
    pub pages: usize,
}

/// An image with the extension of another format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misnamed {
    /// Its index.
    pub image: usize,
    /// The format of its extension.
    pub claimed: &'static str,
    /// The format of its content.
    pub content: &'static str,
}
