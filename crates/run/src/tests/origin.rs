use dcgan_gan::{DatasetFingerprint, Fingerprint};

use crate::origin::{Origin, resume_from};

const DATA: DatasetFingerprint = DatasetFingerprint { images: 6, crc32: 0x0abc_def0 };

fn settings(name: &str) -> Fingerprint {
    Fingerprint::hash([name])
}

/// Resumes from `step`; the differences.
fn step(origins: &mut Vec<Origin>, step: u64, of: &str, data: DatasetFingerprint) -> Vec<String> {
    resume_from(origins, step, settings(of), data, "1.0+ab", None)
}

fn from_steps(origins: &[Origin]) -> Vec<u64> {
    origins.iter().map(|origin| origin.from_step).collect()
}

#[test]
fn a_run_that_does_not_change_has_one_origin() {
    let mut origins = Vec::new();
    for at in [0, 0, 10, 20] {
        assert!(step(&mut origins, at, "a", DATA).is_empty());
        assert_eq!(from_steps(&origins), [0]);
    }
    assert_eq!(origins[0].data(), Some(DATA));
}

#[test]
fn changes_are_recorded_with_their_step_and_reported_each_time() {
    let mut origins = Vec::new();
    step(&mut origins, 0, "a", DATA);
    let first = origins[0].fingerprint;
    let more = DatasetFingerprint { images: 7, ..DATA };
    assert_eq!(step(&mut origins, 10, "a", more), ["data 6 × 0abcdef0 then, 7 × 0abcdef0 now"]);
    let changed = origins[1].fingerprint;
    assert_ne!(changed, first);
    assert_eq!(step(&mut origins, 20, "a", more).len(), 1);
    assert_eq!(from_steps(&origins), [0, 10]);
    let message = step(&mut origins, 30, "b", more);
    assert_eq!(message[0], format!("settings {} then, {} now", settings("a"), settings("b")));
    assert_eq!((message.len(), from_steps(&origins)), (2, vec![0, 10, 30]));
    // As at first again: a run of four parts, which is not the one that never changed.
    assert!(step(&mut origins, 40, "a", DATA).is_empty());
    assert_eq!(from_steps(&origins), [0, 10, 30, 40]);
    assert!(origins[..3].iter().all(|origin| origin.fingerprint != origins[3].fingerprint));
    // The same change at another step is another run.
    let mut other = vec![origins[0].clone()];
    step(&mut other, 11, "a", more);
    assert_ne!(other[1].fingerprint, changed);
}

#[test]
fn an_origin_of_which_nothing_was_saved_is_removed() {
    let mut origins = Vec::new();
    step(&mut origins, 0, "a", DATA);
    step(&mut origins, 10, "b", DATA);
    // Killed before a checkpoint, and resumed from the one before, as at first.
    assert!(step(&mut origins, 10, "a", DATA).is_empty());
    assert_eq!(from_steps(&origins), [0]);
    // And with nothing saved at all.
    assert!(step(&mut origins, 0, "b", DATA).is_empty());
    assert_eq!((origins.len(), origins[0].settings), (1, settings("b")));
}

#[test]
fn a_run_from_before_origins_were_recorded_has_none_for_its_first_steps() {
    let mut origins = Vec::new();
    assert!(step(&mut origins, 50, "a", DATA).is_empty());
    assert_eq!(from_steps(&origins), [50]);
}
