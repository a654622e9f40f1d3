//! The directories of a TIFF file, one for each picture in it. Only what tells pictures, thumbnails
//! and sensor data apart is read here; the pictures themselves are read by the library.

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};

/// More directories, entries or nested directories than any picture has.
const MAX_DIRECTORIES: usize = 10_000;
const MAX_ENTRIES: u64 = 4096;
const MAX_NESTED: u64 = 16;

const NEW_SUBFILE_TYPE: u16 = 254;
const PHOTOMETRIC: u16 = 262;
const SUB_IFDS: u16 = 330;
const DNG_VERSION: u16 = 50706;

/// Colour filter array, and linear raw.
const SENSOR_DATA: [u64; 2] = [32803, 34892];

/// Bits of the subfile type: a smaller copy of another picture, and a mask for one.
const NOT_A_PAGE: u64 = 0b101;

/// The meaning of samples that are indices into a palette.
const PALETTE: u64 = 3;

/// What the directories of a file hold.
#[derive(Default)]
pub(super) struct Directories {
    /// The pictures that are neither thumbnails nor masks.
    pub(super) pages: Vec<Page>,
    /// Whether a camera wrote its sensor data here.
    pub(super) raw: bool,
}

/// A picture of its own.
#[derive(Clone, Copy)]
pub(super) struct Page {
    /// The place of its directory in the chain.
    pub(super) place: usize,
    /// If it has a palette: the position of the number that says so, and the number for grey.
    pub(super) palette: Option<(u64, [u8; 2])>,
}

impl Directories {
    pub(super) fn read(file: &mut (impl Read + Seek)) -> io::Result<Self> {
        let mut head = [0; 16];
        file.rewind()?;
        file.read_exact(&mut head[..8])?;
        let little_endian = head[0] == b'I';
        let file_size = file.seek(SeekFrom::End(0))?;
        let mut layout = Layout { little_endian, big: false, file_size };
        file.seek(SeekFrom::Start(8))?;
        layout.big = layout.number(&head[2..4]) == 43;
        let mut next = layout.number(&head[4..8]);
        if layout.big {
            file.read_exact(&mut head[8..])?;
            next = layout.number(&head[8..]);
        }
        // Canon's sign, after the header of the file.
        let mut all = Self { raw: !layout.big && has_canon_sign(file)?, ..Self::default() };
        let mut seen = HashSet::new();
        for place in 0..MAX_DIRECTORIES {
            if next == 0 || !seen.insert(next) {
                break;
            }
            let directory = match layout.directory(file, next) {
                Ok(directory) => directory,
                Err(error) if place == 0 => return Err(error),
                // The pages before it are intact.
                Err(_) => break,
            };
            all.raw |= directory.raw;
            if directory.subfile_type & NOT_A_PAGE == 0 {
                let grey = if layout.little_endian { [1, 0] } else { [0, 1] };
                let palette = directory.palette.map(|position| (position, grey));
                all.pages.push(Page { place, palette });
            }
            for nested in directory.nested {
                // A nested directory that cannot be read holds nothing that is used.
                all.raw |= layout.directory(file, nested).is_ok_and(|nested| nested.raw);
            }
            next = directory.next;
        }
        Ok(all)
    }
}

fn has_canon_sign(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut sign = [0; 2];
    file.seek(SeekFrom::Start(8))?;
    Ok(file.read_exact(&mut sign).is_ok() && &sign == b"CR")
}

#[derive(Default)]
struct Directory {
    subfile_type: u64,
    raw: bool,
    /// The position of the number that stands for a palette.
    palette: Option<u64>,
    nested: Vec<u64>,
    next: u64,
}

/// How numbers and entries are stored.
struct Layout {
    little_endian: bool,
    /// 64-bit offsets.
    big: bool,
    file_size: u64,
}

impl Layout {
    fn number(&self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.little_endian { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
    }

    /// Sizes of the number of entries, an entry, and an offset.
    fn sizes(&self) -> (usize, usize, usize) {
        if self.big { (8, 20, 8) } else { (2, 12, 4) }
    }

    fn directory(&self, file: &mut (impl Read + Seek), at: u64) -> io::Result<Directory> {
        let (count_size, entry_size, offset_size) = self.sizes();
        file.seek(SeekFrom::Start(at))?;
        let mut buffer = [0; 8];
        file.read_exact(&mut buffer[..count_size])?;
        let count = self.number(&buffer[..count_size]);
        if count > MAX_ENTRIES {
            return Err(damaged());
        }
        let mut entries = vec![0; count as usize * entry_size + offset_size];
        file.read_exact(&mut entries)?;
        let (entries, next) = entries.split_at(count as usize * entry_size);
        let mut directory = Directory { next: self.number(next), ..Directory::default() };
        for (entry, index) in entries.chunks_exact(entry_size).zip(1..) {
            let value = &entry[entry_size - offset_size..];
            let values = self.number(&entry[4..entry_size - offset_size]);
            // The library believes the number of values.
            if values.saturating_mul(self.size(entry)) > self.file_size {
                return Err(damaged());
            }
            match self.number(&entry[..2]) as u16 {
                NEW_SUBFILE_TYPE => directory.subfile_type = self.value(entry),
                PHOTOMETRIC => {
                    let number = self.value(entry);
                    directory.raw |= SENSOR_DATA.contains(&number);
                    let end = at + (count_size + index * entry_size) as u64;
                    directory.palette = (number == PALETTE).then_some(end - offset_size as u64);
                }
                DNG_VERSION => directory.raw = true,
                SUB_IFDS => {
                    directory.nested = self.offsets(file, values, self.number(value))?;
                }
                _ => {}
            }
        }
        Ok(directory)
    }

    /// Bytes of each value of an entry, by its type.
    fn size(&self, entry: &[u8]) -> u64 {
        match self.number(&entry[2..4]) {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => 1,
        }
    }

    /// The first number of an entry whose values are not longer than an offset.
    fn value(&self, entry: &[u8]) -> u64 {
        let (size, offset_size) = (self.size(entry) as usize, self.sizes().2);
        self.number(&entry[entry.len() - offset_size..][..size.min(offset_size)])
    }

    /// `count` offsets, which are stored at `value` if there are several.
    fn offsets(
        &self,
        file: &mut (impl Read + Seek),
        count: u64,
        value: u64,
    ) -> io::Result<Vec<u64>> {
        if count <= 1 {
            return Ok(vec![value]);
        }
        let size = self.sizes().2;
        let mut bytes = vec![0; count.min(MAX_NESTED) as usize * size];
        file.seek(SeekFrom::Start(value))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes.chunks_exact(size).map(|offset| self.number(offset)).collect())
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "has a damaged directory")
}
