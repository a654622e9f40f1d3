use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use dcgan_run::evaluation::Measured;
use dcgan_run::journal::Evaluation;

use crate::invocation::Invocation;
use crate::messages::{duration, evaluation};
use crate::text::{escaped, escaped_json, quoted, without_error_numbers};

#[test]
fn durations_have_two_units_at_most() {
    let written = [7, 245, 3_725].map(|s| duration(Duration::from_secs(s)));
    assert_eq!(written, ["7 s", "4 min 05 s", "1 h 02 min"]);
}

#[test]
fn an_evaluation_is_one_line() {
    let measured = |value, floor| Measured { value, floor, std: None };
    let figures = [
        ("frechet", measured(12.34, 2.06)),
        ("coverage", measured(0.612, 0.93)),
        ("colour_error", measured(1.84, 0.2)),
        ("contrast_ratio", measured(0.971, 1.01)),
        ("density", measured(0.5, 1.0)),
    ];
    let figures = figures.map(|(name, found)| (name.to_owned(), found));
    let mut shown = Evaluation { step: 940, epoch: 20.01, images: 1000, figures: figures.into() };
    assert_eq!(
        evaluation(&shown),
        "epoch 20: Fréchet 12.3 (floor 2.1), coverage 0.61 (0.93), colour error 1.8, contrast 0.97"
    );
    // With few images.
    shown.figures.retain(|name, _| name != "frechet" && name != "coverage");
    assert_eq!(evaluation(&shown), "epoch 20: colour error 1.8, contrast 0.97");
}

/// No path on Windows contains a double quote, and there a backslash is part of a path.
#[cfg(windows)]
#[test]
fn paths_are_quoted_for_the_shells_of_windows() {
    for (path, expected) in [
        (r"runs\cats-001", r"runs\cats-001"),
        (r"C:\a b", r#""C:\a b""#),
        ("-x", r".\-x"),
        ("", r#""""#),
    ] {
        assert_eq!(quoted(Path::new(path)), expected);
    }
}

#[cfg(not(windows))]
#[test]
fn paths_are_quoted_where_a_shell_would_split_or_expand_them() {
    let quote = |path: &str| quoted(Path::new(path));
    for plain in ["run", "runs/cats-001", "/a/b.c_d+e=f:g@h%i,j", "größe"] {
        assert_eq!(quote(plain), plain);
    }
    for (path, expected) in [
        ("q 1", "'q 1'"),
        ("it's", r"'it'\''s'"),
        ("a$b", "'a$b'"),
        ("a*", "'a*'"),
        ("~", "'~'"),
        ("=a", "'=a'"),
        ("", "''"),
        ("-x", "./-x"),
        ("-x y", "'./-x y'"),
        ("a\nb'\u{1b}[1m", r"$'a\012b\'\033[1m'"),
    ] {
        assert_eq!(quote(path), expected);
    }
}

/// The quoted form of any bytes, read by a shell, is those bytes again.
#[cfg(unix)]
#[test]
fn a_shell_reads_quoted_paths_as_they_are() {
    use std::os::unix::ffi::OsStrExt;
    for bytes in [&b"a b"[..], b"it's $HOME `x` \\ *", b"new\nline\t'\x1b7\\", b"\xff\xfe7"] {
        let line = format!("printf %s {}", quoted(Path::new(OsStr::from_bytes(bytes))));
        let Ok(output) = std::process::Command::new("bash").args(["-c", &line]).output() else {
            return; // A system without bash.
        };
        assert_eq!(output.stdout, bytes, "{line}");
    }
}

#[test]
fn no_character_controls_the_terminal() {
    assert_eq!(escaped("a größe — × 7"), "a größe — × 7");
    assert_eq!(escaped("a\x1b[31m\n\r\t\u{7}\u{7f}\u{9b}"), r"a\u{1b}[31m\n\r\t\u{7}\u{7f}\u{9b}");
    assert_eq!(escaped("photo\u{202e}gnp.exe"), r"photo\u{202e}gnp.exe");
    // JSON means the same afterwards.
    let text = "\u{9b}\u{7f}\u{2028}";
    let json = serde_json::to_string(text).unwrap();
    assert_eq!(serde_json::from_str::<String>(&escaped_json(&json)).unwrap(), text);
    assert_eq!(escaped_json(&json), r#""\u009b\u007f\u2028""#);
}

#[test]
fn errors_have_no_numbers() {
    let without = |text: &str| without_error_numbers(text);
    assert_eq!(without("cannot write x: File exists (os error 17)"), "cannot write x: File exists");
    assert_eq!(without("a (os error 5); b (os error -2)!"), "a; b!");
    for text in ["(os error)", "x (os error y)", "x (os error 5"] {
        assert_eq!(without(text), text);
    }
}

#[test]
fn printed_commands_begin_with_the_name_that_was_typed() {
    let printed = |name: Option<&str>| {
        let invocation = Invocation::new(name.map(OsStr::new), false);
        invocation.command("info", Path::new("q 1"), "--json")
    };
    // A bare name was found by the shell, and will be again.
    assert_eq!(printed(Some("dcgan-2")), "dcgan-2 info 'q 1' --json");
    let own = std::env::current_exe().unwrap();
    let expected = format!("{} info 'q 1' --json", quoted(&own));
    assert_eq!(printed(own.to_str()), expected);
    for none in [None, Some(""), Some("missing/dcgan"), Some("/")] {
        assert_eq!(printed(none), "dcgan info 'q 1' --json");
    }
}
