use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_data::{Batches, Pictures, Shape, Source};
use dcgan_gan::{DataPrint, State, Trainer};

use super::events::Events;
use super::folder::Folder;
use super::interrupt::Interrupt;
use super::log::Log;
use super::memory_limit::MemoryLimit;
use super::metrics::Metrics;
use super::origin::Origin;
use super::progress::Progress;
use super::quality::Quality;
use super::session::Session;
use super::settings::{DRAWN, Settings};
use super::{Args, cache, checkpoints};
use crate::console::{count, note, say};
use crate::failure::Ending;
use crate::method::Simd;
use crate::model::{self, Whole};
use crate::thread_pool::threads;

pub(crate) fn run(args: Args) -> Result<Ending> {
    let interrupt = Interrupt::listen()?;
    let threads = threads(args.threads)?;
    threads.install(|| {
        let session =
            if args.resume { resume(&args, interrupt)? } else { begin(&args, interrupt)? };
        let folder = session.folder.clone();
        let ending = session.run(&threads)?;
        if ending == Ending::Done {
            cache::remove(&folder);
        }
        Ok(ending)
    })
}

/// A new run.
fn begin(args: &Args, interrupt: Interrupt) -> Result<Session> {
    let source = match &args.data {
        Some(path) => Source::at(path)?,
        None => Source::Drawn { count: DRAWN, seed: args.seed.unwrap_or(42) },
    };
    let survey = dcgan_data::survey(&source)?;
    let settings = Settings::new(args, &source, survey)?;
    let folder = Folder::new(args.out.as_deref(), &name(args.data.as_deref()))?;
    let state = State::new(settings.config)?;
    let limit = args.memory_limit;
    prepare(&folder, settings, source, limit, state, interrupt, None)
        .inspect_err(|_| folder.forget())
}

/// A run gone on with.
fn resume(args: &Args, interrupt: Interrupt) -> Result<Session> {
    let out = args.out.as_deref().context("--resume needs the run's folder: --out RUN")?;
    let folder = Folder::existing(out)?;
    let mut settings = folder.read_settings()?.resumed(args)?;
    if let Some(told) = settings.compute_here(Simd::is_here) {
        note(format_args!("warning: {told}"));
    }
    let state = state_of(&folder, &settings)?;
    let source = match &settings.data {
        Some(path) => Source::at(Path::new(path))?,
        None => Source::Drawn { count: DRAWN, seed: settings.config.seed },
    };
    let noted = || settings.origins.last().and_then(Origin::data);
    let known = if state.step > 0 { Some(state.data) } else { noted() };
    let known = known.filter(|_| !args.allow_data_change);
    let mut session =
        prepare(&folder, settings, source, args.memory_limit, state, interrupt, known)?;
    session.keep(|session| {
        let state = session.trainer.state();
        checkpoints::tidy(session.folder.path(), state, session.settings.keep, &session.metrics)
    });
    Ok(session)
}

/// The newest state that a run has saved; the first, if it was stopped before it saved any.
fn state_of(folder: &Folder, settings: &Settings) -> Result<State> {
    if model::list(folder.path())?.is_empty() {
        say("The run has not saved anything yet; it begins anew");
        return Ok(State::new(settings.config)?);
    }
    let Whole { path, state, .. } = model::newest(folder.path())?;
    if state.config != settings.config {
        bail!(
            "{} is of another run than config.toml beside it describes; put back the config.toml that the run was begun with",
            path.display()
        );
    }
    say(format_args!("Going on from {} (step {})", path.display(), state.step));
    Ok(state)
}

/// Reads the pictures and makes all that the loop needs. With `known`, the pictures must be those.
fn prepare(
    folder: &Folder,
    mut settings: Settings,
    source: Source,
    limit: MemoryLimit,
    mut state: State,
    interrupt: Interrupt,
    known: Option<DataPrint>,
) -> Result<Session> {
    let config = settings.config;
    let shape = Shape { side: config.image_size, channels: config.channels };
    let pictures = cache::load(folder, &source, shape, limit)?;
    state.data = DataPrint { pictures: pictures.len() as u64, crc32: pictures.crc32() };
    if let Some(known) = known.filter(|known| *known != state.data) {
        bail!(
            "{source} is not what the run was trained on: {}; put the old ones back, or allow it with --allow-data-change",
            difference(known, state.data)
        );
    }
    let batches = Batches::new(pictures.len(), config.batch_size, config.seed);
    let total = match (settings.epochs, settings.steps) {
        (Some(epochs), _) => batches.steps_for(epochs),
        (None, steps) => steps.unwrap_or(0),
    };
    if state.step >= total {
        bail!(
            "the run in {} has taken its {total} steps; to go on give more, such as --epochs {}",
            folder.path().display(),
            settings.epochs.unwrap_or(batches.epoch(total).max(1)).saturating_mul(2)
        );
    }
    for told in settings.go_on(&state) {
        note(format_args!("warning: the run was begun otherwise: {told}"));
    }
    folder.write_settings(&settings)?;
    announce(&settings, &pictures, folder, total);
    let quality = settings.keep.best.map(|_| Quality::new(&pictures));
    Ok(Session {
        metrics: Metrics::open(folder.metrics(), state.step)?,
        quality,
        log: Log::up_to(folder.log(), state.step)?,
        events: Events::up_to(folder.events(), &state)?,
        progress: Progress::new(state.step, total)?,
        trainer: Trainer::resume(state).computing(settings.method()),
        folder: folder.clone(),
        settings,
        pictures,
        batches,
        interrupt,
        total,
        told: String::new(),
    })
}

/// How these pictures differ from those, as far as it is known.
fn difference(then: DataPrint, now: DataPrint) -> String {
    let pictures = |print: DataPrint| count(print.pictures, "picture");
    if then.pictures != now.pictures {
        return format!("{} then, {} now", pictures(then), pictures(now));
    }
    format!(
        "{} then and now, but not the same ones or not in the same order (CRC-32 {:08x} then, {:08x} now)",
        pictures(then),
        then.crc32,
        now.crc32
    )
}

fn announce(settings: &Settings, pictures: &Pictures, folder: &Folder, total: u64) {
    let config = &settings.config;
    let data = settings.data.as_deref().unwrap_or("the built-in cats");
    say(format_args!("{} from {data}", count(pictures.len() as u64, "picture")));
    say(format_args!(
        "{0} × {0} × {1}, nz {2}, ngf {3}, ndf {4}, batch {5}, lr {6}, beta1 {7}, seed {8}, {9}",
        config.image_size,
        config.channels,
        config.nz,
        config.ngf,
        config.ndf,
        config.batch_size,
        config.lr,
        config.beta1,
        config.seed,
        count(rayon::current_num_threads() as u64, "thread")
    ));
    if let Some(origin) = settings.origins.last() {
        say(format_args!("fingerprint {origin}"));
    }
    say(format_args!("{} into {}", count(total, "step"), folder.path().display()));
}

/// What a run is called after: the last part of the data's path.
fn name(data: Option<&Path>) -> String {
    let stem = data.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let stem = stem.as_deref().and_then(Path::file_stem);
    stem.map_or_else(|| "cats".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
