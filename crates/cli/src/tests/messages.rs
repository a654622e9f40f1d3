use std::path::Path;
use std::time::Duration;

use dcgan_gan::Losses;
use dcgan_run::journal::Record;

use crate::messages::{duration, quoted};
use crate::progress::live_lines;

#[test]
fn durations_have_two_units_at_most() {
    let written = [7, 245, 3_725].map(|s| duration(Duration::from_secs(s)));
    assert_eq!(written, ["7 s", "4 min 05 s", "1 h 02 min"]);
}

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
        ("", "''"),
        ("-x", "'./-x'"),
        ("a\nb", "'a\nb'"),
    ] {
        assert_eq!(quote(path), expected);
    }
}

#[test]
fn the_lines_above_the_bar_fit_into_79_columns() {
    let losses =
        Losses { generator: 123.456, real: 12.345, fake: 12.345, d_real: 0.123, d_fake: 0.123 };
    let record = Record::new(1_000_000, 9999.9, &losses, 0.01, 64);
    for epochs in [None, Some(10_000)] {
        for line in live_lines(&record, epochs) {
            assert!(line.chars().count() <= 79, "{line}");
        }
    }
    let record = Record::new(10, 0.5, &losses, 100.0, 64);
    assert_eq!(
        live_lines(&record, Some(16)),
        [
            "epoch 0.5/16  loss_G 123.456  loss_D_real 12.345  loss_D_fake 12.345",
            "D(x) 0.12  D(G(z)) 0.12  640 images/s"
        ]
    );
}
