use std::path::Path;

use anyhow::{Context, Result};
use dcgan_run::provenance::{Animation, Contents, Maker, Provenance};
use serde_json::json;

use crate::console::{count, print, print_json};
use crate::invocation::Invocation;

/// Prints what a PNG file of this program shows, and how generated images were made.
pub(super) fn describe(
    path: &Path,
    bytes: &[u8],
    json: bool,
    invocation: &Invocation,
) -> Result<()> {
    match Contents::read(bytes).with_context(|| path.display().to_string())? {
        (Contents::Generated(made), software) if json => print_json(&json!({
            "kind": "image",
            "file": path.display().to_string(),
            "software": software,
            "images": made.count(),
            "provenance": made,
        })),
        (Contents::Illustration(illustration), software) if json => print_json(&json!({
            "kind": "image",
            "file": path.display().to_string(),
            "software": software,
            "shows": illustration,
        })),
        (Contents::Animation(animation), software) if json => print_json(&json!({
            "kind": "image",
            "file": path.display().to_string(),
            "software": software,
            "animation": animation,
        })),
        (Contents::Animation(animation), software) => {
            describe_animation(path, &animation, &software, invocation)
        }
        (Contents::Generated(made), software) => {
            describe_generated(path, &made, &software, invocation)
        }
        (Contents::Illustration(illustration), software) => {
            print(format_args!("{}: {illustration}", path.display()))?;
            print(format_args!("made by        {software}"))
        }
    }
}

fn describe_animation(
    path: &Path,
    Animation { maker, arguments }: &Animation,
    software: &str,
    invocation: &Invocation,
) -> Result<()> {
    print(format_args!("{}: an animation", path.display()))?;
    print(format_args!("made by        {software}"))?;
    describe_maker(maker)?;
    let more = format!("{arguments} --out again.apng");
    let command = invocation.command("interpolate", Path::new("RUN"), &more);
    print(format_args!("make it again with: {command}"))
}

fn describe_maker(maker: &Maker) -> Result<()> {
    print(format_args!("model          {}", maker.model))?;
    if maker.steps > 0 {
        print(format_args!("after          {}", count(maker.steps, "step")))?;
    }
    Ok(())
}

fn describe_generated(
    path: &Path,
    made: &Provenance,
    software: &str,
    invocation: &Invocation,
) -> Result<()> {
    let images = count(made.count(), "image");
    match made.padding {
        0 => print(format_args!("{}: one image", path.display()))?,
        _ => print(format_args!(
            "{}: {images} in {} of {}",
            path.display(),
            count(made.rows(), "row"),
            made.columns
        ))?,
    }
    print(format_args!("made by        {software}"))?;
    describe_maker(&made.maker)?;
    if made.truncation() < 1.0 {
        print(format_args!("truncation     {}", made.truncation()))?;
    }
    if made.scale() > 1 {
        print(format_args!("scale          {}", made.scale()))?;
    }
    let mut place = 0;
    for tiles in &made.tiles {
        let lines = tiles.describe();
        // `describe` returns one line for all of them, or one for each.
        let each = tiles.len() / lines.len().max(1) as u64;
        for line in lines {
            print(format_args!("{:14} {line}", places(made, place, each)))?;
            place += each;
        }
    }
    let tile = if made.padding == 0 { "" } else { " --tile 1,1" };
    let more = format!("{tile} --model RUN --out again.png");
    let command = invocation.command("regenerate", path, more.trim_start());
    print(format_args!("regenerate with: {command}"))
}

/// The positions of `count` images from `first` on, as --tile counts them.
fn places(made: &Provenance, first: u64, count: u64) -> String {
    let place = |i: u64| format!("{},{}", i / made.columns + 1, i % made.columns + 1);
    match (made.padding, count) {
        (0, _) => "from".to_owned(),
        (_, 1) => format!("tile {}", place(first)),
        _ => format!("tiles {}-{}", place(first), place(first + count - 1)),
    }
}
