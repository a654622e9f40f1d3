//! The files below a folder that may be data, by their names and places.

use std::collections::HashSet;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::formats::entry::Entry;
use crate::own_files::{is_run, is_run_entry};
use crate::{Excluded, Exclusion, Skipped, shown};

/// Folders in which systems and file servers keep deleted files or thumbnails.
pub(crate) const SYSTEM_FOLDERS: [&str; 5] =
    ["$RECYCLE.BIN", "#recycle", "@Recycle", "@eaDir", "__MACOSX"];

/// The content of a folder and its subfolders.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    /// Files that may be images, in the order of their paths.
    pub(crate) files: Vec<Entry>,
    /// Files and folders that are left out, whatever they contain.
    pub(crate) excluded: Vec<Excluded>,
    /// What could not even be listed.
    pub(crate) skipped: Vec<Skipped>,
}

impl Listing {
    /// Of the folder, or the one file, at `root`, which itself is never left out.
    pub(crate) fn new(root: &Path) -> Self {
        let mut listing = Self { files: Vec::new(), excluded: Vec::new(), skipped: Vec::new() };
        let root_is_run = is_run(root);
        let mut entered = HashSet::new();
        let mut walk = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    listing.skipped.push(unlistable(root, &error));
                    continue;
                }
            };
            let kind = entry.file_type();
            if kind.is_dir() && entry.path().canonicalize().is_ok_and(|path| !entered.insert(path))
            {
                let reason = "has been read already, under another path".to_owned();
                listing.skipped.push(Skipped { path: entry.path().to_owned(), reason });
                walk.skip_current_dir();
                continue;
            }
            let below_root = entry.depth() > 0;
            match exclusion(&entry, root_is_run).filter(|_| below_root) {
                Some(why) => {
                    if kind.is_dir() {
                        walk.skip_current_dir();
                    }
                    listing.excluded.push(Excluded { path: entry.into_path(), why });
                }
                None if kind.is_file() => listing.files.push(Entry::on_disk(entry.into_path())),
                None => {}
            }
        }
        listing
    }
}

/// Why an entry is left out, whatever it contains.
fn exclusion(entry: &DirEntry, root_is_run: bool) -> Option<Exclusion> {
    let name = entry.file_name();
    let hidden = name.as_encoded_bytes().starts_with(b".");
    let is_folder = entry.file_type().is_dir();
    if hidden {
        Some(if is_folder { Exclusion::HiddenFolder } else { Exclusion::HiddenFile })
    } else if root_is_run && entry.depth() == 1 && is_run_entry(name) {
        Some(Exclusion::Output)
    } else if is_folder && SYSTEM_FOLDERS.iter().any(|system| name == *system) {
        Some(Exclusion::SystemFolder)
    } else if is_folder && is_run(entry.path()) {
        Some(Exclusion::Run)
    } else {
        None
    }
}

fn unlistable(root: &Path, error: &walkdir::Error) -> Skipped {
    Skipped {
        path: error.path().unwrap_or(root).to_owned(),
        reason: match (error.loop_ancestor(), error.io_error()) {
            (Some(above), _) => format!("is a link back to {}", shown(above)),
            (None, Some(io)) => io.to_string(),
            (None, None) => error.to_string(),
        },
    }
}
