use crate::{Floats, Scratch};

#[test]
fn fresh_memory_to_work_with_holds_no_numbers_and_other_memory_zeros() {
    let mut scratch = Scratch::default();
    assert!(scratch.take(1000).iter().all(|float| float.is_nan()));
    scratch.take(1000).fill(1.0);
    assert!(scratch.take(5000).iter().all(|float| float.is_nan()), "it grew, and is fresh again");
    assert_eq!(&*Floats::zeros(1000), [0.0; 1000]);
    assert!(Floats::zeros(0).is_empty());
}
