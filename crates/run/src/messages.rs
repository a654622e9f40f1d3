//! Numbers as messages show them.

use std::time::Duration;

/// `12,345` for 12345.
#[must_use]
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 step`, `2,000 steps`.
#[must_use]
pub fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// A duration to two digits or so: `7 s`, `25 min`, `3 h 20 min`.
pub(crate) fn rough(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let minutes = (seconds / 60.0).round() as u64;
    if seconds < 90.0 {
        format!("{} s", (seconds.round() as u64).max(1))
    } else if minutes < 90 {
        format!("{minutes} min")
    } else {
        let minutes = (minutes + 5) / 10 * 10;
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}
