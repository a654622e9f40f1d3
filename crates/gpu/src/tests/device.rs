//! What needs an adapter: the kernels against oracles, the step against the CPU engine, and faults.

mod batch_norm;
mod conv;
mod faults;
mod images;
mod objective;
mod recipes;
mod repeat;
mod spectral;
mod support;
mod updates;
