use plotters::style::RGBColor;

/// Below so many points a curve is drawn as it is, with its points.
pub(super) const FEW: usize = 20;

/// The time constant of the smoothing: this share of a run, but at least so many points.
const SMOOTHING: (f64, f64) = (0.02, 2.0);

/// Step and value.
pub(super) type Point = (f64, f64);

/// A curve of a panel. It is told from the others by its colour, by its dashes and by the label at its end.
pub(super) struct Curve {
    pub(super) name: &'static str,
    pub(super) colour: RGBColor,
    pub(super) dashed: bool,
    /// In the order of their steps, and finite.
    points: Vec<Point>,
}

impl Curve {
    /// A solid curve through all points whose values are finite.
    pub(super) fn new(
        name: &'static str,
        colour: RGBColor,
        points: impl Iterator<Item = Point>,
    ) -> Self {
        let points = points.filter(|(_, value)| value.is_finite()).collect();
        Self { name, colour, dashed: false, points }
    }

    pub(super) fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }

    /// Its points with the values on a scale.
    pub(super) fn points(&self, scale: impl Fn(f64) -> f64) -> Vec<Point> {
        self.points.iter().map(|&(step, value)| (step, scale(value))).collect()
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
