//! The number of threads, and the processors that they run on.

use std::fs;
use std::thread;

use crate::running::Running;
use crate::{Place, SMALL};

/// As `taskset -c 0` does: a process inherits the mask of the thread that starts it.
#[test]
fn a_run_has_as_many_threads_as_its_affinity_mask_has_processors() {
    let place = Place::with_cats(6);
    let restricted = || {
        let first = core_affinity::get_core_ids().unwrap()[0];
        assert!(core_affinity::set_for_current(first));
        place.train(&["--out", "run", "--steps", "1"]).succeeded()
    };
    let outcome = thread::scope(|scope| scope.spawn(restricted).join().unwrap());
    assert!(outcome.out.contains("1 thread\n"), "{}", outcome.out);
}

/// With fewer threads than processors the system chooses, so that two such runs do not share one.
#[test]
fn fewer_threads_than_processors_are_not_pinned() {
    let place = Place::with_cats(6);
    let args = ["train", "--data", "cats", "--out", "run", "--steps", "100000", "--log-every", "1"];
    let mut command = place.command(&[&args[..], SMALL].concat());
    let mut running = Running::spawned(&place, {
        command.env("RAYON_NUM_THREADS", "1");
        command
    });
    running.wait_for("a step in the log", || place.lines("run/log.jsonl") > 0);
    assert!(place.text("out").contains("1 thread\n"), "{}", place.text("out"));
    let mask = |path: &str| {
        let status = fs::read_to_string(path).unwrap();
        let line = status.lines().find(|line| line.starts_with("Cpus_allowed_list:"));
        line.unwrap().to_owned()
    };
    let own = mask("/proc/self/status");
    let tasks = fs::read_dir(format!("/proc/{}/task", running.id())).unwrap();
    let masks: Vec<String> =
        tasks.map(|task| mask(task.unwrap().path().join("status").to_str().unwrap())).collect();
    assert!(masks.len() >= 2 && masks.iter().all(|mask| *mask == own), "{masks:?} for {own}");
    running.kill();
}
