//! Matrix products: through `matrixmultiply`, which packs its operands, and our own, whose right operand
//! is laid out in panels beforehand.

pub(crate) mod matrixmultiply;
pub(crate) mod panels;
pub(crate) mod transpose;
