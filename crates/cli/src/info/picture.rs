use std::path::Path;

use anyhow::{Context, Result};

use crate::console::{count, say};
use crate::provenance::Provenance;

/// Tells how the pictures of a PNG file were made.
pub(super) fn describe(path: &Path, bytes: &[u8]) -> Result<()> {
    let (made, software) = Provenance::read(bytes).with_context(|| path.display().to_string())?;
    let pictures = count(made.count(), "picture");
    match made.padding {
        0 => say(format_args!("{}: a picture", path.display())),
        _ => say(format_args!(
            "{}: {pictures} in {} of {}",
            path.display(),
            count(made.rows(), "row"),
            made.columns
        )),
    }
    say(format_args!("made by        {software}"));
    say(format_args!("model          {}", made.maker.model));
    if made.maker.steps > 0 {
        say(format_args!("after          {}", count(made.maker.steps, "step")));
    }
    let mut place = 0;
    for tiles in &made.tiles {
        let lines = tiles.describe();
        // A line stands for all of them, or for one after the other.
        let each = tiles.len() / lines.len().max(1) as u64;
        for line in lines {
            say(format_args!("{:14} {line}", places(&made, place, each)));
            place += each;
        }
    }
    let tile = if made.padding == 0 { "" } else { " --tile 1,1" };
    say(format_args!(
        "again: dcgan regenerate {}{tile} --model RUN --out again.png",
        path.display()
    ));
    Ok(())
}

/// So many places from one on, as --tile counts them.
fn places(made: &Provenance, first: u64, many: u64) -> String {
    let place = |i: u64| format!("{},{}", i / made.columns + 1, i % made.columns + 1);
    match (made.padding, many) {
        (0, _) => "from".to_owned(),
        (_, 1) => format!("tile {}", place(first)),
        _ => format!("tiles {}-{}", place(first), place(first + many - 1)),
    }
}
