//! The problems of a dataset, a line for each kind, with what training does about it.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_data::{
    Duplicate, Examination, Exclusion, Misnamed, Small, Source, few_images, how_to_convert, shown,
};

use crate::console::{count, print};

/// An image that is enlarged by this factor or more is blurred.
const BLURRED: usize = 2;

/// All problems of one kind.
pub(super) struct Kind {
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// Whether the user should do something about it.
    pub(super) warns: bool,
    /// How many there are, of what, and the outcome.
    pub(super) text: String,
    /// The files or images.
    pub(super) items: Vec<Item>,
}

/// A file or image with a problem.
pub(super) struct Item {
    pub(super) image: Image,
    /// What else there is to say about it.
    pub(super) detail: Option<String>,
}

/// A file, or an image among all those in one file.
pub(super) enum Image {
    File(PathBuf),
    Index(usize),
}

impl Kind {
    /// Items, each of which is called `one`.
    fn new(name: &'static str, items: Vec<Item>, one: &str, rest: impl fmt::Display) -> Self {
        let text = format!("{} {rest}", count(items.len() as u64, one));
        Self { name, warns: true, text, items }
    }
}

impl Item {
    fn file(path: &Path, detail: Option<String>) -> Self {
        Self { image: Image::File(path.to_owned()), detail }
    }

    fn image(examination: &Examination, i: usize, detail: Option<String>) -> Self {
        Self { image: Image::at(examination, i), detail }
    }
}

impl Image {
    /// The file of an image, or its index in an array.
    fn at(examination: &Examination, i: usize) -> Self {
        examination.file(i).map_or(Self::Index(i), |file| Self::File(file.to_owned()))
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::File(path) => shown(path).fmt(f),
            Self::Index(i) => write!(f, "image {i}"),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{}: {detail}", self.image),
            None => self.image.fmt(f),
        }
    }
}

/// The kinds of problems that a dataset has.
pub(super) fn all(source: &Source, examination: &Examination) -> Vec<Kind> {
    let built_in = matches!(source, Source::Synthetic { .. });
    let few = few_images(examination.images).filter(|_| !built_in);
    let few = few.map(|text| Kind { name: "few_images", warns: true, text, items: Vec::new() });
    let kinds = [
        broken(examination),
        duplicates(examination),
        flat(examination),
        small(examination),
        animated(examination),
        misnamed(examination),
    ];
    let kinds = unsupported(examination).into_iter().chain(kinds);
    few.into_iter().chain(kinds.filter(|kind| !kind.items.is_empty())).collect()
}

/// Prints the problems, with `list` also the files.
pub(super) fn print_all(kinds: &[Kind], list: bool) -> Result<()> {
    if kinds.is_empty() {
        print("problems       none found")?;
    }
    for Kind { warns, text, items, .. } in kinds {
        let label = if *warns { "warning" } else { "note" };
        print(format_args!("{label:<15}{text}"))?;
        for item in items.iter().filter(|_| list) {
            print(format_args!("  {item}"))?;
        }
    }
    Ok(())
}

/// A kind for each format.
fn unsupported(examination: &Examination) -> Vec<Kind> {
    let groups = examination.report.exclusions().into_iter();
    let unsupported = groups.filter(|(why, _)| matches!(why, Exclusion::Unsupported(_)));
    let kind = |(why, files): (Exclusion, Vec<&Path>)| {
        let rest = format!("that cannot be read: skipped; {}", how_to_convert(files[0]));
        let items = files.into_iter().map(|file| Item::file(file, None)).collect();
        Kind::new("unsupported", items, &why.to_string(), rest)
    };
    unsupported.map(kind).collect()
}

fn broken(examination: &Examination) -> Kind {
    let skipped = examination.report.skipped.iter();
    let items = skipped.map(|s| Item::file(&s.path, Some(s.reason.clone()))).collect();
    Kind::new("broken", items, "file", "broken, truncated or unreadable: skipped")
}

fn duplicates(examination: &Examination) -> Kind {
    let item = |&Duplicate { image, of }: &Duplicate| {
        let detail = format!("identical to {}", Image::at(examination, of));
        Item::image(examination, image, Some(detail))
    };
    let items = examination.findings.duplicates.iter().map(item).collect();
    let rest = "identical to an earlier one: kept, and used more often";
    Kind::new("duplicate", items, "image", rest)
}

fn flat(examination: &Examination) -> Kind {
    let flat = examination.findings.flat.iter();
    let items = flat.map(|&i| Item::image(examination, i, None)).collect();
    Kind::new("flat", items, "image", "of nearly one colour: kept, but with no training signal")
}

fn small(examination: &Examination) -> Kind {
    let small = &examination.findings.small;
    let side = examination.shape.side;
    let item = |&Small { image, size: (width, height) }: &Small| {
        Item::image(examination, image, Some(format!("{width} × {height}")))
    };
    let blurred = |s: &Small| s.size.0.min(s.size.1) * BLURRED <= side;
    let rest = format!("with a side shorter than {side}: kept, enlarged");
    let kind = Kind::new("small", small.iter().map(item).collect(), "image", rest);
    Kind { warns: small.iter().any(blurred), ..kind }
}

fn animated(examination: &Examination) -> Kind {
    let animated = examination.findings.animated.iter();
    let items = animated.map(|&i| Item::image(examination, i, None)).collect();
    Kind::new("animated", items, "image", "animated: kept, first frame only")
}

fn misnamed(examination: &Examination) -> Kind {
    let item = |&Misnamed { image, claimed, content }: &Misnamed| {
        Item::image(examination, image, Some(format!("is {content}, not {claimed}")))
    };
    let items = examination.findings.misnamed.iter().map(item).collect();
    let rest = "with the extension of another format: kept, read by content";
    Kind::new("misnamed", items, "image", rest)
}
