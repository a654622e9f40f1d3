//! The parts of a run. Whole runs are in `tests/` and in the tests of the binary.

mod best;
mod cache;
mod canvas;
mod checkpoint_kinds;
mod checkpoints;
mod config;
mod device;
mod evaluation;
mod origin;
mod provenance;
mod retention;
mod small_sets;
mod symptoms;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Barrier;

use dcgan_data::own_files::is_run;
use dcgan_data::{Source, Survey};
use dcgan_gan::{Config, Losses};

use crate::journal::{Log, Record};
use crate::lock::Lock;
use crate::run_folder::{RunFolder, numbered};
use crate::{Options, Settings, Simd, checkpoint_dir, files};

const SURVEY: Survey = Survey { images: 3000, channels: 3, side: 700 };

fn record(step: u64) -> Record {
    let losses = Losses { generator: 1.5, real: 0.5, fake: 0.25, d_real: 0.7, d_fake: 0.2 };
    Record::new(step, step as f64 / 47.0, &losses, 100.0, 64)
}

#[test]
fn the_defaults_are_those_of_the_paper_but_for_smaller_batches() {
    let folder = Source::Folder("cats".into());
    let settings = Settings::new(&Options::default(), &folder, SURVEY).unwrap();
    let config = settings.config;
    assert_eq!((config.image_size, config.channels, config.batch_size), (64, 3, 16));
    assert_eq!((config.nz, config.ngf, config.ndf), (100, 32, 32));
    assert_eq!((config.lr, config.beta1), (2e-4, 0.5));
    assert_eq!((settings.epochs, settings.sample_every), (Some(300), 10));
    // More images mean fewer epochs, so that the run takes equally long.
    let many = Survey { images: 200_000, ..SURVEY };
    assert_eq!(Settings::new(&Options::default(), &folder, many).unwrap().epochs, Some(5));
}

#[test]
fn settings_survive_their_file() {
    let args = Options::default().set("lr", 0.00015).set("steps", 9);
    let settings = Settings::new(&args, &Source::Folder("x".into()), SURVEY).unwrap();
    let text = toml::to_string(&settings).unwrap();
    assert!(text.contains("lr = 0.00015\n"), "{text}");
    assert!(text.contains("keep = \"last=3\"\n"), "{text}");
    assert_eq!(toml::from_str::<Settings>(&text).unwrap(), settings);
    let older = text.replace("keep = \"last=3\"\n", "");
    assert_eq!(toml::from_str::<Settings>(&older).unwrap(), settings);
    // With its origins, and from before those were recorded.
    let mut noted = settings.clone();
    noted.resume_from(
        &dcgan_gan::State::new(Config { ngf: 1, ndf: 1, ..settings.config }).unwrap(),
        None,
        "1",
    );
    let text = toml::to_string(&noted).unwrap();
    assert_eq!(toml::from_str::<Settings>(&text).unwrap(), noted);
    let older: String = text
        .lines()
        .take_while(|line| !line.starts_with("[[origin]]"))
        .filter(|line| !line.starts_with("conv = ") && !line.starts_with("simd = "))
        .map(|l| l.to_owned() + "\n")
        .collect();
    assert_eq!(
        toml::from_str::<Settings>(&older).unwrap(),
        Settings { simd: Simd::Auto, ..settings }
    );
}

#[test]
fn folders_that_are_numbered_at_the_same_moment_get_different_numbers() {
    let place = tempfile::tempdir().unwrap();
    let runs = place.path().join("above").join("runs");
    let together = Barrier::new(8);
    for round in 0..20 {
        let take = || {
            together.wait();
            numbered(&runs, "cats").unwrap()
        };
        let taken: BTreeSet<PathBuf> = std::thread::scope(|threads| {
            let all: Vec<_> = (0..8).map(|_| threads.spawn(take)).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let numbers = 8 * round + 1..=8 * round + 8;
        let expected: BTreeSet<PathBuf> =
            numbers.map(|i| runs.join(format!("cats-{i:03}"))).collect();
        assert_eq!(taken, expected);
    }
}

#[test]
fn a_log_is_cut_back_to_its_checkpoint() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log.jsonl");
    let mut log = Log::up_to(path.clone(), 0).unwrap();
    for step in [10, 20, 30] {
        log.push(record(step)).unwrap();
    }
    // Killed in the middle of a line.
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 20]).unwrap();
    let mut log = Log::up_to(path.clone(), 15).unwrap();
    assert_eq!(log.lines(), [record(10)]);
    log.push(record(20)).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert_eq!(serde_json::from_str::<Record>(text.lines().last().unwrap()).unwrap(), record(20));
}

#[test]
fn a_log_has_gradient_norms_and_older_lines_without_them_are_kept() {
    let line = serde_json::to_value(record(10).with_gradients([2.0, 3.0])).unwrap();
    assert_eq!((&line["grad_norm_g"], &line["grad_norm_d"]), (&2.0.into(), &3.0.into()));
    // As earlier versions wrote it.
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log.jsonl");
    let older = r#"{"step":10,"epoch":0.5,"loss_g":1.5,"loss_d_real":0.5,"loss_d_fake":0.25,"d_x":0.75,"d_g_z":0.25,"images_per_second":640.0,"ms_per_step":100.0}"#;
    std::fs::write(&path, format!("{older}\n")).unwrap();
    let mut log = Log::up_to(path.clone(), 10).unwrap();
    let newer = record(20).with_gradients([2.0, 3.0]);
    log.push(newer).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().next(), Some(older));
    assert_eq!(Log::up_to(path, 20).unwrap().lines()[1..], [newer]);
}

#[test]
fn a_log_recovers_from_a_full_disk() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("log.jsonl");
    let steps = || -> Vec<u64> {
        let text = std::fs::read_to_string(&path).unwrap();
        let step = |line| serde_json::from_str::<Record>(line).unwrap().step;
        text.lines().map(step).collect()
    };
    let mut log = Log::up_to(path.clone(), 0).unwrap();
    log.push(record(10)).unwrap();
    // A part of a line, as it is left where a disk is full.
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}{}", &text[..9])).unwrap();
    log.push(record(20)).unwrap();
    assert_eq!(steps(), [10, 20]);
    // And a file that is gone, into whose place nothing can be put.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    log.push(record(30)).unwrap_err();
    log.complete().unwrap_err();
    std::fs::remove_dir(&path).unwrap();
    log.push(record(40)).unwrap();
    assert_eq!(steps(), [10, 20, 30, 40]);
    std::fs::remove_file(&path).unwrap();
    log.complete().unwrap();
    assert_eq!(steps(), [10, 20, 30, 40]);
}

#[test]
fn a_lock_is_exclusive_and_bound_to_its_folder() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    std::fs::create_dir(&run).unwrap();
    let lock = Lock::take(&run).unwrap();
    let refused = Lock::take(&run).unwrap_err().report();
    assert!(refused.contains(&format!("in use by process {}", std::process::id())), "{refused}");
    assert!(lock.holds());
    std::fs::rename(&run, place.path().join("moved")).unwrap();
    assert!(!lock.holds());
    std::fs::create_dir(&run).unwrap();
    let second = Lock::take(&run).unwrap();
    assert!(second.holds() && !lock.holds());
    drop(second);
    Lock::take(&run).unwrap();
}

#[test]
fn a_missing_folder_is_created_again_and_that_of_another_run_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let [run, gone, other] = ["run", "gone", "other"].map(|name| place.path().join(name));
    let settings = |seed| {
        let args = Options::default().set("seed", seed);
        Settings::new(&args, &Source::Folder("x".into()), SURVEY).unwrap()
    };
    let mut folder = RunFolder::new(Some(&run), "").unwrap();
    folder.write_settings(&settings(1)).unwrap();
    assert!(!folder.ensure(&settings(1)).unwrap());

    std::fs::rename(&run, &gone).unwrap();
    assert!(folder.ensure(&settings(1)).unwrap());
    assert_eq!(folder.read_settings().unwrap(), settings(1));
    assert!(!folder.ensure(&settings(1)).unwrap());
    // The same run, come back.
    std::fs::remove_dir_all(&run).unwrap();
    std::fs::rename(&gone, &run).unwrap();
    assert!(folder.ensure(&settings(1)).unwrap());

    RunFolder::new(Some(&other), "").unwrap().write_settings(&settings(2)).unwrap();
    std::fs::remove_dir_all(&run).unwrap();
    std::fs::rename(&other, &run).unwrap();
    let message = folder.ensure(&settings(1)).unwrap_err().report();
    assert!(message.contains("run now contains a different run"), "{message}");
    assert_eq!(folder.read_settings().unwrap(), settings(2));
}

/// Otherwise a run below its own images would be trained on.
#[test]
fn what_a_run_writes_is_recognised_as_a_run() {
    let place = tempfile::tempdir().unwrap();
    let [settings, checkpoint] = ["settings", "checkpoint"].map(|name| place.path().join(name));
    let folder = RunFolder::new(Some(&settings), "").unwrap();
    assert!(!is_run(&settings));
    folder.write_settings(&Settings::default()).unwrap();
    assert!(is_run(&settings));
    let newest = checkpoints::at_step(3, checkpoint_dir::Reason::Due).path(&checkpoint);
    files::write(&newest, &dcgan_gan::checkpoint::encode(&checkpoints::state(3)).unwrap()).unwrap();
    assert!(is_run(&checkpoint));
}

/// Existing runs carry it, so a later program must compute the same.
#[test]
fn the_fingerprint_of_the_default_settings_never_changes() {
    let usual = Settings::default();
    let config = Config { batch_size: 32, ..usual.config };
    let settings = Settings { simd: Simd::Avx512, config, ..usual };
    assert_eq!(settings.fingerprint().to_string(), "2f6cfaab42c4");
}
