//! The crate needs no standard library: a program that has a panic handler of its own links to it.

use std::path::Path;
use std::process::Command;

#[test]
fn a_program_without_the_standard_library_can_draw() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let library = folder.join("libdcgan_infer.rlib");
    compile("src/lib.rs", "dcgan_infer", "rlib", &library, &[]);
    let program = folder.join("libprogram.a");
    let depends = format!("dcgan_infer={}", library.display());
    compile("tests/no_std/program.rs", "program", "staticlib", &program, &["--extern", &depends]);
}

#[track_caller]
fn compile(source: &str, name: &str, kind: &str, out: &Path, more: &[&str]) {
    // The compiler that lies beside this Cargo.
    let mut rustc = Command::new(Path::new(env!("CARGO")).with_file_name("rustc"));
    rustc.current_dir(env!("CARGO_MANIFEST_DIR")).args(["--edition", "2024", "-C", "panic=abort"]);
    rustc.args(["--crate-name", name, "--crate-type", kind, source, "-o"]).arg(out).args(more);
    let output = rustc.output().expect("there is a compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
