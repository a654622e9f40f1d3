//! A whole step as lists of dispatches over arrays that are allocated once.

mod arrays;
mod augmenter;
mod gradients;
mod logit_grads;
mod network;
mod spectral;
mod step;

pub(crate) use step::{D, G, Step};
