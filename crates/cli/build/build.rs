//! Gives the code a version that identifies it: that of the package, and a digest of the sources of the program.
//! This needs no version control, and code that was changed and not committed has its own version.

mod digest;

use std::path::Path;

use digest::{digest, sources};

fn main() {
    let version = env!("CARGO_PKG_VERSION");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // The sources of the other crates are not there when this one was packaged alone.
    let code = match sources(&root).and_then(|files| Ok((digest(&root, &files)?, files))) {
        Ok((digest, files)) => {
            // A new file needs a line in one of these, so they are enough to notice every change.
            for file in files {
                println!("cargo::rerun-if-changed={}", file.display());
            }
            format!("{version}+{digest}")
        }
        Err(_) => version.to_owned(),
    };
    println!("cargo::rustc-env=DCGAN_CODE={code}");
}
