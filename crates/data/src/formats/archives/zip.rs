use rawzip::{
    CompressionMethod, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive, ZipFileHeaderRecord,
    ZipLocator,
};

use super::limits::Limits;
use super::listed::Listed;
use super::member::{Deflated, Member};
use super::section::Section;
use crate::shown;

/// What to do if the archive cannot be read as it is.
const UNPACK: &str = "unpack the archive and pass the folder";

pub(super) fn recognises(head: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|magic| head.starts_with(*magic))
}

/// The files of a zip archive.
pub(super) fn files(data: &Section, limits: &mut Limits) -> Result<Vec<Listed>, String> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let opened = data.opened().map_err(|error| format!("cannot be read: {error}"))?;
    let archive = ZipLocator::new()
        .locate_in_reader(opened, &mut buffer, data.len())
        .map_err(|(_, error)| unreadable(&error))?;
    let (mut files, mut ranges) = (Vec::new(), Vec::new());
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(|error| unreadable(&error))? {
        limits.take_member()?;
        if entry.is_dir() {
            continue;
        }
        // Some programs of Windows separate folders by what is not a separator.
        let name = entry.file_path().as_bytes().to_vec();
        let name: Vec<u8> =
            name.into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect();
        let content = match refusal(&entry) {
            Some(why) => Err(why),
            None => content(data, &archive, &entry, &mut ranges)?,
        };
        if let Ok(Member::Deflated(deflated)) = &content {
            limits.take_bytes(deflated.size)?;
        }
        files.push(Listed::new(&name, content));
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        return Err("is damaged: its files overlap; download it again".into());
    }
    Ok(files)
}

/// Why an entry cannot be read.
fn refusal(entry: &ZipFileHeaderRecord) -> Option<String> {
    let method = entry.compression_method();
    if entry.flags().is_encrypted() || method == CompressionMethod::AES {
        Some(format!("is encrypted; {UNPACK}"))
    } else if entry.mode().is_symlink() {
        Some(format!("is a symbolic link; {UNPACK}"))
    } else if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
        let name =
            method.name().map_or_else(|| format!("method {}", method.as_u16()), str::to_owned);
        Some(format!("is compressed by {name}, which cannot be read; {UNPACK}"))
    } else {
        None
    }
}

/// The bytes of an entry of the archive in `data`. Their place is added to `ranges`.
fn content(
    data: &Section,
    archive: &ZipArchive<Section>,
    entry: &ZipFileHeaderRecord,
    ranges: &mut Vec<(u64, u64)>,
) -> Result<Result<Member, String>, String> {
    let found = archive.get_entry(entry.wayfinder()).map_err(|error| unreadable(&error))?;
    let (start, end) = found.compressed_data_range();
    let Some(data) = data.part(start..end) else {
        return Err("is a zip archive that is cut off or damaged; download it again".into());
    };
    if start < end {
        ranges.push((start, end));
    }
    let (size, crc32) = (entry.uncompressed_size_hint(), entry.crc32());
    Ok(match entry.compression_method() {
        CompressionMethod::STORE => Ok(Member::Stored { data, crc32: Some(crc32) }),
        _ => Deflated::new(data, size, crc32)
            .map(Member::Deflated)
            .ok_or_else(|| format!("is damaged: it cannot unpack to {size} bytes")),
    })
}

fn unreadable(error: &rawzip::Error) -> String {
    let error = error.to_string();
    format!("is a zip archive that is cut off or damaged ({}); download it again", shown(&error))
}
