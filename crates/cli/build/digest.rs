use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The crates of the program.
const CRATES: [&str; 9] =
    ["cli", "data", "gan", "layers", "optim", "quality", "random", "run", "tensor"];

/// Bytes of the digest that are used.
const LEN: usize = 4;

/// The files that decide what the program computes: the sources of its crates, tests apart, and `Cargo.lock`,
/// which names the libraries.
pub(crate) fn sources(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = vec![root.join("Cargo.lock")];
    for name in CRATES {
        collect(&root.join("crates").join(name).join("src"), &mut files)?;
    }
    files.sort();
    Ok(files)
}

/// The digest of their names, below `root`, and contents. Line endings do not matter: they may differ between
/// checkouts.
pub(crate) fn digest(root: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        let text = fs::read_to_string(file)?.replace('\r', "");
        let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
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
