use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::live::{Live, fitted};
use crate::messages::duration;

/// Time between two redraws, in which the seconds that have passed may change.
const TICK: Duration = Duration::from_millis(250);

/// Shows what a command is doing and for how long it has run, if there is a terminal: for work that cannot say how
/// far it is.
#[derive(Debug)]
pub(crate) struct Stages {
    live: Option<Live>,
    start: Instant,
}

impl Stages {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { live: Live::new().filter(|_| !quiet), start: Instant::now() }
    }

    /// Does the work, and shows `what` it is meanwhile.
    pub(crate) fn during<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        let Some(live) = &self.live else { return work() };
        let draw = || live.draw(|width| vec![line(what, self.start.elapsed(), width)]);
        draw();
        let result = thread::scope(|scope| {
            // Nothing is ever sent: the end of the work closes the channel.
            let (work_goes_on, ended) = channel::<()>();
            scope.spawn(move || {
                while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    draw();
                }
            });
            let result = work();
            drop(work_goes_on);
            result
        });
        live.clear();
        result
    }
}

/// The line after this time.
pub(crate) fn line(what: &str, time: Duration, width: usize) -> String {
    fitted(&[what.to_owned(), format!("{} elapsed", duration(time))], width)
}
