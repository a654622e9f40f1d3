//! `config.toml` is a file that anyone can write into.

use dcgan_gan::Value;
use dcgan_mutate::{Draws, mutated};

use crate::settings::{Options, Settings, try_config};

/// Damaged files that are tried, and as many with other values.
const INPUTS: u64 = 4000;

/// With every field that there is; the fuzzer begins with it too.
const WHOLE: &str = include_str!("../../../../fuzz/src/config.toml");

/// What may stand where a value stood.
const VALUES: [&str; 16] = [
    "0",
    "1",
    "-1",
    "4096",
    "9223372036854775807",
    "9223372036854775808",
    "0.0",
    "1e308",
    "nan",
    "-inf",
    "\"\"",
    "\"last=1\"",
    "\"a\\nb\"",
    "true",
    "[]",
    "{}",
];

#[test]
fn what_a_setting_cannot_be_is_refused_with_what_it_must_be() {
    for (name, value, why) in [
        ("nz", Value::Text("many".into()), "it must be a whole number, such as 100"),
        ("lr", Value::Bool(true), "it must be a number, such as 0.0002"),
        ("flip", Value::Int(1), "it must be true or false"),
        ("d_norm", Value::Int(1), "it cannot have this value; the default is \"batch\""),
        ("batch", Value::Int(3), "there is no setting with this name; did you mean `batch_size`?"),
    ] {
        let error = Settings::default().set(name, &value).unwrap_err();
        assert_eq!(error.to_string(), format!("{name} is {value}: {why}"));
    }
}

#[test]
fn the_whole_file_has_every_field_and_is_taken() {
    assert!(try_config(WHOLE));
    let settings = Settings::from_toml(WHOLE).unwrap();
    let names = |text: &str| -> Vec<String> {
        let named = text.lines().filter_map(|line| line.split_once(" = "));
        named.map(|(name, _)| name.to_owned()).collect()
    };
    let with = Settings { steps: Some(1), ..settings };
    let mut all = names(&with.to_toml().unwrap());
    all.retain(|name| name != "steps");
    assert_eq!(names(WHOLE), all);
}

#[test]
fn a_name_that_is_no_setting_is_refused_in_one_line() {
    let given = |text: &str| Options::default().with_config(text);
    let why = given("\"image\\nsize\" = 1").unwrap_err();
    assert_eq!(why, "there is no setting `image size`; did you mean `image_size`?");
    assert!(!given("nz = \"a\\nb\"").unwrap_err().contains('\n'));
    // The whole file of a run, whose origin and graphics card say nothing of another.
    let options = given(WHOLE).unwrap();
    let is_record = |name: &str| ["origin", "gpu"].contains(&name);
    assert!(options.data.is_some() && !options.settings.iter().any(|(name, _)| is_record(name)));
    assert!(WHOLE.contains("[[origin]]") && WHOLE.contains("[gpu]"));
}

#[test]
fn no_damaged_file_panics() {
    let mut taken = 0;
    for i in 0..INPUTS {
        let bytes = mutated(WHOLE.as_bytes(), &mut Draws::new(7, i));
        taken += u64::from(try_config(&String::from_utf8_lossy(&bytes)));
    }
    assert!((INPUTS / 50..INPUTS / 2).contains(&taken), "{taken} of {INPUTS} were taken");
}

#[test]
fn no_other_value_panics() {
    let lines: Vec<&str> = WHOLE.lines().collect();
    let mut taken = 0;
    for i in 0..INPUTS {
        let draws = &mut Draws::new(8, i);
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        for _ in 0..=draws.below(3) {
            let at = draws.below(lines.len());
            let line = &mut lines[at];
            if let Some((name, _)) = line.split_once(" = ") {
                *line = format!("{name} = {}", VALUES[draws.below(VALUES.len())]);
            }
        }
        taken += u64::from(try_config(&lines.join("\n")));
    }
    assert!((INPUTS / 50..INPUTS / 2).contains(&taken), "{taken} of {INPUTS} were taken");
}

#[test]
fn what_no_run_can_have_is_refused_by_name() {
    for (line, wrong, why) in [
        ("epochs = 300", "epochs = 0", "epochs is 0: it must be at least 1"),
        ("sample_every = 10", "sample_every = 0", "sample_every is 0"),
        ("checkpoint_every = 10", "checkpoint_every = 0", "checkpoint_every is 0"),
        ("log_every = 10", "log_every = 0", "log_every is 0"),
        ("epochs = 300", "steps = 0", "steps is 0"),
        ("image_size = 64", "image_size = 0", "image_size is 0: it must be 16"),
        ("image_size = 64", "image_size = 1000000000000", "image_size is 1000000000000"),
        ("lr = 0.0002", "lr = nan", "lr is NaN"),
        ("seed = 42", "", "missing field `seed`"),
        ("keep = \"last=3", "keep = \"last=0", "the number of checkpoints must be at least 1"),
    ] {
        let text = WHOLE.replacen(line, wrong, 1);
        assert_ne!(text, WHOLE);
        let message = Settings::from_toml(&text).unwrap_err();
        assert!(message.contains(why), "{wrong}: {message}");
    }
}

#[test]
fn an_impossible_value_is_refused_with_its_name() {
    for (name, value) in [
        ("lr", "\"x\""),
        ("nz", "\"x\""),
        ("objective", "\"x\""),
        ("augment", "\"x\""),
        ("nz", "1.5"),
    ] {
        let wrong: Vec<String> = WHOLE
            .lines()
            .map(|line| match line.split_once(" = ") {
                Some((own, _)) if own == name => format!("{name} = {value}"),
                _ => line.to_owned(),
            })
            .collect();
        let why = Settings::from_toml(&wrong.join("\n")).unwrap_err();
        assert!(why.contains(name), "{why}");
    }
}
