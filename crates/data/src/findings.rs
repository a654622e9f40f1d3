/// What is odd about pictures that can be used all the same. Each is told by its index in
/// [`Examination::pictures`](crate::Examination::pictures), in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Those that show, byte for byte, what an earlier one shows.
    pub duplicates: Vec<Duplicate>,
    /// Those of nearly one colour.
    pub flat: Vec<usize>,
    /// Those with a side shorter than the side they are enlarged to.
    pub small: Vec<Small>,
    /// Those that move; their first frame is used.
    pub animated: Vec<usize>,
    /// Those whose name promises another format than they are of.
    pub misnamed: Vec<Misnamed>,
}

/// A picture that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Which.
    pub picture: usize,
    /// The first that is the same.
    pub of: usize,
}

/// A picture that is enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small {
    /// Which.
    pub picture: usize,
    /// Its width and height as stored, in pixels.
    pub size: (usize, usize),
}

/// A picture with the extension of another format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misnamed {
    /// Which.
    pub picture: usize,
    /// What its name promises.
    pub claimed: &'static str,
    /// What it is.
    pub content: &'static str,
}
