//! Whole runs through the public interface: an observer that records everything, and controls that ask.

mod complete;
mod control;
mod errors;
mod evaluation;
mod events;
#[path = "../../examples/train.rs"]
#[expect(dead_code, reason = "its `main` is not called")]
mod example;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use dcgan_run::{Control, Event, Observer, Options, Outcome, Program, RunError, Session};

const PROGRAM: Program = Program { name: "test", version: "1.0" };

/// A small run on six built-in cats in `folder`.
fn options(folder: &Path, steps: u64) -> Options {
    let cats = folder.with_extension("cats");
    if !cats.exists() {
        std::fs::create_dir(&cats).unwrap();
        for i in 0..6 {
            dcgan_data::cat(1, i, 16, true).save(cats.join(format!("{i}.png"))).unwrap();
        }
    }
    let mut options =
        Options { data: Some(cats), out: Some(folder.to_owned()), ..Options::default() };
    // As for a large set.
    options = options.set("d_norm", "batch");
    for (name, value) in [
        ("steps", steps),
        ("image_size", 16),
        ("ngf", 4),
        ("ndf", 4),
        ("nz", 5),
        ("batch_size", 4),
        ("seed", 7),
    ] {
        options = options.set(name, value);
    }
    options
}

/// Records what happens, a short line for each event.
#[derive(Default)]
struct Recorder {
    lines: Vec<String>,
    /// Calls of `reading`, which come from any thread.
    read: AtomicU64,
}

impl Observer for Recorder {
    fn event(&mut self, event: &Event<'_>) {
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        self.lines.push(match *event {
            Event::Resumed { checkpoint, step } => {
                format!("resumed {step} {}", checkpoint.map(name).unwrap_or_default())
            }
            Event::Images(text) => format!("images {text}"),
            Event::Started { images, step, total, program, settings, folder, device_memory } => {
                assert_eq!(device_memory, None, "the processor has none");
                assert!(folder.join("config.toml").is_file());
                assert_eq!(settings.origins.last().map(|o| o.code.as_str()), Some(program.version));
                format!("started {images} {step}/{total}")
            }
            Event::Step(record) => {
                assert_eq!(record.grad_norm_g, None);
                format!("step {}", record.step)
            }
            Event::Log(record) => {
                assert!(record.grad_norm_g.is_some_and(f32::is_finite));
                format!("log {}", record.step)
            }
            Event::Sample { epoch, path } => {
                assert!(path.is_file());
                format!("sample {epoch:.1} {}", name(path))
            }
            Event::Metric(metric) => format!("metric {}", metric.step),
            Event::Evaluation(evaluation) => format!("evaluation {}", evaluation.step),
            Event::Checkpoint { step, path } => {
                assert!(path.is_file());
                format!("checkpoint {step} {}", name(path))
            }
            Event::Symptom { starts, message, .. } => format!("symptom {starts} {message}"),
            Event::Warning(text) if dcgan_data::few_images(6).as_deref() == Some(text) => {
                "few images".to_owned()
            }
            Event::Warning(text) => format!("warning {text}"),
            Event::DiskTrouble(text) => format!("trouble {text}"),
            Event::RolledBack { to, rollbacks, .. } => format!("rolled back {to} {rollbacks}"),
            Event::Interrupted { step, total, checkpoint, .. } => {
                format!("interrupted {step}/{total} {}", checkpoint.map(name).unwrap_or_default())
            }
            Event::Finished { steps, sample, .. } => format!("finished {steps} {}", name(sample)),
            Event::Unresolved { symptom, message } => {
                assert!(message.starts_with("the run ends with "), "{message}");
                format!("unresolved {}", symptom.name())
            }
            Event::AlreadyComplete { steps, epochs, .. } => format!("complete {steps} {epochs}"),
            ref other => format!("{other:?}"),
        });
    }

    fn reading(&self, done: usize, total: usize) {
        assert!((1..=total).contains(&done) && (5..=6).contains(&total));
        self.read.fetch_add(1, Ordering::Relaxed);
    }
}

impl Recorder {
    /// Those that are not about a step or the log.
    fn rare(&self) -> Vec<&str> {
        let lines = self.lines.iter().map(String::as_str);
        lines.filter(|line| !line.starts_with("step ") && !line.starts_with("log ")).collect()
    }
}

/// Runs or resumes; how that ended, and what was reported.
fn run(
    options: &Options,
    resume: bool,
    control: &dyn Control,
) -> (Result<Outcome, RunError>, Recorder) {
    let mut recorder = Recorder::default();
    let start = if resume { Session::resume } else { Session::new };
    let outcome = start(options, PROGRAM, &mut recorder).and_then(|session| session.run(control));
    (outcome, recorder)
}

/// The names of the files in a folder of the run, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
