use std::fs;

use dcgan_run::{Options, RunError, Session};

use super::{PROGRAM, options, run};

#[test]
fn errors_name_the_setting_and_speak_of_no_flag() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let refused = |options: Options, resume: bool| {
        let error = run(&options, resume, &()).0.unwrap_err();
        assert!(!error.report().contains("--"), "{}", error.report());
        error
    };
    for (wrong, name) in [
        (options(&folder, 1).set("image_size", 48), "image_size"),
        (options(&folder, 1).set("lr", -1.0), "lr"),
        (options(&folder, 0), "steps"),
        (options(&folder, 1).set("epochs", 0), "epochs"),
        (options(&folder, 1).set("log_every", 0), "log_every"),
    ] {
        let error = refused(wrong, false);
        assert!(matches!(&error, RunError::Setting { name: n, .. } if n == name), "{error:?}");
        assert!(!folder.exists(), "{name}: no folder is left behind");
    }
    assert!(matches!(refused(options(&folder, 1), true), RunError::NoRun { .. }));
    let missing = Options { data: Some(place.path().join("missing")), ..options(&folder, 1) };
    assert!(matches!(refused(missing, false), RunError::Dataset { .. }));
    assert!(!folder.exists());

    run(&options(&folder, 2), false, &()).0.unwrap();
    assert!(matches!(refused(options(&folder, 2), false), RunError::FolderTaken { .. }));
    let other = options(&folder, 3).set("seed", 8);
    let fixed = refused(other, true);
    assert!(
        matches!(&fixed, RunError::Fixed { name: "seed", given, kept } if given == "8" && kept == "7")
    );
    let zero = options(&folder, 3).set("sample_every", 0);
    assert!(
        matches!(refused(zero, true), RunError::Setting { name, .. } if name == "sample_every")
    );
    fs::remove_file(place.path().join("run.cats/3.png")).unwrap();
    assert!(matches!(refused(options(&folder, 3), true), RunError::DataChanged { .. }));
    let allowed = Options { allow_data_change: true, ..options(&folder, 3) };
    let (outcome, recorder) = run(&allowed, true, &());
    outcome.unwrap();
    let warning = recorder.lines.iter().find(|line| line.starts_with("warning "));
    assert!(warning.unwrap().contains("the run was started differently: data 6 × "));
}

/// The header of its only image is valid, so that is noticed after the folder was created.
#[test]
fn a_run_whose_images_cannot_be_read_leaves_no_folder() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let whole = options(&folder, 1);
    let cats = whole.data.clone().unwrap();
    let bytes = fs::read(cats.join("0.png")).unwrap();
    (0..6).for_each(|i| fs::write(cats.join(format!("{i}.png")), &bytes[..60]).unwrap());
    let error = run(&whole, false, &()).0.unwrap_err();
    assert!(error.report().contains("no usable"), "{}", error.report());
    assert!(!folder.exists());
}

#[test]
fn a_folder_in_use_is_refused_until_the_session_is_dropped() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    let mut observer = ();
    let session = Session::new(&options(&folder, 1), PROGRAM, &mut observer).unwrap();
    assert_eq!(session.folder(), folder);
    let error = run(&options(&folder, 2), true, &()).0.unwrap_err();
    let process = format!("process {}", std::process::id());
    assert!(matches!(&error, RunError::InUse { owner, .. } if *owner == process), "{error:?}");
    drop(session);
    run(&options(&folder, 2), true, &()).0.unwrap();
}
