use std::fmt::{self, Write};
use std::path::Path;

/// A path for people to read: control characters, and those that reorder or break a line, are
/// escaped as in Rust (`\n`, `\u{1b}`). A file name can contain any of them, and none may reach a
/// terminal or split a message into two lines. Bytes that are not UTF-8 become `U+FFFD`.
///
/// ```
/// let path = std::path::Path::new("cats/\u{1b}[2J\n.png");
/// assert_eq!(dcgan_data::shown(path).to_string(), r"cats/\u{1b}[2J\n.png");
/// ```
pub fn shown<P: AsRef<Path> + ?Sized>(path: &P) -> Shown<'_> {
    Shown(path.as_ref())
}

/// Displays a path; see [`shown`].
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(&'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for c in self.0.to_string_lossy().chars() {
            if is_unprintable(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Whether a terminal may obey a character instead of showing it, or show it elsewhere: control
/// characters, and those that separate lines or set the direction of writing.
pub fn is_unprintable(c: char) -> bool {
    let moves = ['\u{200e}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    c.is_control() || moves.iter().any(|range| range.contains(&c))
}
