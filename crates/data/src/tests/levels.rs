use crate::levels::{Levels, Range};

/// The bytes of `values`, taken by the range that they span.
fn bytes(values: &[f64]) -> Result<Vec<u8>, String> {
    let mut range = Range::EMPTY;
    values.iter().try_for_each(|&value| range.add(value))?;
    let levels = Levels::of_floats(range)?;
    Ok(values.iter().map(|&value| levels.byte(value)).collect())
}

#[test]
fn floats_are_taken_by_the_range_that_they_span() {
    assert_eq!(bytes(&[0.0, 0.2, 1.0]).unwrap(), [0, 51, 255]);
    assert_eq!(bytes(&[-1.0, 0.0, 0.2, 1.0]).unwrap(), [0, 128, 153, 255]);
    assert_eq!(bytes(&[0.0, 0.4, 51.0, 254.6]).unwrap(), [0, 0, 51, 255]);
    // What rounding and resampling add.
    assert_eq!(bytes(&[-0.0005, 1.0005]).unwrap(), [0, 255]);
    assert_eq!(bytes(&[-0.2, 255.2]).unwrap(), [0, 255]);
    // Without a number above 1 there is no telling bytes from units.
    assert_eq!(bytes(&[0.0, 1.0]).unwrap(), [0, 255]);
}

#[test]
fn a_range_that_no_image_has_is_refused() {
    for values in [[0.0, 256.0], [-1.1, 1.0], [-3.0, 200.0], [0.0, 3.5], [0.0, 65535.0]] {
        let why = bytes(&values).unwrap_err();
        assert!(why.contains(&format!("from {} to {}", values[0], values[1])), "{why}");
    }
    for value in [f64::NAN, f64::INFINITY] {
        assert!(bytes(&[0.5, value]).unwrap_err().contains("not a pixel value"));
    }
}
