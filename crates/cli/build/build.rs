//! Gives the code a version that says which code it is: the package's, and a digest of the source that the
//! program is made of. So it needs no version control, and code that was changed and not committed has a
//! version of its own.

mod digest;

use std::path::Path;

use digest::{digest, sources};

fn main() {
    let version = env!("CARGO_PKG_VERSION");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // The sources of the other crates are not beside this one where it was packaged alone.
    let code = match sources(&root).and_then(|files| Ok((digest(&root, &files)?, files))) {
        Ok((digest, files)) => {
            // A file that is new needs a line in one of these, so they are enough to see every change.
            for file in files {
                println!("cargo::rerun-if-changed={}", file.display());
            }
            format!("{version}+{digest}")
        }
        Err(_) => version.to_owned(),
    };
    println!("cargo::rustc-env=DCGAN_CODE={code}");
}
