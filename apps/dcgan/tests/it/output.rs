//! Standard output: lines that cannot be written, and paths that a shell would split.

use std::process::Stdio;

use crate::Place;

/// A script that saves the output must learn that it is incomplete.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let place = Place::with_run();
    for args in [
        &["info", "run"][..],
        &["info", "run", "--json"],
        &["runs", "."],
        &["bench", "--steps", "1", "--image-size", "16", "--ngf", "4", "--ndf", "4"],
        &["data", "cats", "--list"],
        &["generate", "--model", "run", "--seeds", "3", "--out", "x"],
        &["--help"],
        &["train", "--resume", "--out", "run", "--steps", "3"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = place.command(args).stdout(Stdio::from(full)).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            error, "error: cannot write to standard output: No space left on device\n",
            "{args:?}"
        );
        assert!(matches!(output.status.code(), Some(1 | 2)), "{args:?}: {:?}", output.status);
    }
    // The training itself was not lost.
    assert!(place.path("run/checkpoints/step_00000003.ckpt").is_file());
}

/// As in `dcgan info run | head -1`.
#[test]
fn a_closed_pipe_is_not_an_error() {
    let place = Place::with_run();
    for args in [&["info", "run"][..], &["train", "--help"]] {
        let mut command = place.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

#[test]
fn printed_commands_quote_paths_with_spaces() {
    let place = Place::with_cats(4);
    let outcome = place.train(&["--out", "my run", "--steps", "1"]).succeeded();
    let command = "generate --model 'my run' --seeds 0-63 --grid samples.png";
    let program = env!("CARGO_BIN_EXE_dcgan");
    outcome.prints(&[&format!("Generate more with: {program} {command}\n")]);
    let resume = place.dcgan(&["train", "--out", "my run"]);
    resume.refused(1, &["my run already contains a run"]);
}

#[test]
fn every_command_has_examples_and_train_has_the_usual_headings() {
    let place = Place::new();
    for command in [
        "train",
        "generate",
        "regenerate",
        "interpolate",
        "export",
        "import",
        "runs",
        "info",
        "data",
        "bench",
    ] {
        let help = place.dcgan(&[command, "--help"]).succeeded().out;
        assert!(help.contains(&format!("Examples:\n  dcgan {command}")), "{help}");
    }
    let help = place.dcgan(&["train", "--help"]).succeeded().out;
    let mut rest = help.as_str();
    let headings = ["Data", "Training", "Model", "Optimizer", "Output", "Monitoring", "Debugging"];
    for heading in headings {
        let at = rest.find(&format!("\n{heading}:\n"));
        rest = &rest[at.unwrap_or_else(|| panic!("no {heading} in its place in:\n{help}"))..];
    }
}
