/// Which code this is: the package's version and a digest of the sources of all crates that the program is
/// made of, tests apart, and of `Cargo.lock`. Two programs of one code version compute the same on one
/// machine; where the sources were not at hand when it was built, it is the package's version alone.
pub(crate) const VERSION: &str = env!("DCGAN_CODE");

/// What writes files that tell who wrote them.
pub(crate) const PROGRAM: &str = concat!("dcgan ", env!("DCGAN_CODE"));
