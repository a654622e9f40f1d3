//! What is odd about a set, a line for each kind, with what training does about it.

use dcgan_data::{Examination, Misnamed, Small};

use crate::console::{count, say};

/// A picture enlarged so many times or more is a blur among pictures.
const BLURRED: usize = 2;

/// All that is odd in one way.
struct Kind {
    /// Whether one should do something about it.
    warns: bool,
    one: &'static str,
    what: String,
    outcome: &'static str,
    /// A line for each.
    names: Vec<String>,
}

/// Says what was found, and with `list` where; whether any of it is a warning.
pub(super) fn tell(examination: &Examination, list: bool) -> bool {
    let kinds = [
        broken(examination),
        duplicates(examination),
        flat(examination),
        small(examination),
        animated(examination),
        misnamed(examination),
    ];
    let mut found = kinds.iter().filter(|kind| !kind.names.is_empty()).peekable();
    if found.peek().is_none() {
        say("found          nothing odd");
        return false;
    }
    let mut warned = false;
    for Kind { warns, one, what, outcome, names } in found {
        let label = if *warns { "warning" } else { "note" };
        say(format_args!("{label:<15}{} {what}: {outcome}", count(names.len() as u64, one)));
        if list {
            names.iter().for_each(|name| say(format_args!("  {name}")));
        }
        warned |= *warns;
    }
    if !list {
        say("names          with --list");
    }
    warned
}

fn broken(examination: &Examination) -> Kind {
    let skipped = &examination.report.skipped;
    Kind {
        warns: true,
        one: "file",
        what: "broken, cut off or not to be read".into(),
        outcome: "skipped",
        names: skipped.iter().map(|s| format!("{}: {}", s.path.display(), s.reason)).collect(),
    }
}

fn duplicates(examination: &Examination) -> Kind {
    let same = |d: &dcgan_data::Duplicate| {
        format!("{}: the same as {}", name(examination, d.image), name(examination, d.of))
    };
    Kind {
        warns: true,
        one: "picture",
        what: "the same as an earlier one".into(),
        outcome: "used, so what they show is seen more often",
        names: examination.findings.duplicates.iter().map(same).collect(),
    }
}

fn flat(examination: &Examination) -> Kind {
    Kind {
        warns: true,
        one: "picture",
        what: "of nearly one colour".into(),
        outcome: "used, though nothing is learnt from that",
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
        one: "picture",
        what: format!("with a side shorter than {side}"),
        outcome: "used, enlarged",
        names: small.iter().map(line).collect(),
    }
}

fn animated(examination: &Examination) -> Kind {
    Kind {
        warns: true,
        one: "picture",
        what: "animated".into(),
        outcome: "used, the first frame only",
        names: examination.findings.animated.iter().map(|&i| name(examination, i)).collect(),
    }
}

fn misnamed(examination: &Examination) -> Kind {
    let line = |&Misnamed { image, claimed, content }: &Misnamed| {
        format!("{}: is {content}, not {claimed}", name(examination, image))
    };
    Kind {
        warns: true,
        one: "picture",
        what: "named as another format".into(),
        outcome: "used, as the content decides",
        names: examination.findings.misnamed.iter().map(line).collect(),
    }
}

/// The file of a picture, or which of the pictures of a file it is.
fn name(examination: &Examination, picture: usize) -> String {
    let file = examination.file(picture);
    file.map_or_else(|| format!("picture {picture}"), |file| file.display().to_string())
}
