//! The messages of a run, in terms of the command line.

use std::path::Path;
use std::time::Duration;

use dcgan_gan::Role;
use dcgan_gan::monitor::NonFinite;
use dcgan_run::journal::{Evaluation, Metric};
use dcgan_run::{Entry, Recipe, RunError, Settings};

use crate::console::{count, megabytes, thousands};
use crate::invocation::Invocation;

/// What is said of a GIF that is asked how it was made.
pub(crate) const NO_RECORD: &str =
    "a GIF, which does not record how it was made; a PNG or .apng of the same seeds does";

/// The first bytes of a GIF.
pub(crate) const GIF: &[u8] = b"GIF8";

/// An error of a run in one line, with the flags and commands that help.
pub(crate) fn error(error: &RunError, invocation: &Invocation) -> String {
    match error {
        RunError::Setting { name, value, why } if name == "device" => {
            format!("--device is {value}: {why}; --device cpu trains on the processor")
        }
        RunError::Setting { name, value, why } => format!("{} is {value}: {why}", flag(name)),
        RunError::Fixed { name, .. } => format!(
            "{}; leave out {}, or start a new run",
            error.to_string().replacen(name, &flag(name), 1),
            flag(name)
        ),
        RunError::FolderTaken { .. } => {
            format!("{error}; add --resume to continue it, or choose another --out")
        }
        RunError::FolderNotEmpty { .. } => {
            format!("{error}; choose an empty or a new folder with --out")
        }
        RunError::InsideData { .. } => {
            format!("{error}; choose a folder outside it with --out, such as --out ../run")
        }
        RunError::DataInsideRun { .. } => {
            format!("{error}, where dcgan writes its own images; move the data elsewhere")
        }
        RunError::NoRun { .. } => format!("{error}; leave out --resume to start one"),
        RunError::InUse { .. } => {
            format!("{error}; wait until it ends, stop it, or choose another --out")
        }
        RunError::DataChanged { .. } => {
            format!("{error}; restore the old images, or allow it with --allow-data-change")
        }
        RunError::NotSaved { newest, folder, .. } => format!(
            "{error}; free some space or repair the folder, then resume from {} with: {}",
            newest.map_or("the start".to_owned(), |step| format!("step {step}")),
            invocation.resume(folder, "")
        ),
        RunError::DeviceFailed { folder, .. } => format!(
            "{error}; resume on it, or on another device with --device, with: {}",
            invocation.resume(folder, "")
        ),
        RunError::Diverged { can_roll_back: true, folder, .. } => format!(
            "{error}, or retry with different latents: {}",
            invocation.resume(folder, "--on-divergence rollback")
        ),
        _ => error.report(),
    }
}

/// The flag of a setting.
fn flag(setting: &str) -> String {
    format!("--{}", setting.replace('_', "-"))
}

/// The lines that introduce a run of `total` steps, which takes that many bytes of a graphics card's memory.
pub(crate) fn started(
    settings: &Settings,
    images: usize,
    folder: &Path,
    (total, device_memory): (u64, Option<u64>),
) -> Vec<String> {
    let data = settings.data.as_deref().unwrap_or("the built-in cats");
    let mut lines = vec![format!("{} from {data}", count(images as u64, "image"))];
    let shown = |entry: &Entry| entry.role == Role::Fixed && !entry.is_unremarkable;
    let fixed = settings.entries().into_iter().filter(shown);
    if settings.recipe == Some(Recipe::Small) {
        lines
            .push("Recipe small, for fewer than 500 images; --recipe decides otherwise".to_owned());
    }
    let mut items: Vec<String> =
        fixed.filter_map(|entry| Some(format!("{} {}", entry.name, entry.value?))).collect();
    items.extend(settings.gpu.as_ref().map(|gpu| format!("device {}", gpu.adapter)));
    items.extend(device_memory.map(|bytes| format!("device memory {}", megabytes(bytes))));
    items.push(count(rayon::current_num_threads() as u64, "thread"));
    lines.extend(wrapped(&items));
    if let Some(from) = settings.started_from() {
        let steps = count(from.steps, "step");
        lines.push(format!("Started from the weights in {} (after {steps})", from.model));
    }
    if let Some(origin) = settings.origins.last() {
        let origin = format!("fingerprint {origin}");
        lines.extend(wrapped(&origin.split(", ").map(str::to_owned).collect::<Vec<_>>()));
    }
    lines.push(format!("Training for {}; output: {}", count(total, "step"), folder.display()));
    lines
}

/// Items separated by commas, in lines of at most 79 columns.
fn wrapped(items: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 2 + item.chars().count() < 80 => {
                line.push_str(", ");
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    lines
}

/// The line that says where a resumed run continues.
pub(crate) fn resumed(checkpoint: &Path, step: u64) -> String {
    format!("Resuming from {} (step {})", checkpoint.display(), thousands(step))
}

/// The lines for a run that has nothing left to do, with the command that trains it further.
pub(crate) fn complete(folder: &Path, taken: u64, resume: &str) -> Vec<String> {
    vec![
        format!(
            "The run in {} is complete: it has taken its {}.",
            folder.display(),
            count(taken, "step")
        ),
        format!("Continue with: {resume}"),
    ]
}

/// The line for a grid of samples.
pub(crate) fn sample(epoch: f64, path: &Path) -> String {
    format!("epoch {}: {}", (epoch * 10.0).round() / 10.0, path.display())
}

/// The line for a measurement of the samples.
pub(crate) fn quality(&Metric { epoch, swd, floor, .. }: &Metric) -> String {
    format!("epoch {}: SWD {swd:.1} (real vs. real {floor:.1})", epoch as u64)
}

/// The line for an evaluation: the figures that could be computed, the first two with their floors.
pub(crate) fn evaluation(evaluation: &Evaluation) -> String {
    let figure = |name| evaluation.figure(name);
    let items = [
        figure("frechet").map(|f| format!("Fréchet {:.1} (floor {:.1})", f.value, f.floor)),
        figure("coverage").map(|f| format!("coverage {:.2} ({:.2})", f.value, f.floor)),
        figure("colour_error").map(|f| format!("colour error {:.1}", f.value)),
        figure("contrast_ratio").map(|f| format!("contrast {:.2}", f.value)),
    ];
    let items: Vec<String> = items.into_iter().flatten().collect();
    format!("epoch {}: {}", evaluation.epoch as u64, items.join(", "))
}

/// The lines that end a run, with the command that generates more images.
pub(crate) fn finished(steps: u64, time: Duration, sample: &Path, generate: &str) -> Vec<String> {
    vec![
        format!("Done: {} in {}.", count(steps, "step"), duration(time)),
        format!("Samples: {}", sample.display()),
        format!("Generate more with: {generate}"),
    ]
}

/// The lines that end a session that was stopped with a checkpoint.
pub(crate) fn stopped(step: u64, total: u64, checkpoint: &Path, resume: &str) -> Vec<String> {
    let (step, total) = (thousands(step), thousands(total));
    vec![
        format!("Stopped after step {step} of {total}; saved {}", checkpoint.display()),
        format!("Resume with: {resume}"),
    ]
}

/// The lines that end a session that was stopped after a step that diverged.
pub(crate) fn stopped_lost(lost: &NonFinite, resume: &str) -> Vec<String> {
    vec![
        format!("Stopped after {lost}, so it is not saved."),
        format!("Resume from the last checkpoint with: {resume}"),
    ]
}

/// `1 h 02 min`, `4 min 05 s`, `7 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s:02} s"),
        (h, m, _) => format!("{h} h {m:02} min"),
    }
}
