use std::fs;
use std::path::{Path, PathBuf};

use super::{Caches, bytes};

/// A folder as Linux has it: for each cache its level, type, size and the processors that share it.
fn list(name: &str, caches: &[[&str; 4]]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("dcgan-caches-{name}-{}", std::process::id()));
    for (i, texts) in caches.iter().enumerate() {
        let cache = folder.join(format!("index{i}"));
        fs::create_dir_all(&cache).unwrap();
        for (file, text) in ["level", "type", "size", "shared_cpu_list"].iter().zip(texts) {
            fs::write(cache.join(file), format!("{text}\n")).unwrap();
        }
    }
    folder
}

#[test]
fn the_second_and_the_last_level_are_found() {
    let first = ["1", "Data", "48K", "0"];
    let code = ["1", "Instruction", "32K", "0"];
    for (name, caches, expected) in [
        (
            "desktop",
            vec![first, code, ["2", "Unified", "1024K", "0"], ["3", "Unified", "32768K", "0-7"]],
            Some((1024, 32768)),
        ),
        (
            "server in part",
            vec![first, code, ["2", "Unified", "2048K", "0"], ["3", "Unified", "266240K", "0-1"]],
            Some((2048, 32768)),
        ),
        ("no third level", vec![first, ["2", "Unified", "4M", "0-3"], code], Some((4096, 4096))),
        (
            "a fourth level",
            vec![
                ["2", "Unified", "256K", "0"],
                ["3", "Unified", "6M", "0-3"],
                ["4", "Unified", "128M", "0-3"],
            ],
            Some((256, 65536)),
        ),
        ("no second level", vec![first, code], None),
        ("an unknown unit", vec![first, ["2", "Unified", "1G", "0"]], None),
    ] {
        let folder = list(&name.replace(' ', "-"), &caches);
        let expected = expected.map(|(l2, last)| Caches { l2: l2 << 10, last_level: last << 10 });
        assert_eq!(Caches::listed(&folder), expected, "{name}");
        fs::remove_dir_all(folder).unwrap();
    }
    assert_eq!(Caches::listed(Path::new("/nonexistent")), None);
}

#[test]
fn sizes_have_units() {
    let read = ["48K", "2M", "512", "0K", "K", "", "18446744073709551615M", "-1K"].map(bytes);
    assert_eq!(read, [Some(48 << 10), Some(2 << 20), Some(512), None, None, None, None, None]);
}
