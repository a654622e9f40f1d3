use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use dcgan_gan::{Generator, State};

mod compare;

use crate::canvas::{Canvas, PADDING};
use crate::failure::{Ending, usage};
use crate::generate::tiles;
use crate::model::Found;
use crate::provenance::{Maker, Provenance};
use crate::thread_pool::threads;
use crate::{console, done, files, model};
use compare::{Difference, compare};

/// The most pictures that are made at once.
const MOST: u64 = 100_000;

/// The most pixels of what is written.
const MOST_PIXELS: usize = 1 << 28;

/// `dcgan regenerate`.
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// A PNG that dcgan made: a picture, a grid, or a strip
    #[arg(value_name = "PICTURE.png")]
    picture: PathBuf,
    /// Which picture of a grid, counted from 1 at the top left, such as 3,5; without it all are made
    #[arg(long, value_name = "ROW,COLUMN")]
    tile: Option<Tile>,
    /// The model that made it: a run folder, whose checkpoints are looked through, a checkpoint, or a generator's safetensors file
    #[arg(long, value_name = "RUN_OR_FILE")]
    model: PathBuf,
    /// The PNG to write
    #[arg(long, value_name = "FILE.png")]
    out: PathBuf,
    /// Enlarge: each pixel becomes a square of N by N
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=32))]
    scale: u16,
    /// Take a model that did not make the picture: it shows what the same latents are to that one
    #[arg(long)]
    any_model: bool,
    /// Threads to work on [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// A place in a grid, as a user counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tile {
    pub(crate) row: u64,
    pub(crate) column: u64,
}

impl FromStr for Tile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse().ok().filter(|&n| n > 0);
        let pair = text.split_once(',').map(|(row, column)| (number(row), number(column)));
        match pair {
            Some((Some(row), Some(column))) => Ok(Self { row, column }),
            _ => Err("a row and a column, counted from 1, such as 3,5".to_owned()),
        }
    }
}

pub(crate) fn run(args: Args) -> Result<Ending> {
    check_out(&args)?;
    let bytes = files::read(&args.picture)?;
    let named = || args.picture.display().to_string();
    let (made, _) = Provenance::read(&bytes).with_context(named)?;
    let (first, wanted) = match args.tile {
        Some(tile) => only(&made, tile, &args.picture)?,
        None => (0, made.clone()),
    };
    let state = model(&args, &wanted)?;
    check_size(&args, &wanted, &state)?;
    let latents = wanted.latents(state.config.nz).with_context(named)?;
    let threads = threads(args.threads)?;
    let tiles = tiles(&threads.install(|| Generator::new(&state).generate(&latents)));
    let maker = Maker::of(&state);
    let difference = match maker.model == wanted.maker.model {
        true => compare(&bytes, &made, first, &tiles),
        false => None,
    };

    let tiles: Vec<Canvas> =
        tiles.iter().map(|tile| tile.enlarged(usize::from(args.scale))).collect();
    let picture = match wanted.padding {
        0 => tiles.into_iter().next().context("a text tells of at least one picture")?,
        _ => Canvas::grid(&tiles, wanted.columns as usize),
    };
    let count = console::count(wanted.count(), "picture");
    files::write(&args.out, &picture.png_of(&wanted.by(maker))?)?;
    tell(&args, &count, difference);
    done()
}

/// What came of it, and whether it is what was there.
fn tell(args: &Args, count: &str, difference: Option<Difference>) {
    let (out, picture) = (args.out.display(), args.picture.display());
    match difference {
        Some(Difference { pixels: 0, .. }) => {
            console::say(format_args!("{count} in {out}, every pixel as in {picture}"));
        }
        Some(Difference { pixels, of, most }) => {
            console::say(format_args!("{count} in {out}"));
            console::note(format_args!(
                "warning: {} of {} pixels are not those of {picture}, by {most} of 255 at most; another processor or version rounds otherwise, or the picture was changed",
                console::thousands(pixels as u64),
                console::thousands(of as u64)
            ));
        }
        None => console::say(format_args!("{count} in {out}")),
    }
}

/// Whether --out is a name to write to.
fn check_out(args: &Args) -> Result<()> {
    let Args { picture, out, .. } = args;
    if out.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("png")) {
        return Err(usage(format!("--out is {}: its name must end in .png", out.display())));
    }
    let file = |path: &Path| path.canonicalize().ok();
    if file(out).is_some() && file(out) == file(picture) {
        return Err(usage(format!("--out is {}, the picture itself", out.display())));
    }
    Ok(())
}

/// One picture of those that are told of, and its place among them.
fn only(made: &Provenance, Tile { row, column }: Tile, path: &Path) -> Result<(usize, Provenance)> {
    let place =
        (row - 1).checked_mul(made.columns).and_then(|before| before.checked_add(column - 1));
    let place = place.filter(|_| column <= made.columns);
    place.and_then(|place| Some((place as usize, made.only(place)?))).ok_or_else(|| {
        let (count, columns) = (made.count(), made.columns);
        let (last_row, last_column) = ((count - 1) / columns + 1, (count - 1) % columns + 1);
        usage(format!(
            "--tile is {row},{column}: {} holds {} in rows of {columns}, from 1,1 to {last_row},{last_column}",
            path.display(),
            console::count(count, "picture")
        ))
    })
}

/// The model that made the pictures, or with --any-model whatever there is.
fn model(args: &Args, made: &Provenance) -> Result<State> {
    if args.any_model {
        return model::open(&args.model);
    }
    let Maker { model: wanted, steps } = made.maker;
    match model::of_fingerprint(&args.model, wanted)? {
        Found::It(state) => Ok(state),
        Found::Another(found) => {
            let after = |steps| match steps {
                0 => String::new(),
                steps => format!(" (after {})", console::count(steps, "step")),
            };
            let Maker { model: found, steps: taken } = Maker::of(&found);
            bail!(
                "{} was made by the model {wanted}{}, and {} is {found}{}; give that model, such as another checkpoint, or take this one with --any-model",
                args.picture.display(),
                after(steps),
                args.model.display(),
                after(taken)
            )
        }
    }
}

/// Whether what is to be written is of a size that makes sense.
fn check_size(args: &Args, wanted: &Provenance, state: &State) -> Result<()> {
    if wanted.count() > MOST {
        return Err(usage(format!(
            "{} holds {}, of which {MOST} at most are made at once; name one with --tile",
            args.picture.display(),
            console::count(wanted.count(), "picture")
        )));
    }
    let side = state.config.image_size * usize::from(args.scale) + PADDING;
    let pixels = wanted.columns as usize * wanted.rows() as usize * side * side;
    if pixels > MOST_PIXELS {
        return Err(usage(format!(
            "--scale is {}: that makes a picture of {} million pixels; make it smaller, or name one picture with --tile",
            args.scale,
            pixels / 1_000_000
        )));
    }
    Ok(())
}
