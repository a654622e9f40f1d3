//! A training run in the background, while the test does something to it.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{Outcome, Place, SMALL};

/// Looks at a file before a test gives up: a minute.
const LOOKS: usize = 60_000;

/// Steps of a run that no test waits for to end: minutes, so that one whose test was killed, and could not
/// kill it, ends too.
const ENDLESS: &str = "100000";

/// A process in the background, which is killed with the test.
pub(crate) struct Running<'a> {
    place: &'a Place,
    child: Child,
}

impl<'a> Running<'a> {
    /// A new run in the folder `run`, or the existing one resumed.
    pub(crate) fn start(place: &'a Place, flags: &[&str]) -> Self {
        let endless = ["train", "--out", "run", "--steps", ENDLESS, "--log-every", "1"];
        let new = [&["--data", "cats"], SMALL].concat();
        let rest = if place.path("run/config.toml").exists() { &["--resume"][..] } else { &new };
        Self::of(place, &[&endless, rest, flags].concat())
    }

    /// Any command.
    pub(crate) fn of(place: &'a Place, args: &[&str]) -> Self {
        Self::spawned(place, place.command(args))
    }

    /// The same with an environment of its own.
    pub(crate) fn spawned(place: &'a Place, mut command: Command) -> Self {
        let file = |name| fs::File::create(place.path(name)).unwrap();
        let child = command
            .stdout(Stdio::from(file("out")))
            .stderr(Stdio::from(file("err")))
            .spawn()
            .unwrap();
        Self { place, child }
    }

    /// And waits until it has taken a step.
    pub(crate) fn training(place: &'a Place, flags: &[&str]) -> Self {
        let mut running = Self::start(place, flags);
        running.wait_for("a step in the log", || place.lines("run/log.jsonl") > 0);
        running
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until something is so. How long that takes decides nothing.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, what: &str, is: impl Fn() -> bool) {
        for _ in 0..LOOKS {
            if is() {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "ended before {what}: {}", self.place.text("err"));
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("no {what} in a minute: {}", self.place.text("err"));
    }

    /// Waits until it ends by itself.
    #[cfg(target_os = "linux")]
    pub(crate) fn wait(mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }

    /// SIGKILL, at which no process can do anything any more.
    pub(crate) fn kill(mut self) {
        assert!(self.child.try_wait().unwrap().is_none(), "{}", self.place.text("err"));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The exit code, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.try_wait().unwrap().and_then(|status| status.code())
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(mut self) -> Outcome {
        let kill = Command::new("kill").args(["-INT", &self.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let code = self.child.wait().unwrap().code();
        Outcome { code, out: self.place.text("out"), err: self.place.text("err") }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // For tests that failed; a process that has ended cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    /// Whole lines of a file that may not be there yet.
    pub(crate) fn lines(&self, name: &str) -> usize {
        fs::read(self.path(name)).map_or(0, |text| text.iter().filter(|&&b| b == b'\n').count())
    }
}
