use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::fit::fit;
use crate::{DataError, PictureFile, Progress, Report, Shape, Sink, Skipped, Survey, format, jpeg};

/// The most memory that a decoded picture may take. A header of a few bytes can promise more than
/// any machine has.
const MOST_BYTES: u64 = 512 << 20;

/// Why a file is not among the pictures.
enum Unusable {
    NotAPicture,
    Broken(String),
}

impl<E: std::error::Error> From<E> for Unusable {
    fn from(error: E) -> Self {
        let text = error.to_string();
        Self::Broken(text.lines().next().unwrap_or("cannot be read").to_owned())
    }
}

/// What lies in a folder: files in the order of their paths, and what could not even be listed.
pub(crate) struct Listing {
    pub(crate) files: Vec<PathBuf>,
    skipped: Vec<Skipped>,
}

impl Listing {
    pub(crate) fn of(folder: &Path) -> Self {
        let mut listing = Self { files: Vec::new(), skipped: Vec::new() };
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => listing.files.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => listing.skipped.push(Skipped {
                    path: error.path().unwrap_or(folder).to_owned(),
                    reason: match (error.loop_ancestor(), error.io_error()) {
                        (Some(above), _) => format!("is a link back to {}", above.display()),
                        (None, Some(io)) => io.to_string(),
                        (None, None) => error.to_string(),
                    },
                }),
            }
        }
        listing
    }
}

pub(crate) fn survey(folder: &Path) -> Result<Survey, DataError> {
    let Listing { files, skipped } = Listing::of(folder);
    let heads: Vec<Result<(usize, bool), Unusable>> =
        files.par_iter().map(|path| look(path)).collect();
    let mut sides: Vec<usize> = heads.iter().flatten().map(|(side, _)| *side).collect();
    if sides.is_empty() {
        let mut report = Report { skipped, ..Report::default() };
        for (path, why) in files.into_iter().zip(heads.into_iter().filter_map(Result::err)) {
            note(&mut report, path, why);
        }
        return Err(none(folder, report));
    }
    sides.sort_unstable();
    Ok(Survey {
        pictures: sides.len(),
        channels: if heads.iter().flatten().all(|(_, grey)| *grey) { 1 } else { 3 },
        side: sides[sides.len() / 2],
    })
}

pub(crate) fn read(
    folder: &Path,
    shape: Shape,
    progress: Progress,
    sink: Sink,
) -> Result<Report, DataError> {
    let Listing { files, skipped } = Listing::of(folder);
    let mut report = Report { skipped, ..Report::default() };
    let total = files.len();
    let (mut bytes, done) = (Vec::new(), AtomicUsize::new(0));
    for block in files.chunks(shape.block()) {
        bytes.resize(block.len() * shape.len(), 0);
        let outcomes: Vec<_> = block
            .par_iter()
            .zip(bytes.par_chunks_exact_mut(shape.len()))
            .map(|(path, out)| {
                let outcome = decode(path, shape, out);
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
                outcome
            })
            .collect();

        // Each file has its place in `bytes`, so that threads need not agree on anything; the places
        // of those that are no pictures are closed up here.
        let mut kept = 0;
        for (i, (path, outcome)) in block.iter().cloned().zip(outcomes).enumerate() {
            match outcome {
                Ok((format, size)) => {
                    bytes.copy_within(i * shape.len()..(i + 1) * shape.len(), kept * shape.len());
                    kept += 1;
                    report.count(PictureFile { path, format, size });
                }
                Err(why) => note(&mut report, path, why),
            }
        }
        sink(&bytes[..kept * shape.len()]).map_err(DataError::Kept)?;
    }
    report.skipped.sort();
    if report.files.is_empty() {
        return Err(none(folder, report));
    }
    Ok(report)
}

/// The pictures of `files`, which could be read before.
pub(crate) fn again(files: &[&PictureFile], shape: Shape) -> Result<Vec<u8>, DataError> {
    let mut bytes = vec![0; files.len() * shape.len()];
    files.par_iter().zip(bytes.par_chunks_exact_mut(shape.len())).try_for_each(|(file, out)| {
        decode(&file.path, shape, out).map(drop).map_err(|why| {
            let why = match why {
                Unusable::Broken(reason) => reason,
                Unusable::NotAPicture => "is no picture any more".to_owned(),
            };
            DataError::unfit(&file.path, format!("could be read a moment ago: {why}"))
        })
    })?;
    Ok(bytes)
}

/// Writes into the report why a file is not used.
fn note(report: &mut Report, path: PathBuf, why: Unusable) {
    match why {
        Unusable::NotAPicture => report.not_pictures += 1,
        Unusable::Broken(reason) => report.skipped.push(Skipped { path, reason }),
    }
}

fn none(folder: &Path, mut report: Report) -> DataError {
    report.skipped.sort();
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let broken = report.skipped.first().map(|first| {
        let files = plural(report.skipped.len(), "file");
        format!("{files} that cannot be read ({}: {})", first.path.display(), first.reason)
    });
    let others =
        (report.not_pictures > 0).then(|| plural(report.not_pictures, "file") + " of other kinds");
    let found: Vec<String> = broken.into_iter().chain(others).collect();
    DataError::NoPictures {
        path: folder.to_owned(),
        found: if found.is_empty() { "nothing".to_owned() } else { found.join(" and ") },
        skipped: report.skipped,
    }
}

/// The shorter side of a picture and whether it is grey, from its header.
fn look(path: &Path) -> Result<(usize, bool), Unusable> {
    let (_, format, file) = open(path)?;
    let decoder = ImageReader::with_format(file, format).into_decoder()?;
    let (width, height) = decoder.dimensions();
    let grey = matches!(
        decoder.color_type(),
        ColorType::L8 | ColorType::L16 | ColorType::La8 | ColorType::La16
    );
    Ok((width.min(height) as usize, grey))
}

/// Writes the picture at `path` into `out`; its format and size.
fn decode(
    path: &Path,
    shape: Shape,
    out: &mut [u8],
) -> Result<(&'static str, (usize, usize)), Unusable> {
    let (name, format, mut file) = open(path)?;
    if format == ImageFormat::Jpeg {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if !jpeg::is_whole(&bytes) {
            return Err(broken("is cut off"));
        }
        file.rewind()?;
    }
    let mut decoder = ImageReader::with_format(file, format).into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(broken("has no pixels"));
    }
    if decoder.total_bytes() > MOST_BYTES {
        return Err(broken(&format!("is {width} × {height} pixels, too many to be decoded")));
    }
    // A camera stores what its sensor saw, and beside it which way was up.
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    fit(&image, shape, out);
    Ok((name, (width as usize, height as usize)))
}

/// The file at `path` and the format that its first bytes tell.
fn open(path: &Path) -> Result<(&'static str, ImageFormat, BufReader<File>), Unusable> {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    if hidden {
        return Err(Unusable::NotAPicture);
    }
    let mut file = BufReader::new(File::open(path)?);
    let mut head = Vec::new();
    file.by_ref().take(64).read_to_end(&mut head)?;
    file.rewind()?;
    match format::of_content(&head) {
        Some((name, format)) => Ok((name, format, file)),
        None if format::claimed(path).is_none() => Err(Unusable::NotAPicture),
        None if head.is_empty() => Err(broken("is empty")),
        None => Err(broken("is no PNG, JPEG, WebP, BMP, GIF or TIFF, whatever its name says")),
    }
}

fn broken(reason: &str) -> Unusable {
    Unusable::Broken(reason.to_owned())
}
