//! The files that are not data although nothing is wrong with them, a line for each kind.

use std::path::Path;

use anyhow::Result;
use dcgan_data::{Exclusion, Report, shown};

use crate::console::{count, print};

/// Prints the kinds, with `list` also the files. Images in a format that cannot be read are not among
/// them: those are a problem.
pub(super) fn print_all(report: &Report, list: bool) -> Result<()> {
    for (why, files) in report.exclusions() {
        if matches!(why, Exclusion::Unsupported(_)) {
            continue;
        }
        print(format_args!("skipped        {}", count(files.len() as u64, &why.to_string())))?;
        if list {
            print_paths(&files)?;
        }
    }
    Ok(())
}

/// Prints every file of a set without a usable image, and why it is not used.
pub(super) fn list_all(report: &Report) -> Result<()> {
    for skipped in &report.skipped {
        print(format_args!("{}: {}", shown(&skipped.path), skipped.reason))?;
    }
    for excluded in &report.excluded {
        print(format_args!("{}: {}", shown(&excluded.path), excluded.why))?;
    }
    Ok(())
}

fn print_paths(paths: &[&Path]) -> Result<()> {
    paths.iter().try_for_each(|path| print(format_args!("  {}", shown(path))))
}
