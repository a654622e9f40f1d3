//! Images that exceed the memory limit.

use std::fs;
use std::process::Command;

use crate::running::Running;
use crate::{Outcome, Place, SMALL};

const CACHE: &str = "run/pictures.cache";

/// As little memory for images as there can be.
const NONE: &[&str] = &["--memory-limit", "0"];

/// `dcgan train --resume` up to a step, with no memory for images.
fn resumed(place: &Place, steps: &str) -> Outcome {
    let flags = ["train", "--out", "run", "--resume", "--log-every", "1", "--steps", steps];
    place.dcgan(&[&flags[..], NONE].concat())
}

/// A run that was stopped, and the step after which.
fn stopped(place: &Place) -> u64 {
    let outcome = Running::training(place, NONE).interrupt();
    assert_eq!(outcome.code, Some(130), "{outcome:#?}");
    assert!(place.path(CACHE).exists(), "it is kept for the next session");
    place.lines("run/log.jsonl") as u64
}

/// A run that gives this warning when it is resumed, and is stopped again.
fn warned(place: &Place, warning: &str) {
    let mut running = Running::start(place, NONE);
    running.wait_for("a warning", || place.text("err").contains(warning));
    let steps = place.lines("run/log.jsonl");
    running.wait_for("a step", || place.lines("run/log.jsonl") > steps);
    assert_eq!(running.interrupt().code, Some(130));
}

/// That the run ended as one does that had all images in memory.
fn ends_like_one_in_memory(place: &Place, steps: u64) {
    place.train(&["--out", "straight", "--steps", &steps.to_string()]).succeeded();
    let checkpoint = format!("checkpoints/step_{steps:08}.ckpt");
    for file in [&checkpoint, "reals.png", "samples/epoch_0000.png"] {
        let [a, b] = ["run", "straight"].map(|run| place.bytes(&format!("{run}/{file}")));
        assert!(a == b, "{file} differs");
    }
}

#[test]
fn the_run_is_the_same_and_the_file_goes_at_its_end() {
    let place = Place::with_cats(9);
    fs::write(place.path("cats/3-broken.png"), "none").unwrap();
    let flags = ["--out", "run", "--steps", "7", "--threads", "2"];
    let outcome = place.train(&[&flags[..], NONE].concat()).succeeded();
    outcome.prints(&["The images take 7 KiB, more than the memory limit of 0 KiB", CACHE]);
    assert!(outcome.err.contains("skipped cats/3-broken.png"), "{}", outcome.err);
    assert!(!place.path(CACHE).exists());
    ends_like_one_in_memory(&place, 7);
    // Where there is room no file is written.
    let outcome =
        place.train(&["--out", "roomy", "--steps", "1", "--memory-limit", "1MB"]).succeeded();
    assert!(!outcome.out.contains("memory limit"), "{}", outcome.out);
}

#[test]
fn a_resumed_run_takes_the_file_that_is_there() {
    let place = Place::with_cats(9);
    let steps = stopped(&place) + 3;
    let outcome = resumed(&place, &steps.to_string()).succeeded();
    outcome.prints(&["Reusing the image cache run/pictures.cache"]);
    assert!(!place.path(CACHE).exists());
    ends_like_one_in_memory(&place, steps);
}

/// It reads no image again, and still reports those that were skipped.
#[test]
fn a_resumed_run_names_the_skipped_files_as_the_first_did() {
    let place = Place::with_cats(9);
    let skipped = |outcome: &str| -> Vec<String> {
        outcome.lines().filter(|line| line.contains("skipped")).map(str::to_owned).collect()
    };
    for broken in 0..11 {
        fs::write(place.path(&format!("cats/broken{broken}.png")), "none").unwrap();
    }
    let steps = stopped(&place) + 1;
    let first = skipped(&place.text("err"));
    assert_eq!(first.len(), 11, "{first:?}");
    assert!(first[0].starts_with("warning: skipped cats/broken0.png: is not a PNG"), "{first:?}");
    assert!(first[10].starts_with("warning: skipped 1 more"), "{first:?}");
    let outcome = resumed(&place, &steps.to_string()).succeeded();
    outcome.prints(&["Reusing the image cache run/pictures.cache"]);
    assert_eq!(skipped(&outcome.err), first);
}

#[test]
fn a_damaged_file_is_reported_and_rebuilt() {
    let place = Place::with_cats(9);
    let mut steps = stopped(&place);
    type Damage = fn(&mut Vec<u8>);
    let damages: [(Damage, &str); 5] = [
        (|bytes| bytes.truncate(1000), "has 1000 bytes, but should have 6984"),
        (|bytes| bytes.truncate(3), "is too short for an image cache"),
        (|bytes| bytes[5000] ^= 1, "does not hold the bytes that were written to it"),
        (|bytes| bytes[20] ^= 1, "has a damaged header"),
        (|bytes| bytes[..72].fill(0), "is not an image cache, or an incomplete one"),
    ];
    for (damage, reason) in damages {
        let mut bytes = fs::read(place.path(CACHE)).unwrap();
        damage(&mut bytes);
        fs::write(place.path(CACHE), bytes).unwrap();
        warned(&place, &format!("warning: {CACHE} {reason}; reading the images again"));
        steps = place.lines("run/log.jsonl") as u64;
    }
    resumed(&place, &(steps + 1).to_string()).succeeded().prints(&["Reusing"]);
    ends_like_one_in_memory(&place, steps + 1);
}

#[test]
fn a_file_of_other_images_is_not_used() {
    let place = Place::with_cats(9);
    let steps = stopped(&place) + 1;
    // As large, and another cat.
    fs::copy(place.path("cats/0.png"), place.path("cats/1.png")).unwrap();
    let outcome = resumed(&place, &steps.to_string()).ended(1);
    outcome.prints(&[
        "was made from other files, or they have changed since; reading the images again",
    ]);
    assert!(outcome.err.contains("--allow-data-change"), "{}", outcome.err);
    assert!(!(outcome.out + &outcome.err).contains("warning"), "{}", outcome.err);
    let more = ["--memory-limit", "1MB", "--allow-data-change"];
    let flags = ["train", "--out", "run", "--resume", "--steps", &steps.to_string()];
    place.dcgan(&[&flags[..], &more].concat()).succeeded();
}

/// Killed while it reads, a run leaves nothing that could be taken for images.
#[test]
fn half_a_file_is_never_used_and_is_removed() {
    let place = Place::with_cats(9);
    fs::create_dir(place.path("run")).unwrap();
    fs::write(place.path("run/.dcgan-abc.part"), "half of the images").unwrap();
    place.train(&[&["--out", "run", "--steps", "1"], NONE].concat()).succeeded();
    assert!(!place.path("run/.dcgan-abc.part").exists());
}

/// Every file that is larger than the limit fails to be written, as on a full disk.
#[test]
fn without_space_on_the_disk_no_run_starts_and_the_remedy_is_named() {
    let place = Place::with_cats(40);
    let all = [&["train", "--data", "cats", "--out", "run", "--steps", "1"], SMALL, NONE].concat();
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec {} {}",
        env!("CARGO_BIN_EXE_dcgan"),
        all.join(" ")
    );
    let mut command = Command::new("sh");
    let output = command.args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    Outcome::of(output).refused(
        1,
        &[
            "cannot write run/pictures.cache",
            "free some space",
            "raise the memory limit",
            "too large",
        ],
    );
    assert!(!place.path("run").exists(), "{:?}", place.list("run"));
}

/// A mapped file that is truncated: the system ends the process, and nothing saved is lost.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_cut_off_while_it_is_used_ends_the_run_like_a_kill() {
    use std::os::unix::process::ExitStatusExt;
    let place = Place::with_cats(40);
    let mut running = Running::training(&place, &[NONE, &["--checkpoint-every", "1"]].concat());
    running.wait_for("a checkpoint", || place.path("run/checkpoints").exists());
    fs::File::options().write(true).open(place.path(CACHE)).unwrap().set_len(0).unwrap();
    let status = running.wait();
    assert_eq!(status.signal(), Some(7), "SIGBUS: {}", place.text("err"));
    warned(&place, "pictures.cache is too short for an image cache");
    let steps = place.lines("run/log.jsonl") as u64 + 1;
    resumed(&place, &steps.to_string()).succeeded();
    ends_like_one_in_memory(&place, steps);
}

#[test]
fn limits_are_read_as_people_write_them() {
    let place = Place::with_cats(2);
    for limit in ["0", "1", "64MiB", "2 gb", "1K"] {
        let flags = ["--out", limit, "--steps", "1", "--memory-limit", limit];
        place.train(&flags).succeeded();
    }
    for wrong in ["much", "1.5", "-1", "99999999999GiB", "MiB", ""] {
        let flag = format!("--memory-limit={wrong}");
        place.train(&["--out", "wrong", &flag]).refused(2, &["--memory-limit", "as in 2GiB"]);
    }
}

/// Writes a PNG of one colour without holding it in memory.
#[cfg(target_os = "linux")]
fn put_large_png(place: &Place, name: &str, width: u32, height: u32) {
    use std::io::Write;
    let file = std::io::BufWriter::new(fs::File::create(place.path(name)).unwrap());
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = [200, 100, 50].repeat(width as usize);
    (0..height).for_each(|_| stream.write_all(&row).unwrap());
    stream.finish().unwrap();
}

/// Twelve images of 50 MB on twelve threads, and one of 192 MB that nothing can hold.
#[cfg(target_os = "linux")]
#[test]
fn the_limit_includes_the_images_being_decoded() {
    let place = Place::with_cats(2);
    for i in 0..12 {
        put_large_png(&place, &format!("cats/large{i}.png"), 12_000, 1400);
    }
    put_large_png(&place, "cats/too-large.png", 16_000, 4000);
    let flags = ["--memory-limit", "140MB", "--threads", "12"];
    let running = Running::training(&place, &flags);
    let status = fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = most.trim().trim_end_matches(" kB").parse().unwrap();
    running.interrupt();
    assert!(kilobytes * 1024 < 140_000_000 + (256 << 20), "{most}");
    let err = place.text("err");
    let skipped: Vec<&str> = err.lines().filter(|line| line.contains("skipped")).collect();
    let [skipped] = skipped[..] else { panic!("{err}") };
    for part in ["cats/too-large.png: needs 19", "MB to decode", "memory limit allows (140 MB)"] {
        assert!(skipped.contains(part), "{skipped}");
    }
}
