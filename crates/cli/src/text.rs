//! Text from outside the program, such as file names and system errors, made fit for a terminal.

use std::borrow::Cow;
use std::path::Path;

/// The text with every character that could control a terminal or hide other characters written as an escape
/// sequence, such as `\n` or `\u001b`. JSON remains JSON.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Control characters, line separators, and characters that change the direction of the text after them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text of errors without the numbers that the standard library adds: `File exists (os error 17)`.
pub(crate) fn without_error_numbers(text: &str) -> String {
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
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('=') {
        return text.into_owned();
    }
    if cfg!(windows) {
        return format!("\"{text}\"");
    }
    if text.contains(|c| is_unsafe(c) || c == char::REPLACEMENT_CHARACTER) {
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
