use std::collections::HashMap;
use std::io;

use tar::{Archive, EntryType, Header};

use super::limits::Limits;
use super::listed::Listed;
use super::member::Member;
use super::section::Section;
use crate::shown;

/// Headers and files begin at multiples of this.
const BLOCK: u64 = 512;

/// Whether it starts with the header of a file, whose checksum is right.
pub(super) fn recognises(head: &[u8]) -> bool {
    let Some(head) = head.first_chunk::<{ BLOCK as usize }>() else { return false };
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    // The checksum itself counts as spaces.
    let expected = sum(&head[..148]) + sum(&head[156..]) + 8 * u32::from(b' ');
    Header::from_byte_slice(head).cksum().is_ok_and(|found| found == expected) && head[0] != 0
}

/// The files of a tar archive.
pub(super) fn files(data: &Section, limits: &mut Limits) -> Result<Vec<Listed>, String> {
    let (mut files, mut end) = (Vec::new(), 0);
    let mut places: HashMap<Vec<u8>, Member> = HashMap::new();
    let mut archive = Archive::new(data.opened().map_err(damaged)?);
    for entry in archive.entries_with_seek().map_err(damaged)? {
        limits.take_member()?;
        let entry = entry.map_err(damaged)?;
        let (start, size) = (entry.raw_file_position(), entry.size());
        let name = entry.path_bytes();
        let stop = start.checked_add(size).and_then(|stop| stop.checked_next_multiple_of(BLOCK));
        let content = data.part(start..start.saturating_add(size));
        let (Some(stop), Some(content)) = (stop, content) else { return Err(cut_off(&name)) };
        end = stop;
        let content = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous if !name.ends_with(b"/") => {
                Ok(Member::Stored { data: content, crc32: None })
            }
            EntryType::Link => {
                let target = entry.link_name_bytes();
                let found = target.and_then(|target| places.get(&*target).cloned());
                found.ok_or_else(|| "is a link to a file that is not in the archive".to_owned())
            }
            EntryType::Symlink => {
                Err("is a symbolic link; unpack the archive and pass the folder".into())
            }
            EntryType::GNUSparse => {
                Err("is a sparse file; unpack the archive and pass the folder".into())
            }
            _ => continue,
        };
        if let Ok(member) = &content {
            places.insert(name.to_vec(), member.clone());
        }
        files.push(Listed::new(&name, content));
    }
    match data.part(end..end + BLOCK).map(|block| block.is_zero()) {
        Some(Ok(true)) => Ok(files),
        _ => Err("is cut off: its end marker is missing; download it again".into()),
    }
}

fn cut_off(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    format!("is cut off in {}; download it again", shown(&*name))
}

fn damaged(error: io::Error) -> String {
    let error = error.to_string();
    format!("is a damaged tar archive ({}); download it again", shown(&error))
}
