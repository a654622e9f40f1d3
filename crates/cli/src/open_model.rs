//! Opens a model given on the command line: a run folder, a checkpoint, or weights from PyTorch.

use std::path::Path;

use anyhow::{Context, Result, bail};
use dcgan_gan::{Fingerprint, GeneratorWeights, State, checkpoint, interop};
use dcgan_run::checkpoint_dir::{self, Checkpoint, Saved};
use dcgan_run::files;
use dcgan_run::provenance::Maker;

use crate::console;

/// A generator that makes images.
pub(crate) struct Model {
    pub(crate) weights: GeneratorWeights,
    /// Training steps; 0 if unknown.
    pub(crate) steps: u64,
}

impl Model {
    /// What the images that it makes say of it.
    pub(crate) fn maker(&self) -> Maker {
        Maker::new(&self.weights, self.steps)
    }
}

/// What is at a path.
pub(crate) enum Opened {
    /// The state of a run.
    State(Box<State>),
    /// Weights from PyTorch, which are shown with the statistics that they come with.
    Weights(Box<State>),
}

impl Opened {
    /// The generator of what was opened: of a run as it is shown, or that of the last step alone.
    pub(crate) fn model(&self, raw: bool) -> Model {
        let (state, weights) = match self {
            Self::State(state) if raw => (state, state.raw()),
            Self::State(state) => (state, state.shown()),
            Self::Weights(state) => (state, state.as_trained()),
        };
        Model { weights, steps: state.step }
    }
}

/// The generator of a run folder, a checkpoint, or of weights from PyTorch.
pub(crate) fn open(path: &Path, raw: bool) -> Result<Model> {
    Ok(open_any(path)?.model(raw))
}

/// What is at a path. Files are told apart by their content.
pub(crate) fn open_any(path: &Path) -> Result<Opened> {
    if path.is_dir() {
        return Ok(Opened::State(Box::new(newest(path)?.state)));
    }
    if !path.exists() {
        bail!(
            "{} does not exist; name a run folder, a checkpoint, or the weights of a generator from PyTorch (.pth or .safetensors)",
            path.display()
        );
    }
    let bytes = files::read(path)?;
    let opened = if bytes.starts_with(checkpoint::MAGIC) {
        let state = checkpoint::decode(&bytes).map_err(anyhow::Error::from);
        state.map(|state| Opened::State(Box::new(state)))
    } else {
        let state = interop::import(&bytes, None).map_err(anyhow::Error::from);
        state.map(|state| Opened::Weights(Box::new(state)))
    };
    opened.with_context(|| path.display().to_string())
}

/// The newest valid checkpoint of a run. Warns about damaged ones.
pub(crate) fn newest(run: &Path) -> Result<Checkpoint> {
    Ok(checkpoint_dir::newest(run, console::warn)?)
}

/// The generator at `path` with this fingerprint: of a run folder, the newest one that any of its checkpoints
/// holds.
///
/// # Errors
/// If there is no model at `path`. A different model is not an error.
pub(crate) fn with_fingerprint(path: &Path, wanted: Fingerprint) -> Result<Found> {
    let opened = open_any(path)?;
    let (Opened::State(state) | Opened::Weights(state)) = &opened;
    if let Some(model) = form_of(state, wanted) {
        return Ok(Found::Wanted(model));
    }
    let older = if path.is_dir() { checkpoint_dir::list(path)? } else { Vec::new() };
    for Saved { path, .. } in older.iter().rev() {
        // `newest` has already reported damaged checkpoints, or stopped at a newer valid one.
        let Ok(Checkpoint { state, .. }) = checkpoint_dir::read(path) else { continue };
        if let Some(model) = form_of(&state, wanted) {
            return Ok(Found::Wanted(model));
        }
    }
    Ok(Found::Other(opened.model(false)))
}

/// The form of a state's generator that has this fingerprint. Images of the first versions were made with the
/// running statistics of training, which come first because nothing need be computed for them.
fn form_of(state: &State, wanted: Fingerprint) -> Option<Model> {
    let forms: [fn(&State) -> GeneratorWeights; 3] = [State::as_trained, State::shown, State::raw];
    let mut forms = forms.iter().map(|form| form(state));
    let weights = forms.find(|weights| Fingerprint::from_generator(weights) == wanted)?;
    Some(Model { weights, steps: state.step })
}

/// The result of a search for a model by its fingerprint.
pub(crate) enum Found {
    /// The requested model.
    Wanted(Model),
    /// The newest model, which is a different one.
    Other(Model),
}
