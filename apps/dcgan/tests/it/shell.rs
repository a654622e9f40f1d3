//! Completions and man pages.

use std::fs;
use std::process::Command;

use crate::{Outcome, Place};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// The commands that the help lists.
fn commands(place: &Place) -> Vec<String> {
    let help = place.dcgan(&["--help"]).succeeded().out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| line.starts_with("  "));
    // A description that is wrapped continues farther to the right.
    let first = listed.filter(|line| !line.starts_with("   "));
    let names = first.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_shell_completes_every_command() {
    let place = Place::new();
    let names = commands(&place);
    assert!(names.len() >= 13 && names.contains(&"train".to_owned()), "{names:?}");
    assert!(!names.iter().any(|name| name == "completions" || name == "man"), "{names:?}");
    for shell in SHELLS {
        let script = place.dcgan(&["completions", shell]).succeeded().out;
        for name in names.iter().map(String::as_str).chain(["evaluate-every", "ping-pong"]) {
            assert!(script.contains(name), "{shell}: {name}");
        }
    }
    place.dcgan(&["completions", "tcsh"]).refused(2, &["tcsh", "bash, elvish, fish"]);
}

fn bash(place: &Place, args: &[&str]) -> Outcome {
    Outcome::of(Command::new("bash").args(args).current_dir(place.0.path()).output().unwrap())
}

/// What a real bash offers for the last of these words.
fn completed(place: &Place, words: &[&str]) -> Vec<String> {
    let last = words.len() - 1;
    let script = format!(
        "source ./completions.bash\nCOMP_WORDS=({})\nCOMP_CWORD={last}\n_dcgan dcgan '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        words[last],
        words[last - 1],
    );
    let outcome = bash(place, &["--norc", "-c", &script]).succeeded();
    assert_eq!(outcome.err, "");
    outcome.out.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let place = Place::with_cats(1);
    let script = place.dcgan(&["completions", "bash"]).succeeded().out;
    fs::write(place.path("completions.bash"), script).unwrap();
    bash(&place, &["-n", "completions.bash"]).succeeded();
    assert_eq!(completed(&place, &["dcgan", "interp"]), ["interpolate"]);
    assert_eq!(completed(&place, &["dcgan", "train", "--image-s"]), ["--image-size"]);
    assert_eq!(completed(&place, &["dcgan", "train", "--label"]), ["--label-smoothing"]);
    assert_eq!(completed(&place, &["dcgan", "train", "--watch", "o"]), ["on", "off"]);
    assert_eq!(completed(&place, &["dcgan", "train", "--data", "ca"]), ["cats"]);
}

#[test]
fn there_is_a_man_page_for_every_command() {
    let place = Place::new();
    let names = commands(&place);
    let outcome = place.dcgan(&["man", "--out", "man"]).succeeded();
    outcome.prints(&[&format!("{} pages in man", names.len() + 1)]);
    let mut expected: Vec<String> = names.iter().map(|name| format!("dcgan-{name}.1")).collect();
    expected.push("dcgan.1".to_owned());
    expected.sort();
    assert_eq!(place.list("man"), expected);
    let program = place.text("man/dcgan.1");
    for name in &names {
        // Hyphens are escaped.
        assert!(program.contains(&format!("dcgan\\-{name}(1)")), "{name}");
        let page = place.text(&format!("man/dcgan-{name}.1"));
        assert!(page.contains(&format!(".TH dcgan-{name} 1")), "{name}: {page}");
        assert!(page.contains("Examples:"), "{name}");
    }
    assert!(place.text("man/dcgan-train.1").contains("\\-\\-image\\-size"));
    place.dcgan(&["man", "--out", "a/b"]).refused(2, &["--out is a/b", "there is no folder a"]);
}
