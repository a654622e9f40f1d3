use std::time::{Duration, Instant};

use crate::console::thousands;
use crate::live::{Live, fitted};
use crate::messages::duration;

/// Shows how many images have been read, if there is a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Loading {
    live: Option<Live>,
    start: Instant,
}

impl Loading {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { live: Live::new().filter(|_| !quiet), start: Instant::now() }
    }

    /// Shows that `done` of `total` images have been read. Any thread may call this.
    pub(crate) fn show(&self, done: usize, total: usize) {
        if let Some(live) = &self.live {
            live.draw_if_due(|width| vec![line(done, total, self.start.elapsed(), width)]);
        }
    }

    /// Removes it.
    pub(crate) fn clear(&self) {
        if let Some(live) = &self.live {
            live.clear();
        }
    }
}

/// The line after this time.
pub(crate) fn line(done: usize, total: usize, time: Duration, width: usize) -> String {
    let mut items =
        vec![format!("reading {}/{} images", thousands(done as u64), thousands(total as u64))];
    if let Some(rest) = total.checked_sub(done).filter(|_| done > 0) {
        items.push(format!("{} left", duration(time.mul_f64(rest as f64 / done as f64))));
    }
    fitted(&items, width)
}
