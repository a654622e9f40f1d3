//! The parts of the command line that are functions. What a user sees is tested on the binary.

mod code;
#[path = "../build/digest.rs"]
mod digest;
mod npy;
mod provenance;

use clap::CommandFactory;
use ndarray::Array3;

use crate::canvas::Canvas;
use crate::console::{count, thousands};
use crate::model::{Name, Why};
use crate::seeds::Seeds;

#[test]
fn the_arguments_fit_together() {
    crate::Cli::command().debug_assert();
}

#[test]
fn seeds_are_read_as_people_write_them() {
    let seeds = |text: &str| text.parse::<Seeds>().map(|Seeds(seeds)| seeds);
    assert_eq!(seeds("7"), Ok(vec![7]));
    assert_eq!(seeds("0-3, 9,9 - 10"), Ok(vec![0, 1, 2, 3, 9, 9, 10]));
    assert_eq!(seeds(&u64::MAX.to_string()), Ok(vec![u64::MAX]));
    for wrong in ["", ",", "a", "-3", "1-", "5-2", "0-99999999999", "1.5"] {
        assert!(seeds(wrong).is_err(), "{wrong}");
    }
    assert_eq!(seeds("0-99999").unwrap().len(), 100_000);
    assert!(seeds("0-99999,5").is_err());
}

#[test]
fn numbers_are_grouped() {
    let written = [0, 12, 999, 1000, 1_234_567].map(thousands);
    assert_eq!(written, ["0", "12", "999", "1,000", "1,234,567"]);
    assert_eq!([count(1, "file"), count(2, "file")], ["1 file", "2 files"]);
}

#[test]
fn a_grid_pads_its_tiles_with_two_black_pixels() {
    let tile = |shade: u8| Canvas::of_bytes(1, 1, &[shade]);
    let grid = Canvas::grid(&[tile(1), tile(2), tile(3)], 2);
    assert_eq!((grid.width, grid.height), (8, 8));
    let lit: Vec<(usize, u8)> =
        grid.pixels.into_iter().enumerate().filter(|(_, shade)| *shade > 0).collect();
    // Row 2, columns 2 and 5; row 5, column 2.
    assert_eq!(lit, [(2 * 8 + 2, 1), (2 * 8 + 5, 2), (5 * 8 + 2, 3)]);
}

#[test]
fn contrast_is_not_stretched() {
    let picture = Array3::from_shape_vec((1, 5, 1), vec![-1.0, 0.0, 0.2, 1.0, 9.0]).unwrap();
    assert_eq!(Canvas::of_units(picture.view()).pixels, [0, 128, 153, 255, 255]);
}

#[test]
fn what_a_checkpoint_is_called_tells_its_step() {
    let run = tempfile::tempdir().unwrap();
    let folder = run.path().join(crate::model::CHECKPOINTS);
    std::fs::create_dir(&folder).unwrap();
    // In the order in which they were made.
    let names = [
        (0, 3, Why::Due, "step_00000003.ckpt"),
        (0, 20, Why::Milestone(50), "step_00000020_epoch_0050.ckpt"),
        (0, 900_000_000, Why::Due, "step_900000000.ckpt"),
        (1, 2, Why::Due, "step_00000002_rollback_1.ckpt"),
        (1, 4, Why::Milestone(10), "step_00000004_rollback_1_epoch_0010.ckpt"),
        (1, 5, Why::Stopped, "step_00000005_rollback_1_stopped.ckpt"),
        (2, 1, Why::Stopped, "step_00000001_rollback_2_stopped.ckpt"),
    ];
    for (.., name) in names.iter().rev() {
        std::fs::write(folder.join(name), "").unwrap();
    }
    for other in [
        ".dcgan-x.part",
        "step_7.ckpt.old",
        "step_7_epoch_x.ckpt",
        "step_7_best.ckpt",
        "step_7_rollback_.ckpt",
        "step_7_stopped_epoch_2.ckpt",
        "step_stopped.ckpt",
    ] {
        std::fs::write(folder.join(other), "").unwrap();
    }
    let found = crate::model::list(run.path()).unwrap().into_iter();
    let found: Vec<_> = found.map(|saved| (saved.name, saved.name.to_string())).collect();
    let expected =
        names.map(|(rollbacks, step, why, name)| (Name { rollbacks, step, why }, name.to_owned()));
    assert_eq!(found, expected);
}
