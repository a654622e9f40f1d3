//! The shaders: which files a kernel is made of, and the constants that specialise it.

use dcgan_gan::Fingerprint;
use dcgan_tensor::Window;

/// A kernel before it is compiled: its files, with these constants before them.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) name: &'static str,
    constants: String,
    files: &'static [&'static str],
}

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("shaders/", $name, ".wgsl"))
    };
}

const ELEMENTS: &str = file!("elements");
const ACTIVATION: &str = file!("activation");
const AUGMENTATION: &str = file!("augmentation");
const CHANNELS: &str = file!("channels");
const MATRIX_PRODUCT: &str = file!("matrix_product");
const SPECTRAL: &str = file!("spectral");

macro_rules! kernels {
    ($($(#[$attr:meta])* $constant:ident = $name:literal $(+ $shared:ident)*;)*) => {
        $(
            $(#[$attr])*
            pub(crate) const $constant: Kernel = Kernel {
                name: $name,
                constants: String::new(),
                files: &[$($shared,)* file!($name)],
            };
        )*

        /// Every kernel that is not specialised.
        const PLAIN: &[Kernel] = &[$($constant),*];
    };
}

kernels! {
    ACTIVATION_BACKWARD = "activation_backward" + ELEMENTS + ACTIVATION;
    ADAM = "adam";
    AUGMENT = "augment" + AUGMENTATION;
    AUGMENT_ADJOINT = "augment_adjoint" + AUGMENTATION;
    BATCH_NORM = "batch_norm" + CHANNELS + ACTIVATION;
    BATCH_NORM_BACKWARD = "batch_norm_backward" + CHANNELS + ACTIVATION;
    BATCH_NORM_SUMS = "batch_norm_sums" + CHANNELS + ACTIVATION;
    BATCH_STATS = "batch_stats" + CHANNELS;
    BIAS_GRADIENT = "bias_gradient" + CHANNELS;
    DIVIDE_BY_NORM = "divide_by_norm" + ELEMENTS + SPECTRAL;
    EMA = "ema" + ELEMENTS;
    FLATTEN_KERNELS = "flatten_kernels" + ELEMENTS;
    OBJECTIVE = "objective";
    POWER_ITERATION = "power_iteration" + CHANNELS + SPECTRAL;
    SCALE_IMAGES = "scale_images" + ELEMENTS;
    SPECTRAL_ALONG = "spectral_along" + SPECTRAL;
    SPECTRAL_PULL_BACK = "spectral_pull_back" + ELEMENTS + SPECTRAL;
    SUM_PARTIALS = "sum_partials" + ELEMENTS + ACTIVATION;
}

/// A pass of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    Forward,
    BackwardInput,
    BackwardWeight,
}

impl Pass {
    pub(crate) const ALL: [Self; 3] = [Self::Forward, Self::BackwardInput, Self::BackwardWeight];
}

/// How a product is divided between the invocations of a workgroup, in groups of four rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) row_groups: usize,
    pub(crate) column_groups: usize,
    /// Steps of the sum that are in workgroup memory at a time.
    pub(crate) depth: usize,
}

impl Tile {
    /// For up to 4 columns, such as the channels of an image; up to 32; and more.
    pub(crate) const ALL: [Self; 3] = [
        Self { row_groups: 64, column_groups: 1, depth: 4 },
        Self { row_groups: 32, column_groups: 8, depth: 16 },
        Self { row_groups: 16, column_groups: 16, depth: 16 },
    ];

    /// The one that wastes least on this many columns.
    pub(crate) fn for_columns(columns: usize) -> Self {
        let fits = |tile: &Self| columns <= 4 * tile.column_groups;
        Self::ALL.into_iter().find(fits).unwrap_or(Self::ALL[2])
    }
}

/// A pass of a convolution with such a window.
pub(crate) fn conv(pass: Pass, window: Window, tile: Tile) -> Kernel {
    let (name, files): (_, &'static [&'static str]) = match pass {
        Pass::Forward => ("conv_forward", &[ACTIVATION, MATRIX_PRODUCT, file!("conv_forward")]),
        Pass::BackwardInput => {
            ("conv_backward_input", &[ACTIVATION, MATRIX_PRODUCT, file!("conv_backward_input")])
        }
        Pass::BackwardWeight => {
            ("conv_backward_weight", &[ACTIVATION, MATRIX_PRODUCT, file!("conv_backward_weight")])
        }
    };
    let Window { kernel, stride, pad } = window;
    let Tile { row_groups, column_groups, depth } = tile;
    // Where neighbours in the depth are neighbours in memory.
    let b_by_depth = pass == Pass::BackwardInput;
    let constants = format!(
        "const KERNEL: u32 = {kernel}u;\nconst STRIDE: u32 = {stride}u;\nconst PAD: i32 = {pad};\n\
         const ROW_GROUPS: u32 = {row_groups}u;\nconst COLUMN_GROUPS: u32 = {column_groups}u;\n\
         const TILE_DEPTH: u32 = {depth}u;\nconst B_BY_DEPTH: bool = {b_by_depth};\n"
    );
    Kernel { name, constants, files }
}

impl Kernel {
    /// The text that is compiled.
    pub(crate) fn source(&self) -> String {
        let mut source = self.constants.clone();
        self.files.iter().for_each(|file| source.push_str(file));
        source
    }

    /// Distinguishes it from every other kernel.
    pub(crate) fn key(&self) -> (&'static str, &str) {
        (self.name, &self.constants)
    }
}

/// Every kernel, those of convolutions for the windows of G and D.
pub(crate) fn all() -> Vec<Kernel> {
    let windows = [(4, 2, 1), (4, 1, 0), (1, 1, 0)];
    let mut kernels = PLAIN.to_vec();
    for (kernel, stride, pad) in windows {
        let window = Window { kernel, stride, pad };
        for pass in Pass::ALL {
            kernels.extend(Tile::ALL.map(|tile| conv(pass, window, tile)));
        }
    }
    kernels
}

/// The digest of all of them.
pub(crate) fn digest() -> String {
    Fingerprint::hash(all().iter().map(Kernel::source)).to_string()
}
