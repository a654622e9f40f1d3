//! The names of the files in an archive, and what follows from them.

use std::collections::HashSet;
use std::path::Path;

use super::kind::may_be_archive;
use super::member::Member;
use crate::Exclusion;
use crate::formats::image_folder::listing::SYSTEM_FOLDERS;
use crate::formats::image_format;

/// A file in an archive.
pub(super) struct Listed {
    /// Without empty parts and dots between the slashes.
    pub(super) name: Vec<u8>,
    /// Or why it cannot be read.
    pub(super) content: Result<Member, String>,
}

impl Listed {
    pub(super) fn new(name: &[u8], content: Result<Member, String>) -> Self {
        let parts = name.split(|&byte| byte == b'/').filter(|part| !matches!(part, [] | [b'.']));
        Self { name: parts.collect::<Vec<_>>().join(&b'/'), content }
    }

    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// Whether its name promises an image or an archive.
    pub(super) fn may_be_data(&self) -> bool {
        let name = self.name();
        let name = Path::new(&name);
        image_format::from_extension(name).is_some() || may_be_archive(name)
    }

    /// The hidden file, or the hidden folder or that of a system, that it is or lies in.
    pub(super) fn excluded_part(&self) -> Option<(String, Exclusion)> {
        let mut end = 0;
        for part in self.name.split(|&byte| byte == b'/') {
            end += part.len();
            let is_folder = end < self.name.len();
            let hidden = part.starts_with(b".") && part != b"..";
            let why = match (hidden, is_folder) {
                (true, true) => Some(Exclusion::HiddenFolder),
                (true, false) => Some(Exclusion::HiddenFile),
                (false, true) if SYSTEM_FOLDERS.iter().any(|name| name.as_bytes() == part) => {
                    Some(Exclusion::SystemFolder)
                }
                _ => None,
            };
            if let Some(why) = why {
                return Some((String::from_utf8_lossy(&self.name[..end]).into_owned(), why));
            }
            end += 1;
        }
        None
    }
}

/// Brings the files into the order that they would have in a folder. Of several with one name the last
/// remains, as when they are unpacked.
pub(super) fn sort(files: &mut Vec<Listed>) {
    let parts = |file: &Listed| file.name.split(|&byte| byte == b'/').map(<[u8]>::to_vec).collect();
    files.reverse();
    files.sort_by_cached_key::<Vec<Vec<u8>>, _>(parts);
    files.dedup_by(|second, first| second.name == first.name);
}

/// The files without the labels of a WebDataset, which share the name of an image up to the first dot.
pub(super) fn without_labels(mut files: Vec<Listed>) -> Vec<Listed> {
    let is_image = |file: &Listed| image_format::from_extension(Path::new(&file.name())).is_some();
    let images: HashSet<Vec<u8>> =
        files.iter().filter(|file| is_image(file)).map(|file| key(&file.name).to_vec()).collect();
    files.retain(|file| is_image(file) || !images.contains(key(&file.name)));
    files
}

/// What the files of one sample have in common.
fn key(name: &[u8]) -> &[u8] {
    let base = name.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let dot = name[base..].iter().position(|&byte| byte == b'.');
    dot.map_or(name, |dot| &name[..base + dot])
}
