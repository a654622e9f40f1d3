//! Text from outside the program, such as file names and system errors, made fit for a terminal.

use std::borrow::Cow;
use std::path::Path;

use dcgan_data::is_unprintable;

/// The text with every character that a terminal might obey instead of showing it as an escape, such as `\n` or
/// `\u{1b}`, as [`dcgan_data::shown`] writes paths.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    replaced(text, |c| c.escape_default().to_string())
}

/// JSON with the same characters as escapes of JSON, which leaves its meaning as it is.
pub(crate) fn escaped_json(json: &str) -> Cow<'_, str> {
    replaced(json, |c| format!("\\u{:04x}", u32::from(c)))
}

fn replaced(text: &str, escape: impl Fn(char) -> String) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| if is_unprintable(c) { escape(c) } else { c.to_string() };
    Cow::Owned(text.chars().map(shown).collect())
}

/// The text of errors without the numbers that the standard library adds: `File exists (os error 17)`.
pub fn without_error_numbers(text: &str) -> String {
    const BEFORE: &str = " (os error ";
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(at) = rest.find(BEFORE) {
        let after = &rest[at + BEFORE.len()..];
        let end = after.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(after.len());
        match after[end..].strip_prefix(')') {
            Some(behind) if end > 0 => {
                out.push_str(&rest[..at]);
                rest = behind;
            }
            _ => {
                out.push_str(&rest[..at + BEFORE.len()]);
                rest = after;
            }
        }
    }
    out + rest
}

/// A path as a shell argument: quoted if it contains anything but letters, digits and a few safe characters.
pub(crate) fn quoted(path: &Path) -> String {
    let path = if path.to_string_lossy().starts_with('-') {
        Cow::Owned(Path::new(".").join(path))
    } else {
        Cow::Borrowed(path)
    };
    let text = path.to_string_lossy();
    let plain = if cfg!(windows) { r"\/._-+=:@%," } else { "/._-+=:@%," };
    let is_plain = |c: char| c.is_alphanumeric() || plain.contains(c);
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('=') {
        return text.into_owned();
    }
    if cfg!(windows) {
        return format!("\"{text}\"");
    }
    if text.contains(|c| is_unprintable(c) || c == char::REPLACEMENT_CHARACTER) {
        return ansi_quoted(path.as_os_str().as_encoded_bytes());
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Any bytes as `$'…'`, which bash, zsh and ksh read.
fn ansi_quoted(bytes: &[u8]) -> String {
    let escape = |&byte: &u8| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        // Three octal digits at most, so that no digit after it is taken for a part of it.
        _ => format!("\\{byte:03o}"),
    };
    format!("$'{}'", bytes.iter().map(escape).collect::<String>())
}
