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
            if is_unsafe(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

fn is_unsafe(c: char) -> bool {
    // Line and paragraph separators; marks, embeddings, overrides and isolates of direction.
    let reorders =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || reorders
}
