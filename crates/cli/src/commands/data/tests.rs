use dcgan_data::Histogram;

use super::brightness::bars;

#[test]
fn a_bar_covers_eight_levels_and_the_fullest_is_the_highest() {
    let of = |bytes: &[u8]| bars(&Histogram::from_channels(bytes, 1)[0]);
    assert_eq!(of(&[0]), format!("█{}", " ".repeat(31)));
    assert_eq!(of(&[7, 8, 8, 255]), format!("▄█{}▄", " ".repeat(29)));
    // Even a single pixel among many has a bar.
    let many = [vec![100; 10_000], vec![255]].concat();
    assert_eq!(of(&many), format!("{}█{}▁", " ".repeat(12), " ".repeat(18)));
    assert_eq!(of(&[]), " ".repeat(32));
}
