use crate::retention::{Retention, epoch_boundary};

#[test]
fn rules_are_read_and_written() {
    let read = |text: &str| text.parse::<Retention>();
    assert_eq!(read("last=3,every=50"), Ok(Retention { last: 3, every: Some(50), best: None }));
    assert_eq!(read(" every = 5 "), Ok(Retention { last: 3, every: Some(5), best: None }));
    assert_eq!(read("last=1"), Ok(Retention { last: 1, every: None, best: None }));
    assert_eq!(read("best=2"), Ok(Retention { last: 3, every: None, best: Some(2) }));
    for keep in [Retention::default(), Retention { last: 7, every: Some(2), best: Some(4) }] {
        assert_eq!(read(&keep.to_string()), Ok(keep));
    }
    for (wrong, part) in [
        ("last=0", "`last=0`"),
        ("last", "must be at least 1"),
        ("every=0", "epochs"),
        ("last=-1", "`last=-1`"),
        ("last=3,", "`` is not a rule"),
        ("best=0", "`best=0`"),
        ("good=1", "last=3,every=50,best=1"),
    ] {
        let message = read(wrong).unwrap_err();
        assert!(message.contains(part), "{wrong}: {message}");
    }
}

#[test]
fn a_milestone_is_the_first_step_after_its_epochs() {
    let keep = Retention { last: 3, every: Some(5), best: None };
    assert_eq!(keep.milestone(4.9, 5.0), Some(5));
    assert_eq!(keep.milestone(5.0, 5.1), None);
    assert_eq!(keep.milestone(9.3, 10.7), Some(10));
    // With fewer images than a step shows, several at once.
    assert_eq!(keep.milestone(9.0, 21.0), Some(20));
    assert_eq!(Retention::default().milestone(4.9, 5.0), None);
    assert!(
        epoch_boundary(0.5, 1.0, 1) && !epoch_boundary(1.0, 1.5, 1) && !epoch_boundary(0.0, 0.9, 1)
    );
}
