use dcgan_gan::EngineError;

/// Why a device cannot train a network. Each message is one line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GpuError {
    /// No adapter, or none but software.
    #[error(
        "no GPU was found: a graphics card with a driver for Vulkan, Metal or Direct3D 12 is needed{}",
        software_hint(*.software)
    )]
    NoAdapter {
        /// The index of the first adapter that is software, if there is one.
        software: Option<usize>,
    },
    /// An adapter that does not exist.
    #[error("there is no adapter {index}: {}", known(*.count))]
    NoSuchAdapter {
        /// What was asked for.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// An adapter that does not offer what every browser's graphics interface does.
    #[error("{adapter} cannot be used: {why}")]
    Unusable {
        /// Its name.
        adapter: String,
        /// The reason.
        why: String,
    },
    /// An array that is larger than the adapter allows.
    #[error(
        "{adapter} allows arrays of up to {} MB, but this run needs one of {} MB for {what}; use a smaller batch size or network",
        .limit / MEGABYTE,
        .bytes.div_ceil(MEGABYTE)
    )]
    TooLarge {
        /// The name of the adapter.
        adapter: String,
        /// What is in the array.
        what: String,
        /// Its size.
        bytes: u64,
        /// The largest size that is possible.
        limit: u64,
    },
    /// All arrays together are larger than the memory that is free.
    #[error(
        "{adapter} has too little free memory: this run needs {} MB in all; use a smaller batch size or network, or close other programs that use it",
        .bytes.div_ceil(MEGABYTE)
    )]
    OutOfMemory {
        /// The name of the adapter.
        adapter: String,
        /// What the run needs in all.
        bytes: u64,
    },
    /// The driver did not accept a shader or what it is given.
    #[error("the driver of {adapter} refuses the shaders: {why}; update it")]
    Refused {
        /// The name of the adapter.
        adapter: String,
        /// The driver's reason, in one line.
        why: String,
    },
    /// A network with a layer that has no kernel here.
    #[error("the GPU engine has no kernel for {what}")]
    Unsupported {
        /// What it is.
        what: String,
    },
    /// The device was lost before the first step.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

const MEGABYTE: u64 = 1_000_000;

fn software_hint(software: Option<usize>) -> String {
    let hint = |index| {
        format!("; gpu:{index} is software, which is much slower than training on the processor")
    };
    software.map(hint).unwrap_or_default()
}

fn known(count: usize) -> String {
    match count {
        0 => "none was found".to_owned(),
        1 => "the only one is 0".to_owned(),
        _ => format!("they are numbered from 0 to {}", count - 1),
    }
}

/// A message of a driver or of the shader compiler, which may have many lines and draw the source.
pub(crate) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
