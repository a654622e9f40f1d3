use dcgan_run::Program;

/// The version of the code: the package version, and a digest of `Cargo.lock` and the sources of all crates of
/// the program except tests. Programs built from the same version by the same compiler compute the same results
/// on one machine. If the sources were not available at build time, it is the package version alone.
pub const VERSION: &str = env!("DCGAN_CODE");

/// This program, as images and runs name it.
pub const PROGRAM: Program = Program { name: "dcgan", version: VERSION };
