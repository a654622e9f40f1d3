//! The problems of a dataset, a line for each kind, with what training does about it.

use anyhow::Result;
use dcgan_data::{Examination, Misnamed, Paged, Small};

use crate::console::{count, print};

/// An image that is enlarged by this factor or more is blurred.
const BLURRED: usize = 2;

/// All problems of one kind.
struct Kind {
    /// Whether the user should do something about it.
    warns: bool,
    one: &'static str,
    what: String,
    outcome: &'static str,
    /// A line for each.
    names: Vec<String>,
}

/// Prints the problems, with `list` also the files. Returns whether any of them is a warning.
pub(super) fn print_all(examination: &Examination, list: bool) -> Result<bool> {
    let kinds = [
        broken(examination),
        duplicates(examination),
        flat(examination),
        small(examination),
        animated(examination),
        paged(examination),
        misnamed(examination),
    ];
    let mut found = kinds.iter().filter(|kind| !kind.names.is_empty()).peekable();
    if found.peek().is_none() {
        print("problems       none found")?;
        return Ok(false);
    }
    let mut warned = false;
    for Kind { warns, one, what, outcome, names } in found {
        let label = if *warns { "warning" } else { "note" };
        print(format_args!("{label:<15}{} {what}: {outcome}", count(names.len() as u64, one)))?;
        if list {
            for name in names {
                print(format_args!("  {name}"))?;
            }
        }
        warned |= *warns;
    }
    if !list {
        print("files          with --list")?;
    }
    Ok(warned)
}

fn broken(examination: &Examination) -> Kind {
    let skipped = &examination.report.skipped;
    Kind {
        warns: true,
        one: "file",
        what: "broken, truncated or unreadable".into(),
        outcome: "skipped",
        names: skipped.iter().map(|s| format!("{}: {}", s.path.display(), s.reason)).collect(),
    }
}

fn duplicates(examination: &Examination) -> Kind {
    let same = |d: &dcgan_data::Duplicate| {
        format!("{}: identical to {}", name(examination, d.image), name(examination, d.of))
    };
    Kind {
        warns: true,
        one: "image",
        what: "identical to an earlier one".into(),
        outcome: "kept, and used more often",
        names: examination.findings.duplicates.iter().map(same).collect(),
    }
}

fn flat(examination: &Examination) -> Kind {
    Kind {
        warns: true,
        one: "image",
        what: "of nearly one colour".into(),
        outcome: "kept, but with no training signal",
        names: examination.findings.flat.iter().map(|&i| name(examination, i)).collect(),
    }
}

fn small(examination: &Examination) -> Kind {
    let small = &examination.findings.small;
    let side = examination.shape.side;
    let line = |&Small { image, size: (width, height) }: &Small| {
        format!("{}: {width} × {height}", name(examination, image))
    };
    let blurred = |s: &Small| s.size.0.min(s.size.1) * BLURRED <= side;
    Kind {
        warns: small.iter().any(blurred),
        one: "image",
        what: format!("with a side shorter than {side}"),
        outcome: "kept, enlarged",
        names: small.iter().map(line).collect(),
    }
}

fn animated(examination: &Examination) -> Kind {
    Kind {
        warns: true,
        one: "image",
        what: "animated".into(),
        outcome: "kept, first frame only",
        names: examination.findings.animated.iter().map(|&i| name(examination, i)).collect(),
    }
}

fn paged(examination: &Examination) -> Kind {
    let line = |paged: &Paged| {
        format!("{}: first of {} pages", name(examination, paged.image), paged.pages)
    };
    Kind {
        warns: true,
        one: "image",
        what: "of several pages".into(),
        outcome: "kept, first page only; split the file to use the others",
        names: examination.findings.paged.iter().map(line).collect(),
    }
}

fn misnamed(examination: &Examination) -> Kind {
    let line = |&Misnamed { image, claimed, content }: &Misnamed| {
        format!("{}: is {content}, not {claimed}", name(examination, image))
    };
    Kind {
        warns: true,
        one: "image",
        what: "with the extension of another format".into(),
        outcome: "kept, read by content",
        names: examination.findings.misnamed.iter().map(line).collect(),
    }
}

/// The file of an image, or its index in an array.
fn name(examination: &Examination, image: usize) -> String {
    let file = examination.file(image);
    file.map_or_else(|| format!("image {image}"), |file| file.display().to_string())
}
