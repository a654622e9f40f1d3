use dcgan_tensor::{Activation, Window};

/// What a layer computes. A network is described by a list of these, so that an engine on another
/// device can build the same one; [`crate::Layer::spec`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LayerSpec {
    /// [`crate::Conv2d`].
    Conv2d {
        /// Channels in.
        c_in: usize,
        /// Channels out.
        c_out: usize,
        /// Kernel size, stride and padding.
        window: Window,
        /// Whether each channel has a bias.
        bias: bool,
        /// Whether the weight is divided by its largest singular value.
        spectral_norm: bool,
        /// Applied to the result.
        activation: Activation,
    },
    /// [`crate::ConvTranspose2d`].
    ConvTranspose2d {
        /// Channels in.
        c_in: usize,
        /// Channels out.
        c_out: usize,
        /// Kernel size, stride and padding.
        window: Window,
        /// Whether each channel has a bias.
        bias: bool,
        /// Applied to the result.
        activation: Activation,
    },
    /// [`crate::BatchNorm2d`].
    BatchNorm2d {
        /// Channels.
        c: usize,
        /// ε, added to the variance.
        eps: f32,
        /// Weight of a batch in the running statistics.
        momentum: f32,
        /// Applied to the result.
        activation: Activation,
    },
}

/// One array of parameters or buffers: its name in PyTorch, its shape here, and its initialisation.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamSpec {
    /// `weight`, `bias`, `running_mean`, `running_var` or `weight_u`.
    pub name: &'static str,
    /// Sizes, row-major; a convolution's are (kernel, kernel, c_in, c_out).
    pub shape: Vec<usize>,
    /// How it is initialised.
    pub init: Init,
}

impl ParamSpec {
    /// Number of floats.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the array is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The initial values of an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// One value everywhere.
    Constant(f32),
    /// Draws from N(mean, std²), as in the DCGAN paper (Radford et al. 2015, section 4).
    Normal {
        /// The mean.
        mean: f32,
        /// The standard deviation.
        std: f32,
    },
}
