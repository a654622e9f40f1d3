//! x
use std::path::Path;
/// x
#[must_use]
pub fn is_own_file(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|b| {
        b.starts_with(b"\x89PNG")
            && b.windows(10).any(|w| w == b"tEXtdcgan\0" || w == b"tEXtSoftwa")
            || b.starts_with(b"GIF")
                && b.windows(8).any(|w| w[..2] == *b"!\xfe" && w[3..] == *b"dcgan")
    })
}
/// x
#[must_use]
pub fn is_run_folder(path: &Path) -> bool {
    std::fs::read_to_string(path.join("config.toml"))
        .is_ok_and(|t| t.starts_with("# The settings of this run"))
}
