//! The binary is killed at random moments, and resumes each time as if nothing had happened.
//!
//! When a kill comes is drawn; where it finds the process also depends on the machine. The verdict
//! does not: wherever it was, a valid checkpoint is found and the end is the same, byte for byte.

use std::time::Duration;

use crate::Place;
use crate::running::Running;

/// Kills in the ordinary suite; `just soak` sets more.
const KILLS: u64 = 12;

const FLAGS: &[&str] =
    &["--checkpoint-every", "1", "--sample-every", "7", "--keep", "last=1,every=20"];

/// splitmix64: number `i` of the draws of this test.
pub(crate) fn draw(i: u64) -> u64 {
    let x = i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts, for those who ask with --nocapture")]
fn killed_again_and_again_it_ends_like_a_run_that_was_not() {
    let kills = kills();
    let place = Place::with_cats(6);
    let mut newest = 0;
    for i in 0..kills {
        live(&place, i);
        let found = newest_whole(&place);
        assert!(found >= newest, "kill {i}: step {found} after step {newest}");
        newest = found;
    }
    // Now both to the same end, which lies behind all that was killed.
    let end = (newest + 5).to_string();
    let log_every = ["--log-every", "1"];
    let rest = [&["train", "--out", "run", "--resume", "--steps", &end], FLAGS].concat();
    place.dcgan(&rest).succeeded();
    let whole = ["--out", "straight", "--steps", &end];
    place.train(&[&whole[..], FLAGS, &log_every].concat()).succeeded();
    assert_same(&place);
    println!("{kills} kills survived; {end} steps, the last checkpoint and all else the same");
}

#[expect(clippy::disallowed_methods, reason = "the campaign is longer outside the suite")]
fn kills() -> u64 {
    std::env::var("DCGAN_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// One life of the run: half of them end while it starts, half while it trains.
fn live(place: &Place, i: u64) {
    let (kind, when) = (draw(3 * i), draw(3 * i + 1));
    if kind.is_multiple_of(2) {
        let running = Running::start(place, FLAGS);
        std::thread::sleep(Duration::from_micros(when % 40_000));
        running.kill();
    } else {
        let before = place.lines("run/log.jsonl");
        let mut running = Running::start(place, FLAGS);
        let steps = 1 + when as usize % 40;
        running.wait_for("steps in the log", || {
            let lines = place.lines("run/log.jsonl");
            // Resuming cuts the log back to the checkpoint.
            lines >= before + steps
        });
        std::thread::sleep(Duration::from_micros(draw(3 * i + 2) % 5_000));
        running.kill();
    }
}

/// The step of the newest checkpoint, none of which may be damaged; 0 if there is none.
#[track_caller]
fn newest_whole(place: &Place) -> u64 {
    if !place.path("run/checkpoints").exists() {
        return 0;
    }
    let names = place.list("run/checkpoints");
    let Some(last) = names.iter().rfind(|name| name.starts_with("step_")) else { return 0 };
    let outcome = place.dcgan(&["info", "run"]).succeeded();
    assert_eq!(outcome.err, "", "a damaged checkpoint");
    assert!(outcome.out.contains(last.as_str()), "{last} is not the newest: {}", outcome.out);
    last["step_".len()..][.."00000000".len()].parse().unwrap()
}

/// That the run that was killed has left what the one that was not has, times apart.
fn assert_same(place: &Place) {
    for folder in ["checkpoints", "samples"] {
        let [killed, straight] =
            ["run", "straight"].map(|run| place.list(&format!("{run}/{folder}")));
        assert_eq!(killed, straight);
        for name in killed {
            let [a, b] =
                ["run", "straight"].map(|run| place.bytes(&format!("{run}/{folder}/{name}")));
            assert!(a == b, "{folder}/{name} differs");
        }
    }
    assert_eq!(place.timeless_log("run"), place.timeless_log("straight"));
    let [a, b] = ["run", "straight"].map(|run| place.bytes(&format!("{run}/reals.png")));
    assert!(a == b, "reals.png differs");
    let [a, b] = ["run", "straight"].map(|run| place.plot(run));
    assert!(a == b, "losses.png differs");
}
