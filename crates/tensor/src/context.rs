use crate::{Backend, Scratch};

/// What kernels need besides their operands: how to compute, and memory to work in.
///
/// ```
/// use dcgan_tensor::{Backend, Context, ConvAlgorithm};
///
/// let backend = Backend { conv: ConvAlgorithm::Im2col, ..Backend::default() };
/// assert_eq!(Context::new(backend).backend, backend);
/// assert_eq!(Context::default().backend, Backend::default());
/// ```
#[derive(Debug, Default)]
pub struct Context {
    /// How kernels compute.
    pub backend: Backend,
    /// The memory that they work in.
    pub scratch: Scratch,
}

impl Context {
    /// A context for this backend, with no memory yet.
    pub fn new(backend: Backend) -> Self {
        Self { backend, scratch: Scratch::default() }
    }
}
