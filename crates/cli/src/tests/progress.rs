use std::time::Duration;

use dcgan_gan::Losses;
use dcgan_run::journal::Record;

use crate::live::{drawn, fitted};
use crate::loading;
use crate::progress::{Pace, Position, frame, plain};
use crate::stages;

const LOSSES: Losses =
    Losses { generator: 123.456, real: 12.345, fake: 12.345, d_real: 0.123, d_fake: 0.123 };

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// After a quarter of the run.
fn position(total: u64, epochs: f64) -> Position {
    let step = total / 4;
    let (elapsed, time) = (seconds(125), seconds(120));
    Position { step, total, epochs, elapsed, timed: step, time }
}

/// The text of a line without the colours of the bar.
fn uncoloured(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn the_display_shows_how_far_the_run_is() {
    let record = Record::new(512, 4.0, &LOSSES, 100.0, 64);
    let lines = frame(Some(&record), &position(2048, 16.0), 79);
    assert_eq!(lines[0], "epoch 4.0/16  loss_G 123.456  loss_D_real 12.345  loss_D_fake 12.345");
    assert_eq!(lines[1], "D(x) 0.12  D(G(z)) 0.12  640 images/s");
    let bar = uncoloured(&lines[2]);
    let text = "  25 % of 2,048 steps  2 min 05 s elapsed, 6 min 00 s left";
    assert!(bar.ends_with(text), "{bar}");
    let room = 79 - text.chars().count();
    assert_eq!(bar.chars().filter(|&c| c == '█').count(), room / 4);
    assert_eq!(bar.chars().count(), 79);
}

/// Nothing wraps at any width, and nothing of what fits into 79 columns is left out.
#[test]
fn the_display_fits_into_the_terminal() {
    let record = Record::new(1_000_000, 9999.9, &LOSSES, 0.01, 64);
    for epochs in [0.5, 10_000.0] {
        let position = position(4_000_000, epochs);
        for width in 0..=200 {
            for record in [Some(&record), None] {
                for line in frame(record, &position, width) {
                    let columns = uncoloured(&line).chars().count();
                    assert!(columns <= width, "{columns} in {width} columns: {line}");
                }
            }
            assert!(loading::line(123_456, 1_000_000, seconds(9), width).chars().count() <= width);
            assert!(stages::line("comparing pixels", seconds(9), width).chars().count() <= width);
        }
        let lines = frame(Some(&record), &position, 79).concat();
        for part in
            ["epoch", "loss_G", "loss_D_fake", "D(x)", "images/s", "25 %", "elapsed", "left"]
        {
            assert!(lines.contains(part), "{part}: {lines}");
        }
    }
}

#[test]
fn a_part_of_an_epoch_has_one_decimal() {
    let record = Record::new(1, 0.25, &LOSSES, 100.0, 64);
    let line = frame(Some(&record), &position(10, 2.3333), 79).swap_remove(0);
    assert!(line.starts_with("epoch 0.2/2.3  loss_G"), "{line}");
}

#[test]
fn numbers_are_not_cut() {
    let items = ["loss_G 1.234", "loss_D 5.678"].map(str::to_owned);
    assert_eq!(fitted(&items, 26), "loss_G 1.234  loss_D 5.678");
    assert_eq!(fitted(&items, 25), "loss_G 1.234");
    assert_eq!(fitted(&items, 11), "");
}

/// A frame replaces the one before, wherever the terminal has wrapped that: it begins by erasing everything from
/// its first character on, and leaves the cursor there.
#[test]
fn the_cursor_rests_at_the_start_of_the_display() {
    let lines = |n: usize| vec!["x".to_owned(); n];
    assert_eq!(drawn(&lines(3)), "\r\x1b[Jx\nx\nx\x1b[2A\r");
    assert_eq!(drawn(&lines(1)), "\r\x1b[Jx\r");
    assert_eq!(drawn(&[]), "\r\x1b[J\r");
}

/// The terminal, a log that is printed, and `log.jsonl` have one name for each quantity.
#[test]
fn a_printed_line_has_the_names_of_the_log() {
    let record = Record::new(512, 4.0, &LOSSES, 100.0, 64);
    let line = plain(&record, &position(2048, 16.0));
    assert_eq!(
        line,
        "epoch 4.0/16  step 512/2,048  loss_G 123.456  loss_D_real 12.345  loss_D_fake 12.345  D(x) 0.12  D(G(z)) 0.12  640 images/s  2 min 05 s elapsed, 6 min 00 s left"
    );
    let log = serde_json::to_string(&record).unwrap();
    for name in ["loss_G", "loss_D_real", "loss_D_fake"] {
        assert!(line.contains(name) && log.contains(&name.to_lowercase()), "{name}");
    }
}

/// The steps after which a line is printed, of a run from step `first` with this many steps in an epoch.
fn lines(first: u64, total: u64, steps_per_epoch: f64) -> Vec<u64> {
    let epoch = |step: u64| step as f64 / steps_per_epoch;
    let mut pace = Pace::new(first, epoch(first));
    (first + 1..=total).filter(|&step| pace.is_due(step, epoch(step), total)).collect()
}

#[test]
fn a_line_is_printed_for_each_epoch_within_reason() {
    assert_eq!(lines(0, 12, 4.0), [4, 8, 12]);
    assert_eq!(lines(0, 9, 1.5), [2, 3, 5, 6, 8, 9]);
    assert_eq!(lines(0, 10, 4.0), [4, 8, 10], "and for the last step");
    assert_eq!(lines(6, 12, 4.0), [8, 12], "a resumed run");
    let many = lines(0, 100_000, 1.0);
    assert_eq!((many.len(), many[0]), (200, 500), "epochs of one step");
}
