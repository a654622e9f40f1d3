//! The fingerprint of a run: what decides its results, and nothing else.

use std::fs;

use crate::{Outcome, Place};

/// The parts of the line that training prints: the whole, settings, data, code.
fn parts(outcome: &Outcome) -> [String; 4] {
    // In two lines, since one would be too long for most terminals.
    let text = outcome.out.replace("\ncode ", ", code ");
    let line = text.lines().find_map(|line| line.strip_prefix("fingerprint "));
    let line = line.unwrap_or_else(|| panic!("no fingerprint in:\n{}", outcome.out));
    let (whole, rest) = line.split_once(": settings ").unwrap();
    let (settings, rest) = rest.split_once(", data ").unwrap();
    let (data, code) = rest.split_once(", code ").unwrap();
    [whole, settings, data, code].map(str::to_owned)
}

/// The parts of a run of one step with these flags and those of a small one.
fn started(place: &Place, flags: &[&str]) -> [String; 4] {
    let out = format!("run{}", place.list("").len());
    parts(&place.train(&[&["--out", &out, "--steps", "1"], flags].concat()).succeeded())
}

#[test]
fn the_same_settings_and_data_have_the_same_fingerprint() {
    let place = Place::with_cats(6);
    let print = started(&place, &[]);
    assert_eq!(print[0].len(), 12);
    // What does not affect results.
    for flags in [
        &[][..],
        &["--threads", "3"],
        &["--sample-every", "2", "--checkpoint-every", "3", "--log-every", "4"],
        &["--keep", "last=1"],
        &["--conv", "auto", "--simd", "auto"],
    ] {
        assert_eq!(started(&place, flags), print, "{flags:?}");
    }
    fs::rename(place.path("cats"), place.path("tomcats")).unwrap();
    std::os::unix::fs::symlink("tomcats", place.path("cats")).unwrap();
    assert_eq!(started(&place, &[]), print, "the same images elsewhere");
}

#[test]
fn whatever_affects_results_changes_the_fingerprint_and_its_part() {
    let place = Place::with_cats(6);
    let [whole, settings, data, code] = started(&place, &[]);
    let mut seen = vec![whole];
    for (flag, value) in [
        ("--image-size", "32"),
        ("--channels", "1"),
        ("--nz", "6"),
        ("--ngf", "8"),
        ("--ndf", "8"),
        ("--batch-size", "5"),
        ("--lr", "0.001"),
        ("--beta1", "0.9"),
        ("--seed", "1"),
        ("--conv", "im2col"),
    ] {
        // Twice given, the last holds: so the flags of a small run have to go.
        let small: Vec<&str> =
            crate::SMALL.chunks(2).filter(|f| f[0] != flag).flatten().copied().collect();
        let rest = ["--out", &flag[2..], "--steps", "1", flag, value];
        let outcome =
            place.dcgan(&[&["train", "--data", "cats"], &small[..], &rest].concat()).succeeded();
        let other = parts(&outcome);
        assert!(!seen.contains(&other[0]), "{flag}: {other:?}");
        assert_ne!(other[1], settings, "{flag}");
        // Images of another size have other bytes.
        assert_eq!(other[2] == data, !["--image-size", "--channels"].contains(&flag), "{flag}");
        assert_eq!(other[3], code);
        seen.push(other[0].clone());
    }
    fs::remove_file(place.path("cats/3.png")).unwrap();
    let other = started(&place, &[]);
    assert!(
        !seen.contains(&other[0]) && other[1] == settings && other[2] != data && other[3] == code
    );
}

#[test]
fn a_run_stores_its_fingerprint_and_info_shows_it() {
    let place = Place::with_run();
    let outcome = place.dcgan(&["train", "--out", "run", "--resume", "--steps", "3"]).succeeded();
    assert_eq!(outcome.err, "", "nothing has changed");
    let [whole, settings, data, code] = parts(&outcome);
    let config: toml::Table = place.text("run/config.toml").parse().unwrap();
    let origins = config["origin"].as_array().unwrap();
    assert_eq!(origins.len(), 1, "a resumed run is the same run");
    let stored = |key: &str| origins[0][key].as_str().unwrap();
    assert_eq!(
        [stored("fingerprint"), stored("settings"), stored("crc32"), stored("code")],
        [whole.as_str(), &settings, &data, &code]
    );
    let line = format!("fingerprint    {whole}: settings {settings}, data {data}, code {code}\n");
    place.dcgan(&["info", "run"]).succeeded().prints(&[&line]);
    let version = place.dcgan(&["--version"]).succeeded().out;
    assert_eq!(version.trim(), format!("dcgan {code}"));
    assert!(code.starts_with(concat!(env!("CARGO_PKG_VERSION"), "+")), "{code}");
}

#[test]
fn a_run_resumed_by_other_code_warns_and_has_another_fingerprint() {
    let place = Place::with_run();
    let config = place.text("run/config.toml");
    let more =
        |steps| place.dcgan(&["train", "--out", "run", "--resume", "--steps", steps]).succeeded();
    let [whole, _, _, code] = parts(&more("3"));
    let begun_by = |other: &str| {
        fs::write(place.path("run/config.toml"), config.replace(&code, other)).unwrap();
    };
    begun_by("0.0.9+01234567");
    let outcome = more("4");
    let expected = ["started differently", "code 0.0.9+01234567 then", &code];
    assert!(expected.iter().all(|part| outcome.err.contains(part)), "{}", outcome.err);
    let mixed = parts(&outcome);
    assert_ne!(mixed[0], whole);
    place.dcgan(&["info", "run"]).succeeded().prints(&["code 0.0.9+01234567", "  from step 3: "]);
    // Again: still reported, and still the same two.
    let outcome = more("5");
    assert!(outcome.err.contains("code 0.0.9+01234567 then"), "{}", outcome.err);
    assert_eq!(parts(&outcome), mixed);
}
