use dcgan_run::Program;

/// The version of the code: that of the package, and a digest of the sources of all crates of the program,
/// tests apart, and of `Cargo.lock`. Two programs that one compiler built from one code version compute the
/// same on one machine. Where the sources were not available at build time, it is the package's version alone.
pub(crate) const VERSION: &str = env!("DCGAN_CODE");

/// This program, as images and runs name it.
pub(crate) const PROGRAM: Program = Program { name: "dcgan", version: VERSION };
