use crate::messages::thousands;

/// About how many ticks an axis of steps or epochs has.
const COUNT: f64 = 8.0;

/// Round numbers from 0 to `last`, with what they are called.
pub(super) fn linear(last: f64) -> Vec<(f64, String)> {
    let rough = last / COUNT;
    let magnitude = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * magnitude).into_iter().find(|n| *n >= rough);
    // Steps and epochs are counted, so that no tick is between two of them.
    let step = step.unwrap_or(1.0).max(1.0);
    let ticks = (last / step).floor().max(0.0) as u64;
    (0..=ticks).map(|i| i as f64 * step).map(|tick| (tick, thousands(tick as u64))).collect()
}

/// 1, 2 and 5 times powers of ten from `low` to `high`; where that would be many, the powers alone.
pub(super) fn logarithmic(low: f64, high: f64) -> Vec<(f64, String)> {
    let factors: &[f64] = if high / low > 2e3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let all = powers.flat_map(|power| factors.iter().map(move |factor| (power, factor)));
    let ticks = all.map(|(power, factor)| {
        let tick = factor * 10f64.powi(power);
        (tick, format!("{tick:.*}", usize::try_from(-power).unwrap_or(0)))
    });
    ticks.filter(|(tick, _)| (low..=high).contains(tick)).collect()
}
