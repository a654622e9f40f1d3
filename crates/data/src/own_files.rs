//! How to recognise what this program itself wrote: its runs, and its images wherever they lie. None
//! of it is ever read as data, so that a run can be resumed even if it lies below its own images.
//!
//! The names and marks are here alone; what writes the files uses these constants.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

/// The settings of a run.
pub const CONFIG: &str = "config.toml";

/// The folder of a run's checkpoints.
pub const CHECKPOINTS: &str = "checkpoints";

/// The folder of a run's samples.
pub const SAMPLES: &str = "samples";

/// The log of a run.
pub const LOG: &str = "log.jsonl";

/// The metrics of a run.
pub const METRICS: &str = "metrics.jsonl";

/// The events of a run.
pub const EVENTS: &str = "events.jsonl";

/// The evaluations of a run.
pub const EVALUATIONS: &str = "evaluations.jsonl";

/// The plot of a run's evaluations.
pub const QUALITY: &str = "quality.png";

/// The plot of a run's losses.
pub const LOSSES: &str = "losses.png";

/// The sheet of real images of a run.
pub const REALS: &str = "reals.png";

/// The images of a run that exceed its memory limit.
pub const IMAGE_CACHE: &str = "pictures.cache";

/// The keyword of the `tEXt` chunk that every PNG of this program has, and the first word of the
/// comment that every GIF has.
pub const MARK: &str = "dcgan";

/// What the program's ONNX files begin with: the version of the format, then the program as producer.
const ONNX_START: &[u8] = b"\x08\x07\x12\x05dcgan";

/// What the program's pages begin with.
const PAGE_START: &[u8] = b"<!doctype html>\n<!-- dcgan ";

/// The first bytes of a `.gen` file.
const GEN_START: &[u8] = b"DCGANGEN";

/// The first bytes of a checkpoint.
const CHECKPOINT_MAGIC: &[u8] = b"DCGANRUN";

/// Settings that no other program's `config.toml` has together.
const SETTINGS: [&str; 3] = ["nz", "ngf", "ndf"];

/// The longest `config.toml` that is looked into, in bytes.
const MAX_CONFIG: u64 = 1 << 16;

/// Chunks or blocks of an image file that are looked at; this program's mark is among the first.
const MAX_BLOCKS: usize = 64;

/// Bytes read at a time.
const BLOCK: usize = 512;

/// Whether the folder is that of a run: it has the settings or a checkpoint of one.
pub fn is_run(folder: &Path) -> bool {
    has_settings(&folder.join(CONFIG)).unwrap_or(false) || has_checkpoint(&folder.join(CHECKPOINTS))
}

/// Whether an entry of a run's folder belongs to the run. Its samples do not count: they are
/// recognised one by one, because other images may lie beside them.
pub(crate) fn is_run_entry(name: &OsStr) -> bool {
    const FILES: [&str; 9] =
        [CONFIG, LOG, METRICS, EVENTS, EVALUATIONS, LOSSES, QUALITY, REALS, IMAGE_CACHE];
    name == CHECKPOINTS || FILES.iter().any(|n| name == *n)
}

fn has_settings(config: &Path) -> io::Result<bool> {
    let mut text = String::new();
    File::open(config)?.take(MAX_CONFIG).read_to_string(&mut text)?;
    let has =
        |key: &str| text.lines().any(|line| line.split('=').next().unwrap_or("").trim() == key);
    Ok(SETTINGS.iter().all(|key| has(key)))
}

fn has_checkpoint(checkpoints: &Path) -> bool {
    let entries = fs::read_dir(checkpoints).into_iter().flatten().flatten();
    let is_checkpoint = |path: &Path| -> io::Result<bool> {
        let mut magic = [0; CHECKPOINT_MAGIC.len()];
        File::open(path)?.read_exact(&mut magic)?;
        Ok(magic == CHECKPOINT_MAGIC)
    };
    let files = entries.map(|entry| entry.path()).filter(|path| path.is_file());
    files.take(MAX_BLOCKS).any(|path| is_checkpoint(&path).unwrap_or(false))
}

/// Whether this program wrote the PNG or GIF: it has a `tEXt` chunk with the keyword [`MARK`], or one
/// that names this program as the software, or a comment that starts with [`MARK`]. Looks at a bounded
/// number of chunks before the pixels, never at pixels.
pub fn is_own_image(image: impl Read + Seek) -> bool {
    let mut image = BufReader::with_capacity(BLOCK, image);
    let mut magic = [0; 6];
    let found = image.read_exact(&mut magic).and_then(|()| match &magic {
        b"\x89PNG\r\n" => png_has_mark(&mut image),
        b"GIF87a" | b"GIF89a" => gif_has_mark(&mut image),
        _ => Ok(false),
    });
    // A file that ends before its pixels is damaged, which its decoder reports.
    found.unwrap_or(false)
}

/// Whether this program wrote the ONNX file, `.gen` file or page: it names the program where it begins.
pub fn is_own_export(file: impl Read) -> bool {
    let mut start = Vec::new();
    let starts = [ONNX_START, PAGE_START, GEN_START];
    let longest = starts.iter().map(|start| start.len()).max().unwrap_or(0) as u64;
    let read = file.take(longest).read_to_end(&mut start);
    read.is_ok() && starts.iter().any(|own| start.starts_with(own))
}

fn png_has_mark(png: &mut BufReader<impl Read + Seek>) -> io::Result<bool> {
    png.seek_relative(2)?;
    for _ in 0..MAX_BLOCKS {
        let [length @ .., k, i, n, d] = array::<8>(png)?;
        let length = u32::from_be_bytes(length);
        let mut text = Vec::new();
        match &[k, i, n, d] {
            b"IDAT" | b"IEND" => return Ok(false),
            b"tEXt" => drop(png.by_ref().take(length.min(16).into()).read_to_end(&mut text)?),
            _ => {}
        }
        let software = text.strip_prefix(b"Software\0").and_then(|text| strip_mark(text));
        let names_program = software.is_some_and(|rest| matches!(rest, [] | [b' ', ..]));
        if names_program || strip_mark(&text).is_some_and(|rest| rest.starts_with(b"\0")) {
            return Ok(true);
        }
        let checksum = 4;
        png.seek_relative(i64::from(length) - text.len() as i64 + checksum)?;
    }
    Ok(false)
}

fn gif_has_mark(gif: &mut BufReader<impl Read + Seek>) -> io::Result<bool> {
    let screen: [u8; 7] = array(gif)?;
    gif.seek_relative(palette_length(screen[4]))?;
    for _ in 0..MAX_BLOCKS {
        let [EXTENSION, label, length] = array(gif)? else { return Ok(false) };
        let mut text = Vec::new();
        if label == COMMENT {
            gif.by_ref().take(u64::from(length).min(MARK.len() as u64)).read_to_end(&mut text)?;
        }
        if strip_mark(&text).is_some() {
            return Ok(true);
        }
        let mut rest = i64::from(length) - text.len() as i64;
        for _ in 0..MAX_BLOCKS {
            gif.seek_relative(rest)?;
            match array(gif)? {
                [0] => break,
                [length] => rest = length.into(),
            }
        }
    }
    Ok(false)
}

/// The first byte of an extension of a GIF.
const EXTENSION: u8 = 0x21;

/// The second byte of an extension that is a comment.
const COMMENT: u8 = 0xfe;

/// Bytes of the palette of a GIF whose header has these flags.
fn palette_length(flags: u8) -> i64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Adds a comment to a GIF, by which [`is_own_image`] recognises it: [`MARK`], a space, and `text`, at
/// most 255 bytes in all.
///
/// # Panics
/// If it is not a GIF.
pub fn mark_gif(gif: &mut Vec<u8>, text: &str) {
    assert!(gif.starts_with(b"GIF8") && gif.len() > 13, "not a GIF");
    let text = format!("{MARK} {text}").into_bytes();
    let text = &text[..text.len().min(255)];
    let at = 13 + palette_length(gif[10]) as usize;
    let comment = [&[EXTENSION, COMMENT, text.len() as u8], text, &[0]].concat();
    gif.splice(at..at, comment);
}

fn strip_mark(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(MARK.as_bytes())
}

fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}
