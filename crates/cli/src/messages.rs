//! The messages of a run, in terms of the command line.

use std::path::Path;
use std::time::Duration;

use dcgan_gan::Role;
use dcgan_run::{RunError, Settings};

use crate::console::{count, thousands};

/// An error of a run in one line, with the flags and commands that help.
pub(crate) fn error(error: &RunError) -> String {
    match error {
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
            resume(folder)
        ),
        RunError::Diverged { can_roll_back: true, folder, .. } => format!(
            "{error}, or retry with different latents: {} --on-divergence rollback",
            resume(folder)
        ),
        _ => error.report(),
    }
}

/// The flag of a setting.
fn flag(setting: &str) -> String {
    format!("--{}", setting.replace('_', "-"))
}

/// The command that resumes a run.
pub(crate) fn resume(folder: &Path) -> String {
    format!("dcgan train --out {} --resume", quoted(folder))
}

/// A path as a shell argument: quoted if it contains anything but letters, digits and a few safe characters.
pub(crate) fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    if !path.is_empty() && path.chars().all(plain) && !path.starts_with('-') {
        return path;
    }
    let path = if path.starts_with('-') { format!("./{path}") } else { path };
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// The lines that introduce a run.
pub(crate) fn started(settings: &Settings, images: usize, folder: &Path, total: u64) -> String {
    let data = settings.data.as_deref().unwrap_or("the built-in cats");
    let mut lines = vec![format!("{} from {data}", count(images as u64, "image"))];
    let fixed = settings.entries().into_iter().filter(|entry| entry.role == Role::Fixed);
    let mut items: Vec<String> =
        fixed.filter_map(|entry| Some(format!("{} {}", entry.name, entry.value?))).collect();
    items.push(count(rayon::current_num_threads() as u64, "thread"));
    lines.extend(wrapped(&items));
    lines.extend(settings.origins.last().map(|origin| format!("fingerprint {origin}")));
    lines.push(format!("Training for {}; output: {}", count(total, "step"), folder.display()));
    lines.join("\n")
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

/// The lines that end a run.
pub(crate) fn finished(steps: u64, time: Duration, sample: &Path, folder: &Path) -> String {
    format!(
        "Done: {} in {}.\nSamples: {}\nGenerate more with: dcgan generate --model {} --seeds 0-63 --grid samples.png",
        count(steps, "step"),
        duration(time),
        sample.display(),
        quoted(folder)
    )
}

/// The lines about a run that was resumed after its last step.
pub(crate) fn already_complete(steps: u64, epochs: u64, folder: &Path) -> String {
    format!(
        "The run in {} is complete: it has taken its {}.\nContinue with: {} --epochs {epochs}",
        folder.display(),
        count(steps, "step"),
        resume(folder)
    )
}

/// The lines that end a session that was stopped with a checkpoint.
pub(crate) fn stopped(step: u64, total: u64, checkpoint: &Path, folder: &Path) -> String {
    format!(
        "Stopped after step {} of {}; saved {}\nResume with: {}",
        thousands(step),
        thousands(total),
        checkpoint.display(),
        resume(folder)
    )
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
