use std::path::Path;

use plotters::style::RGBColor;

use super::curve::Curve;
use super::panel::{Drawn, Panel};
use super::{BLUE, LOWER, Page, UPPER, VERMILION};
use crate::canvas::Canvas;
use crate::evaluation::Measured;
use crate::journal::Evaluation;
use crate::run_error::Result;

/// The floors, which no generator can be expected to pass.
const GREY: RGBColor = RGBColor(130, 130, 130);

/// What the scale of a distance spans at least, as a ratio, so that it always has a tick.
const MIN_SPAN: f64 = 3.0;

/// Distances beyond these limits are no different for a reader.
const LIMITS: [f64; 2] = [1e-4, 1e9];

/// The plot of all evaluations of the run in `folder`: the Fréchet distance, and the coverage.
pub(crate) fn quality(folder: &Path, evaluations: &[Evaluation]) -> Result<Canvas> {
    super::plot(folder, "the quality", |page| draw(page, evaluations))
}

fn draw(page: &Page, evaluations: &[Evaluation]) -> Drawn {
    let steps: Vec<u64> = evaluations.iter().map(|evaluation| evaluation.step).collect();
    let last = evaluations.last().map(|evaluation| (evaluation.step, evaluation.epoch));
    let curves = |name: &str, colour| {
        [
            curve("real vs. real", GREY, evaluations, name, |found| found.floor).dashed(),
            curve("generated", colour, evaluations, name, |found| found.value),
        ]
    };
    let frechet = curves("frechet", VERMILION);
    let distance = Panel {
        title: "Fréchet distance to the real images (logarithmic scale); lower is better",
        title_gap: 32,
        curves: &frechet,
        range: distance_range(&frechet),
        logarithmic: true,
        ..Panel::empty(UPPER, last)
    };
    let coverage = Panel {
        title: "coverage: the share of real images with a generated one nearby; higher is better",
        curves: &curves("coverage", BLUE),
        ..Panel::empty(LOWER, last)
    };
    let cut = distance.draw(&page.root)?;
    coverage.draw(&page.root)?;
    page.label(&steps, cut, last)
}

/// One side of the figure with this name.
fn curve(
    label: &'static str,
    colour: RGBColor,
    evaluations: &[Evaluation],
    name: &str,
    side: fn(&Measured) -> f64,
) -> Curve {
    let point = |of: &Evaluation| Some((of.step as f64, side(of.figure(name)?)));
    Curve::new(label, colour, evaluations.iter().filter_map(point))
}

/// The scale of the distances: all of them within the limits.
fn distance_range(curves: &[Curve]) -> [f64; 2] {
    let scale = |value: f64| value.clamp(LIMITS[0], LIMITS[1]).ln();
    let values = curves.iter().flat_map(|curve| curve.points(scale));
    let span = values.map(|(_, value)| [value; 2]).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let [low, high] = span.unwrap_or([0.0; 2]);
    let margin = (0.04 * (high - low)).max((MIN_SPAN.ln() - (high - low)) / 2.0);
    [low - margin, high + margin].map(f64::exp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::SIZE;

    /// After ten steps each, with this distance and floor.
    fn evaluations(distances: &[[f64; 2]]) -> Vec<Evaluation> {
        let of = |(i, &[value, floor]): (usize, &[f64; 2])| {
            let measured = |value, floor| Measured { value, floor, std: None };
            let figures = [
                ("frechet".to_owned(), measured(value, floor)),
                ("coverage".to_owned(), measured(0.5, 0.9)),
            ];
            let step = 10 * (i as u64 + 1);
            Evaluation { step, epoch: step as f64 / 5.0, images: 8, figures: figures.into() }
        };
        distances.iter().enumerate().map(of).collect()
    }

    fn drawn(evaluations: &[Evaluation]) -> Vec<u8> {
        quality(Path::new("runs/cats-001"), evaluations).unwrap().pixels
    }

    /// Whether two plots differ in the upper and in the lower panel.
    fn differ(a: &[Evaluation], b: &[Evaluation]) -> [bool; 2] {
        let row = 3 * SIZE.0 as usize;
        let [a, b] = [a, b].map(drawn);
        let panel = |[top, bottom]: [i32; 2]| top as usize * row..bottom as usize * row;
        [UPPER, LOWER].map(panel).map(|rows| a[rows.clone()] != b[rows])
    }

    #[test]
    fn each_panel_shows_a_figure_and_its_floor() {
        let usual = evaluations(&[[90.0, 2.0], [30.0, 2.0], [10.0, 2.0]]);
        assert_eq!(differ(&usual, &usual), [false; 2]);
        type Change = fn(&mut Measured);
        let changes: [(Change, &str, [bool; 2]); 4] = [
            (|found| found.value *= 0.5, "frechet", [true, false]),
            (|found| found.floor *= 2.0, "frechet", [true, false]),
            (|found| found.value *= 0.5, "coverage", [false, true]),
            (|found| found.floor *= 0.5, "coverage", [false, true]),
        ];
        for (i, (change, name, expected)) in changes.into_iter().enumerate() {
            let mut changed = usual.clone();
            change(changed[1].figures.get_mut(name).unwrap());
            assert_eq!(differ(&usual, &changed), expected, "change {i}");
        }
    }

    #[test]
    fn any_evaluations_can_be_plotted() {
        for n in [0, 1, 2, 19, 20, 500] {
            drawn(&evaluations(&vec![[30.0, 2.0]; n]));
        }
        // Too few images for either figure, and none that is far from the others.
        let mut bare = evaluations(&[[0.0, 0.0], [f64::MAX, 1e-300]]);
        drawn(&bare);
        bare.iter_mut().for_each(|evaluation| evaluation.figures.clear());
        drawn(&bare);
    }

    #[test]
    fn the_scale_holds_all_distances_and_a_tick() {
        let range = |distances: &[[f64; 2]]| {
            let all = evaluations(distances);
            distance_range(&[
                curve("", GREY, &all, "frechet", |found| found.floor),
                curve("", GREY, &all, "frechet", |found| found.value),
            ])
        };
        for distances in [&[[90.0, 2.0], [30.0, 2.5]][..], &[[7.1, 7.0]], &[[0.0, 7.0]], &[]] {
            let [low, high] = range(distances);
            for &value in distances.iter().flatten() {
                assert!((low..high).contains(&value.max(LIMITS[0])), "{value}: {low} to {high}");
            }
            assert!(!super::super::ticks::logarithmic(low, high).is_empty(), "{low} to {high}");
        }
    }
}
