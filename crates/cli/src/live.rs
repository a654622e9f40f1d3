use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ::console::Term;

/// Time between two redraws; a shorter one would only slow down the training.
const INTERVAL: Duration = Duration::from_millis(250);

/// Back to the start of the line, and everything from there to the end of the screen erased.
const ERASE: &str = "\r\x1b[J";

/// A few lines at the bottom of the terminal on standard error, redrawn in place.
///
/// Between two redraws the cursor is at the start of the first line. That place stays the same when the window is
/// resized, while the number of rows that a terminal then gives to the lines is unknown, so erasing from there
/// removes all of them.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    term: Term,
    /// Milliseconds from `start` to the time from which a redraw is due.
    due: Arc<AtomicU64>,
    start: Instant,
}

impl Live {
    /// The terminal, if there is one that can move its cursor.
    pub(crate) fn new() -> Option<Self> {
        let term = Term::stderr();
        let due = Arc::new(AtomicU64::new(0));
        let is_usable = term.is_term() && !::console::is_dumb();
        is_usable.then(|| Self { term, due, start: Instant::now() })
    }

    /// Draws the lines that `frame` returns for the width of the terminal, unless that was done a moment ago. At
    /// most one of several threads draws.
    pub(crate) fn draw_if_due(&self, frame: impl FnOnce(usize) -> Vec<String>) {
        let now = self.start.elapsed().as_millis() as u64;
        let due = self.due.load(Ordering::Relaxed);
        let next = now + INTERVAL.as_millis() as u64;
        let claim = || self.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if now >= due && claim().is_ok() {
            self.draw(frame);
        }
    }

    /// Draws the lines that `frame` returns for the width of the terminal.
    pub(crate) fn draw(&self, frame: impl FnOnce(usize) -> Vec<String>) {
        // Some terminals start a new line as soon as the last column is used.
        let width = usize::from(self.term.size().1).saturating_sub(1);
        self.write(&drawn(&frame(width)));
    }

    /// Removes the lines.
    pub(crate) fn clear(&self) {
        self.write(ERASE);
    }

    fn write(&self, text: &str) {
        // A display that fails must not end a run.
        let _ = self.term.write_str(text);
    }
}

/// What draws these lines in place of the ones before: in one piece, so that nothing flickers.
pub(crate) fn drawn(lines: &[String]) -> String {
    let up = match lines.len() {
        0 | 1 => String::new(),
        n => format!("\x1b[{}A", n - 1),
    };
    format!("{ERASE}{}{up}\r", lines.join("\n"))
}

/// The items, separated by two spaces, as far as they fit into the width: none is cut, since half a number is a
/// different number.
pub(crate) fn fitted(items: &[String], width: usize) -> String {
    let mut line = String::new();
    for item in items {
        let gap = if line.is_empty() { "" } else { "  " };
        if line.chars().count() + gap.len() + item.chars().count() > width {
            break;
        }
        line.push_str(gap);
        line.push_str(item);
    }
    line
}
