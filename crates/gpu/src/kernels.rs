//! What a step is made of, as dispatches of the shaders. One file a concept; each says which code on the CPU it matches.

pub(crate) mod activation;
pub(crate) mod augment;
pub(crate) mod batch_norm;
pub(crate) mod chunks;
pub(crate) mod conv;
pub(crate) mod images;
pub(crate) mod objective;
pub(crate) mod spectral;
pub(crate) mod update;
