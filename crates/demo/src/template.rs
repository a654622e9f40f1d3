use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The template with each `{{name}}` replaced by the text of that name.
///
/// # Panics
/// If there is no text of a name.
pub(crate) fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut pieces = template.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").expect("a name ends");
        let (_, text) = parts.iter().find(|part| part.0 == name).expect("a text of each name");
        filled.push_str(text);
        filled.push_str(rest);
    }
    filled
}

/// Text as the content of an element or attribute.
pub(crate) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

/// The content security policy: these scripts and this style run, a worker may come from the page itself, and
/// nothing is loaded.
pub(crate) fn policy(scripts: &[&str], style: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let scripts: Vec<String> = scripts.iter().map(|script| hash(script)).collect();
    format!(
        "default-src 'none'; script-src {}; style-src {}; worker-src blob:; child-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        hash(style)
    )
}
