use plotters::style::RGBColor;

use crate::journal::Record;

/// Below so many points a curve is drawn as it is, with its points.
pub(super) const FEW: usize = 20;

/// The time constant of the smoothing: this share of a run, but at least so many points.
const SMOOTHING: (f64, f64) = (0.02, 2.0);

/// A curve of a panel. It is told from the others by its colour, by its dashes and by the label at its end.
#[derive(Clone, Copy)]
pub(super) struct Curve {
    pub(super) name: &'static str,
    pub(super) colour: RGBColor,
    pub(super) dashed: bool,
    /// The value of a record that it shows.
    pub(super) of: fn(&Record) -> f32,
}

/// Step and value.
pub(super) type Point = (f64, f64);

impl Curve {
    /// All values that are finite, on a scale.
    pub(super) fn points(&self, records: &[Record], scale: impl Fn(f64) -> f64) -> Vec<Point> {
        let values =
            records.iter().map(|record| (record.step as f64, f64::from((self.of)(record))));
        values.filter(|(_, v)| v.is_finite()).map(|(step, v)| (step, scale(v))).collect()
    }
}

/// The time constant, in steps, for this many points from step `first` to step `last`.
pub(super) fn time_constant(first: f64, last: f64, points: usize) -> f64 {
    let (share, least) = SMOOTHING;
    let between = 1.0 / (points as f64 - 1.0).max(1.0);
    (last - first).abs() * share.max(least * between)
}

/// An exponential moving average that runs forwards and then backwards: it is centred, so that no feature is
/// moved, and a peak does not become a plateau.
pub(super) fn smoothed(points: &[Point]) -> Vec<Point> {
    let mut points = points.to_vec();
    let (Some(&(first, _)), Some(&(last, _))) = (points.first(), points.last()) else {
        return points;
    };
    let constant = time_constant(first, last, points.len());
    average(&mut points, constant);
    points.reverse();
    average(&mut points, constant);
    points.reverse();
    points
}

/// One pass of the average. Points need not be equally far apart.
fn average(points: &mut [Point], constant: f64) {
    let Some(&(mut before, mut mean)) = points.first() else { return };
    for (step, value) in points {
        let weight = 1.0 - (-(*step - before).abs() / constant).exp();
        // Of a single point, with a constant of 0, it is no number.
        if weight.is_finite() {
            mean += weight * (*value - mean);
        }
        (before, *value) = (*step, mean);
    }
}

/// The same curve with at most two points for each of `columns` columns of pixels: the least and the greatest.
pub(super) fn thinned(points: &[Point], columns: usize) -> Vec<Point> {
    if points.len() <= 2 * columns {
        return points.to_vec();
    }
    let extremes = |chunk: &[Point]| {
        let by_value = |a: &&Point, b: &&Point| a.1.total_cmp(&b.1);
        let mut ends = [chunk.iter().min_by(by_value), chunk.iter().max_by(by_value)];
        ends.sort_by(|a, b| a.map_or(0.0, |p| p.0).total_cmp(&b.map_or(0.0, |p| p.0)));
        ends.into_iter().flatten().copied().collect::<Vec<_>>()
    };
    points.chunks(points.len().div_ceil(columns)).flat_map(extremes).collect()
}
