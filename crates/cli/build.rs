//! Gives the code a version that says which code it is: the package's, and a digest of the source that the
//! program is made of. So it needs no version control, and code that was changed and not committed has a
//! version of its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The crates of the program.
const CRATES: [&str; 7] = ["cli", "data", "gan", "layers", "optim", "random", "tensor"];

/// Bytes of the digest that are kept.
const LEN: usize = 4;

fn main() {
    let version = env!("CARGO_PKG_VERSION");
    // The sources of the other crates are not beside this one where it was packaged alone.
    let code = digest().map_or(version.to_owned(), |digest| format!("{version}+{digest}"));
    println!("cargo::rustc-env=DCGAN_CODE={code}");
}

/// The digest of the sources and of the versions of what they use. A file that is new needs a line in one
/// that is listed, so to list files is enough to see every change.
fn digest() -> io::Result<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![here.join("../../Cargo.lock")];
    for name in CRATES {
        collect(&here.join("..").join(name).join("src"), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        // A checkout may have other ends of lines.
        let text = fs::read_to_string(&file)?.replace('\r', "");
        let name = file.strip_prefix(here).unwrap_or(&file).display().to_string();
        hash.update(format!("{} {}\n", name.replace('\\', "/"), text.len()));
        hash.update(text);
    }
    Ok(hash.finalize()[..LEN].iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The Rust files in `folder` and below, tests apart.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
