//! What PyTorch computes; see `golden/make.py`.

const TEXT: &str = include_str!("golden/golden.txt");

/// The lines `KIND NUMBERS OR NAMES: VALUES`, as the words after the kind, and the values.
pub(super) fn lines(kind: &str) -> Vec<(Vec<&'static str>, Vec<f32>)> {
    let line = |line: &'static str| {
        let (key, values) = line.split_once(": ").unwrap();
        let words: Vec<_> = key.split(' ').collect();
        (words, values.split(' ').map(|value| value.parse().unwrap()).collect())
    };
    let mut lines: Vec<(Vec<_>, Vec<f32>)> = TEXT.lines().map(line).collect();
    lines.retain(|(words, _)| words[0] == kind);
    lines.iter_mut().for_each(|(words, _)| *words = words.split_off(1));
    assert!(!lines.is_empty(), "no line starts with {kind}");
    lines
}

/// The bytes of n images.
pub(super) fn images(n: usize, side: usize, channels: usize) -> Vec<u8> {
    (0..n * side * side * channels)
        .map(|i| ((i as u32).wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

/// Panics unless the values differ by at most 1e-5 of the largest.
pub(super) fn assert_close(what: &str, values: &[f32], wanted: &[f32]) {
    assert_eq!(values.len(), wanted.len(), "{what}");
    let largest = wanted.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
    for (i, (value, wanted)) in values.iter().zip(wanted).enumerate() {
        assert!(
            (value - wanted).abs() <= 1e-5 * largest,
            "{what}, value {i}: {value}, PyTorch has {wanted}"
        );
    }
}
