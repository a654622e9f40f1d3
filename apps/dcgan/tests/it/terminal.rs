//! What reaches a terminal, and how the program is called from one.

use std::fs;
use std::process::Stdio;

use crate::{Outcome, Place, SMALL};

/// A folder and a file whose names would colour the terminal, move its cursor and fake a line of output.
const HOSTILE: &str = "a\u{1b}[31mb\nerror: fake\u{7}";

#[test]
fn names_cannot_control_the_terminal() {
    let place = Place::with_cats(4);
    fs::rename(place.path("cats"), place.path(HOSTILE)).unwrap();
    fs::write(place.path(HOSTILE).join(format!("{HOSTILE}.png")), "broken").unwrap();
    let run = format!("runs/{HOSTILE}");
    let train = [&["train", HOSTILE, "--steps", "1", "--out", &run], SMALL].concat();
    let inspect = ["data", HOSTILE, "--list"];
    let missing = ["info", &format!("{HOSTILE}/missing")];
    let unknown = ["train", "--\u{1b}[31m"];
    for args in [&train[..], &inspect, &["info", &run], &["runs"], &missing, &unknown] {
        let Outcome { out, err, .. } = place.dcgan(args);
        let text = out + &err;
        let control = text.chars().find(|&c| c.is_control() && c != '\n');
        assert_eq!(control, None, "{args:?}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("error: fake")), "{args:?}: {text}");
        assert!(text.contains(r"\u{1b}[31m"), "{args:?}: {text}");
    }
    for args in [&["info", &run, "--json"][..], &["runs", "--json"], &["data", HOSTILE, "--json"]] {
        let json = place.dcgan(args).out;
        assert!(!json.trim_end().contains(char::is_control), "{args:?}: {json:?}");
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(value.to_string().contains(r"\u001b[31m"), "{args:?}: {json}");
    }
}

#[test]
fn quiet_leaves_results_and_problems() {
    let place = Place::with_cats(6);
    let outcome = place.train(&["--quiet", "--out", "run", "--steps", "2"]).succeeded();
    assert_eq!(outcome.out, "");
    assert!(outcome.err.lines().all(|line| line.starts_with("warning: ")), "{}", outcome.err);
    let complete = place.dcgan(&["train", "-q", "--resume", "run"]).succeeded();
    assert_eq!((complete.out.as_str(), complete.err.as_str()), ("", ""));
    for args in [&["info", "run"][..], &["runs", "."]] {
        let (loud, quiet) = (place.dcgan(args), place.dcgan(&[&["-q"], args].concat()));
        assert!(!loud.out.is_empty());
        assert_eq!(loud.out, quiet.out, "{args:?}");
    }
    for args in [
        &["generate", "--model", "run", "--seeds", "1", "--out", "x"][..],
        &["generate", "--model", "run", "--seeds", "1", "--grid", "x.png"],
        &["regenerate", "x.png", "--model", "run", "--out", "y.png"],
        &["interpolate", "--model", "run", "--seeds", "1,2", "--out", "z.png"],
        &["export", "--model", "run", "--out", "g.safetensors"],
        &["import", "--generator", "g.safetensors", "--out", "m.ckpt"],
    ] {
        let quiet = place.dcgan(&[args, &["-q"]].concat()).succeeded();
        assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""), "{args:?}");
    }
    place.dcgan(&["-q", "info", "missing"]).refused(1, &["missing"]);
}

/// As an alias or a script has it, whose flags a user overrides.
#[test]
fn the_last_of_repeated_flags_counts() {
    let place = Place::with_cats(4);
    place.train(&["--ngf", "16", "--ngf", "8", "--out", "run", "--steps", "1"]).succeeded();
    assert!(place.text("run/config.toml").contains("ngf = 8\n"));
}

#[test]
fn the_images_need_no_flag() {
    let place = Place::with_cats(4);
    place.dcgan(&[&["train", "cats", "--steps", "1"], SMALL].concat()).succeeded();
    assert!(place.text("runs/cats-001/config.toml").contains("/cats\"\n"));
}

#[test]
fn resuming_finds_the_newest_run() {
    let place = Place::with_cats(4);
    for _ in 0..2 {
        place.train(&["--steps", "1"]).succeeded();
    }
    place.dcgan(&["train", "--resume", "runs/cats-001", "--steps", "2"]).succeeded();
    let outcome = place.dcgan(&["train", "--resume", "--steps", "3"]).succeeded();
    outcome.prints(&["Resuming the newest run: runs/cats-001\n", "(step 2)"]);
    assert!(place.path("runs/cats-001/checkpoints/step_00000003.ckpt").is_file());
    assert_eq!(place.list("runs/cats-002/checkpoints"), ["step_00000001.ckpt"]);
    // With --out, the images have the place without a flag, as in a new run.
    let more = ["train", "cats", "--resume", "--out", "runs/cats-002", "--steps", "2"];
    place.dcgan(&more).succeeded();
}

/// As in `dcgan train | head`: the reader leaves, and the training goes on.
#[test]
fn a_run_outlives_the_reader_of_its_output() {
    let place = Place::with_cats(4);
    let args = [&["train", "cats", "--steps", "3", "--out", "run"], SMALL].concat();
    let mut command = place.command(&args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert!(place.path("run/checkpoints/step_00000003.ckpt").is_file());
}

/// What the program writes to a terminal of this width, which `script` makes, a program of every Linux (Debian:
/// bsdutils).
#[cfg(target_os = "linux")]
fn on_terminal(place: &Place, width: usize, args: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_dcgan");
    let line = format!("stty rows 24 cols {width}; {program} {}", args.join(" "));
    let mut script = std::process::Command::new("script");
    let script = script.args(["-qec", &line, "/dev/null"]).current_dir(place.path(""));
    let output = script.env("TERM", "xterm").stdin(Stdio::null()).output();
    let output = output.expect("this test needs the program `script`");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn the_display_never_wraps() {
    const WIDTH: usize = 50;
    let place = Place::with_cats(4);
    let train = ["train", "cats", "--steps", "30", "--out", "run", "--log-every", "1"];
    let text = on_terminal(&place, WIDTH, &[&train, SMALL].concat());
    assert!(text.contains("\u{1b}[J") && text.contains("100 % of 30 steps"), "{text:?}");
    let frames = text.split("\r\u{1b}[J").filter(|frame| frame.contains("\u{1b}[2A"));
    for line in frames.flat_map(str::lines) {
        let line = line.replace("\u{1b}[2A", "").replace("\u{1b}[32m", "");
        let line = line.replace("\u{1b}[2m", "").replace("\u{1b}[0m", "").replace('\r', "");
        assert!(line.chars().count() < WIDTH, "{line:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_evaluation_says_what_it_does() {
    const ERASED: &str = "\r\u{1b}[J";
    let place = Place::with_cats(8);
    place.train(&["--out", "run", "--steps", "1"]).succeeded();
    let text = on_terminal(&place, 79, &["evaluate", "run", "--count", "4"]);
    let mut rest = text.as_str();
    for stage in [
        "generating 4 images",
        "computing features",
        "looking for the nearest images",
        "comparing pixels",
        "comparing features",
    ] {
        let shown = format!("{ERASED}{stage}  ");
        let at = rest.find(&shown).unwrap_or_else(|| panic!("{stage}: {text:?}"));
        rest = &rest[at + shown.len()..];
    }
    let (last, report) = rest.split_once("model ").unwrap();
    assert!(last.ends_with(&format!(" s elapsed\r{ERASED}")), "{text:?}");
    assert!(!report.contains("elapsed"), "{text:?}");
    let quiet = on_terminal(&place, 79, &["evaluate", "run", "--count", "4", "--quiet"]);
    assert!(quiet.starts_with("model "), "{quiet:?}");
}
