use std::fs;
use std::path::Path;

use super::digest::{digest, sources};
use crate::code;

/// A workspace of one file a crate, and its digest after `change`.
fn after(change: impl Fn(&Path)) -> String {
    let root = tempfile::tempdir().unwrap();
    for name in ["cli", "data", "gan", "layers", "optim", "quality", "random", "run", "tensor"] {
        let src = root.path().join("crates").join(name).join("src");
        fs::create_dir_all(src.join("tests")).unwrap();
        fs::write(src.join("lib.rs"), "fn a() {}\nfn b() {}\n").unwrap();
    }
    fs::write(root.path().join("Cargo.lock"), "version = 4\n").unwrap();
    change(root.path());
    digest(root.path(), &sources(root.path()).unwrap()).unwrap()
}

fn write(root: &Path, name: &str, text: &str) {
    fs::write(root.join(name), text).unwrap();
}

#[test]
fn the_version_of_the_code_follows_its_sources_and_nothing_else() {
    let code = after(|_| ());
    for (name, text) in [
        ("crates/tensor/src/lib.rs", "fn a() {}\nfn c() {}\n"),
        ("crates/gan/src/more.rs", "fn a() {}"),
        ("crates/run/src/lib.rs", "fn a() {}\n"),
        ("Cargo.lock", "version = 5\n"),
    ] {
        assert_ne!(after(|root| write(root, name, text)), code, "{name}");
    }
    let moved = |root: &Path| {
        fs::rename(root.join("crates/data/src/lib.rs"), root.join("crates/data/src/main.rs"))
            .unwrap();
    };
    assert_ne!(after(moved), code);
    for (name, text) in [
        ("crates/tensor/src/lib.rs", "fn a() {}\r\nfn b() {}\r\n"),
        ("crates/tensor/src/tests.rs", "fn a() {}"),
        ("crates/tensor/src/tests/more.rs", "fn a() {}"),
        ("crates/tensor/src/notes.md", "notes"),
        ("README.md", "notes"),
    ] {
        assert_eq!(after(|root| write(root, name, text)), code, "{name}");
    }
}

#[test]
fn this_program_has_the_version_of_its_own_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let digest = digest(&root, &sources(&root).unwrap()).unwrap();
    assert_eq!(code::VERSION, format!("{}+{digest}", env!("CARGO_PKG_VERSION")));
}
