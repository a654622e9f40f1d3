use std::path::Path;

use dcgan_data::{Batches, Shape, Source};
use dcgan_gan::{DatasetFingerprint, Engine, State};

use crate::cache::{self, unreadable};
use crate::checkpoint_dir::{self, Checkpoint, Reason};
use crate::evaluation::Evaluator;
use crate::few_images;
use crate::files::Real;
use crate::initial::check_random;
use crate::journal::{Evaluations, Incidents, Log, Metrics};
use crate::kernel_choice::Simd;
use crate::messages::counted;
use crate::observer::{Event, Observer};
use crate::origin::{Origin, Program};
use crate::quality::Quality;
use crate::run_error::{Result, RunError};
use crate::run_folder::{self, RunFolder};
use crate::session::Session;
use crate::settings::{Options, SYNTHETIC, Settings};

/// What a session starts from.
struct Start<'a> {
    options: &'a Options,
    folder: RunFolder,
    settings: Settings,
    source: Source,
    engine: Box<dyn Engine>,
    /// The required fingerprint of the images; `None` accepts any.
    required: Option<DatasetFingerprint>,
}

impl<'a> Session<'a> {
    /// A new run with these options, in a new folder. Reads all images.
    ///
    /// # Errors
    /// If an option is not valid, the images cannot be read, or the folder already contains a run, is in use or
    /// cannot be written to. No folder is left behind in that case.
    pub fn new(
        options: &Options,
        program: Program,
        observer: &'a mut dyn Observer,
    ) -> Result<Self> {
        let unusable = |error| RunError::Dataset { error };
        let data = options.data.as_deref();
        run_folder::check_apart(options.out.as_deref(), data)?;
        let source = match &options.data {
            Some(path) => Source::at(path).map_err(unusable)?,
            None => Source::Synthetic { count: SYNTHETIC, seed: options.seed() },
        };
        let survey = dcgan_data::survey(&source).map_err(unusable)?;
        let mut settings = Settings::new(options, &source, survey)?;
        // Before there is a folder: a device that cannot be used leaves none behind.
        let device = settings.device.open()?;
        settings.compute_on(device.identity());
        let mut state = State::new(settings.config)?;
        if let Some(initial) = &options.from {
            initial.fill(&mut state);
        }
        let engine = device.engine(state, settings.backend())?;
        let folder = RunFolder::new(options.out.as_deref(), &name(data))?;
        let start =
            Start { options, folder: folder.clone(), settings, source, engine, required: None };
        prepare(start, program, observer).inspect_err(|_| folder.remove_if_empty())
    }

    /// Resumes the run in `options.out` from its newest checkpoint. Options that are not given keep the values
    /// of the run. Reads all images. A run that is complete is left as it is, and [`Session::run`] says so.
    ///
    /// # Errors
    /// If there is no run, it is in use, an option contradicts it or ends it before the steps that it has taken,
    /// or the images cannot be read or are not the ones that it was trained on.
    pub fn resume(
        options: &Options,
        program: Program,
        observer: &'a mut dyn Observer,
    ) -> Result<Self> {
        let out = options.out.as_deref();
        let out = out.ok_or_else(|| {
            RunError::failed("out is not set: resuming needs the folder of the run")
        })?;
        let folder = RunFolder::existing(out)?;
        let mut settings = folder.read_settings()?.resumed(options)?;
        if let Some(warning) = settings.compute_here(Simd::is_supported) {
            observer.event(&Event::Warning(&warning));
        }
        let device = settings.device.open()?;
        if let Some(warning) = settings.compute_on(device.identity()) {
            observer.event(&Event::Warning(&warning));
        }
        let state = newest_state(&folder, &settings, observer)?;
        let source = settings.source().map_err(unreadable)?;
        let recorded = || settings.origins.last().and_then(Origin::data);
        let known = if state.step > 0 { Some(state.dataset) } else { recorded() };
        let required = known.filter(|_| !options.allow_data_change);
        let engine = device.engine(state, settings.backend())?;
        let start = Start { options, folder, settings, source, engine, required };
        let mut session = prepare(start, program, observer)?;
        if session.is_complete() {
            return Ok(session);
        }
        session.attempt(|session| {
            let (state, keep) = (session.engine.state()?, session.settings.keep);
            checkpoint_dir::tidy(session.folder.path(), state, keep, &session.metrics)
        });
        Ok(session)
    }
}

/// The newest saved state of a run, or its initial state if nothing has been saved.
fn newest_state(
    folder: &RunFolder,
    settings: &Settings,
    observer: &mut dyn Observer,
) -> Result<State> {
    if checkpoint_dir::list(folder.path())?.is_empty() {
        check_random(folder.path(), settings)?;
        observer.event(&Event::Resumed { checkpoint: None, step: 0 });
        return Ok(State::new(settings.config)?);
    }
    let warn = |warning: String| observer.event(&Event::Warning(&warning));
    let Checkpoint { path, state, .. } = checkpoint_dir::newest(folder.path(), warn)?;
    if state.config != settings.config {
        return Err(RunError::at(
            &path,
            "belongs to a different run than config.toml; restore the original config.toml",
        ));
    }
    observer.event(&Event::Resumed { checkpoint: Some(&path), step: state.step });
    Ok(state)
}

/// Reads the images and sets up everything that the training loop needs.
fn prepare<'a>(
    start: Start<'_>,
    program: Program,
    observer: &'a mut dyn Observer,
) -> Result<Session<'a>> {
    let Start { options, folder, mut settings, source, mut engine, required } = start;
    if let Some(warning) = folder.lock_warning() {
        observer.event(&Event::Warning(warning));
    }
    let config = settings.config;
    let shape = Shape { side: config.image_size, channels: config.channels };
    let images = cache::load(&folder, &source, shape, options.memory_limit, observer)?;
    let dataset = DatasetFingerprint { images: images.len() as u64, crc32: images.crc32() };
    engine.set_dataset(dataset);
    if let Some(required) = required.filter(|required| *required != dataset) {
        let difference = difference(required, dataset);
        return Err(RunError::DataChanged { data: source.to_string(), difference });
    }
    let batches =
        Batches::new(images.len(), config.batch_size, config.seed).with_flips(config.flip);
    let total = total_steps(&settings, &batches);
    let step = engine.progress().step;
    check_length(options, &settings, step, total)?;
    let complete = step >= total;
    let metrics = Metrics::open(folder.metrics(), step)?;
    if !complete {
        if options.from.is_some() {
            // What starts at random can be drawn again, but not this.
            let (path, keep) = (folder.path(), settings.keep);
            checkpoint_dir::save(
                &mut Real,
                path,
                engine.state_to_show()?,
                keep,
                Reason::Due,
                &metrics,
            )?;
        }
        for change in
            settings.resume_from(engine.state()?, options.from.as_deref(), program.version)
        {
            observer.event(&Event::Warning(&format!("the run was started differently: {change}")));
        }
        folder.write_settings(&settings)?;
        if step == 0 {
            for warning in few_images::warnings(images.len(), options) {
                observer.event(&Event::Warning(&warning));
            }
        }
        observer.event(&Event::Started {
            settings: &settings,
            images: images.len(),
            folder: folder.path(),
            step,
            total,
            program,
            device_memory: engine.device_memory(),
        });
    }
    let quality = settings.keep.best.filter(|_| !complete).map(|_| Quality::new(&images));
    let evaluates = settings.evaluate_every > 0 && !complete;
    let evaluator = if evaluates { Evaluator::new(&images) } else { None };
    if evaluates && evaluator.is_none() {
        observer.event(&Event::Warning(&few_images::cannot_evaluate(images.len())));
    }
    Ok(Session {
        evaluations: Evaluations::up_to(folder.evaluations(), step)?,
        evaluator,
        metrics,
        quality,
        log: Log::up_to(folder.log(), step)?,
        incidents: Incidents::up_to(folder.events(), engine.state()?)?,
        engine,
        folder,
        settings,
        images,
        batches,
        total,
        program,
        observer,
        trouble: String::new(),
    })
}

/// Steps after which a run ends.
fn total_steps(settings: &Settings, batches: &Batches) -> u64 {
    match (settings.epochs, settings.steps) {
        (Some(epochs), _) => batches.steps_for(epochs),
        (None, steps) => steps.unwrap_or(0),
    }
}

/// Refuses a length that was asked for and that the run is already beyond.
fn check_length(options: &Options, settings: &Settings, taken: u64, total: u64) -> Result<()> {
    let (name, value) = match (settings.epochs, settings.steps) {
        (Some(epochs), _) => ("epochs", epochs),
        (None, steps) => ("steps", steps.unwrap_or(0)),
    };
    if taken <= total || !options.gives(name) {
        return Ok(());
    }
    let taken = counted(taken, "step");
    let why = match name {
        "epochs" => {
            format!("that is {}, and the run has already taken {taken}", counted(total, "step"))
        }
        _ => format!("the run has already taken {taken}"),
    };
    Err(RunError::Setting { name: name.to_owned(), value: value.to_string(), why })
}

/// Describes how the images have changed, as far as their fingerprints show.
fn difference(then: DatasetFingerprint, now: DatasetFingerprint) -> String {
    let count = |print: DatasetFingerprint| counted(print.images, "image");
    if then.images != now.images {
        return format!("{} then, {} now", count(then), count(now));
    }
    format!(
        "{} then and now, but different ones or in a different order (CRC-32 {:08x} then, {:08x} now)",
        count(then),
        then.crc32,
        now.crc32
    )
}

/// The name of a run: the last part of the data's path.
fn name(data: Option<&Path>) -> String {
    let stem = data.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let stem = stem.as_deref().and_then(Path::file_stem);
    let stem = stem.map_or("cats".into(), std::ffi::OsStr::to_string_lossy);
    stem.strip_suffix(".tar").unwrap_or(&stem).to_owned()
}
