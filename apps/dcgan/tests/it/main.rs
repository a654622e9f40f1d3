//! The binary, as a user calls it.

mod animation;
#[cfg(unix)]
mod archives;
#[cfg(unix)]
mod best;
mod config_file;
mod data;
mod device;
mod edge_cases;
mod evaluate;
mod evaluate_every;
mod exports;
mod fine_tune;
#[cfg(unix)]
mod fingerprint;
mod gen_file;
mod healthy;
mod info;
#[cfg(unix)]
mod io_faults;
#[cfg(unix)]
mod kill;
mod left_out;
mod log;
#[cfg(unix)]
mod memory_limit;
mod metadata;
mod mix;
mod model;
mod output;
mod overwrite;
mod own_output;
mod refusals;
mod regenerate;
mod resume;
mod rollback;
#[cfg(unix)]
mod running;
#[cfg(unix)]
mod runs;
#[cfg(unix)]
mod shell;
mod small_sets;
#[cfg(unix)]
mod terminal;
#[cfg(target_os = "linux")]
mod threads;
mod train;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Networks so small that a step takes hardly any time.
const SMALL: &[&str] = &[
    "--image-size",
    "16",
    "--ngf",
    "4",
    "--ndf",
    "4",
    "--nz",
    "5",
    "--batch-size",
    "4",
    "--seed",
    "7",
    // As for a large set.
    "--d-norm",
    "batch",
];

/// A temporary folder for a test, in which the binary runs.
struct Place(TempDir);

/// How the binary ended, and its output.
#[derive(Debug)]
struct Outcome {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With `n` small cats in the folder `cats`.
    fn with_cats(n: u64) -> Self {
        let place = Self::new();
        place.draw_cats(n, 16);
        place
    }

    /// `n` cats of `side` pixels in the folder `cats`.
    fn draw_cats(&self, n: u64, side: u32) {
        fs::create_dir(self.path("cats")).unwrap();
        (0..n).for_each(|i| self.draw_cat(&format!("cats/{i}.png"), i, side));
    }

    /// One cat, without transparency.
    fn draw_cat(&self, name: &str, i: u64, side: u32) {
        let cat = image::DynamicImage::from(dcgan_data::cat(1, i, side, true)).into_rgb8();
        cat.save(self.path(name)).unwrap();
    }

    /// With a run of two steps on six cats in the folder `run`.
    fn with_run() -> Self {
        let place = Self::with_cats(6);
        place.train(&["--out", "run", "--steps", "2"]).succeeded();
        place
    }

    /// `dcgan interpolate` of the model `run` between these seeds.
    #[track_caller]
    fn walk(&self, seeds: &str, frames: &str, out: &str) {
        let walk = ["--seeds", seeds, "--frames", frames, "--out", out];
        self.dcgan(&[&["interpolate", "--model", "run"], &walk[..]].concat()).succeeded();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    /// The sorted names of the entries of a folder.
    fn list(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The pixels of `losses.png` below its title, which names the folder of the run.
    fn plot(&self, run: &str) -> image::RgbImage {
        let plot = image::open(self.path(&format!("{run}/losses.png"))).unwrap().into_rgb8();
        image::imageops::crop_imm(&plot, 0, 44, plot.width(), plot.height() - 44).to_image()
    }

    /// The log of a run without the times.
    #[cfg(unix)]
    fn timeless_log(&self, run: &str) -> Vec<serde_json::Value> {
        let timeless = |line: &str| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            line.as_object_mut()
                .unwrap()
                .retain(|key, _| key != "images_per_second" && key != "ms_per_step");
            line
        };
        self.text(&format!("{run}/log.jsonl")).lines().map(timeless).collect()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dcgan"));
        command.args(args).current_dir(self.0.path());
        // Without it, a layer of Mesa's Vulkan complains on standard error.
        command.env("XDG_RUNTIME_DIR", self.0.path());
        command
    }

    fn dcgan(&self, args: &[&str]) -> Outcome {
        Outcome::of(self.command(args).output().unwrap())
    }

    /// `dcgan train` of a small network on the folder `cats`.
    fn train(&self, args: &[&str]) -> Outcome {
        self.dcgan(&[&["train", "--data", "cats"], SMALL, args].concat())
    }
}

impl Outcome {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn succeeded(self) -> Self {
        self.ended(0)
    }

    #[track_caller]
    fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// All of the parts are in its output.
    #[track_caller]
    fn prints(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.out.contains(part), "`{part}` is not in:\n{}", self.out);
        }
    }

    /// The program refused with this code, in one line with all of the parts.
    #[track_caller]
    fn refused(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(self.err.starts_with("error: "), "{}", self.err);
        assert_eq!(self.err.trim_end().lines().count(), 1, "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
        self
    }
}

/// Width and height of an image file.
fn size(path: &Path) -> (u32, u32) {
    image::image_dimensions(path).unwrap()
}
