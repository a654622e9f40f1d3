//! The brightness of the images, a line for each channel.

use anyhow::Result;
use dcgan_data::Histogram;

use crate::console::print;

/// Bars of a histogram.
const BARS: usize = 32;

const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn print_all(channels: &[Histogram]) -> Result<()> {
    let names: &[&str] = match channels.len() {
        1 => &["grey"],
        3 => &["red", "green", "blue"],
        _ => &["red", "green", "blue", "alpha"],
    };
    for (name, channel) in names.iter().zip(channels) {
        print(format_args!(
            "{name:<15}0 {} 255   mean {:.0}, standard deviation {:.0}",
            bars(channel),
            channel.mean(),
            channel.deviation()
        ))?;
    }
    Ok(())
}

/// The bars from dark to bright. An empty bin has no bar; any other bin has at least the lowest one.
pub(super) fn bars(histogram: &Histogram) -> String {
    let counts = histogram.counts();
    let bins: Vec<u64> = counts.chunks(counts.len() / BARS).map(|bin| bin.iter().sum()).collect();
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let bar = |n: u64| match n {
        0 => ' ',
        n => HEIGHTS[(n * HEIGHTS.len() as u64).div_ceil(most) as usize - 1],
    };
    bins.into_iter().map(bar).collect()
}
