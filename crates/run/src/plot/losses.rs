use std::path::Path;

use plotters::style::RGBColor;

use super::curve::{Curve, smoothed};
use super::panel::{Drawn, Panel};
use super::{BLUE, GREEN, LOWER, Page, UPPER, VERMILION};
use crate::canvas::Canvas;
use crate::journal::Record;
use crate::run_error::Result;

/// The share of the values at either end that the scale need not hold, so that a few spikes do not flatten the
/// rest.
const SPIKES: f64 = 0.01;

/// The plot of all records of the run in `folder`: the losses, and D's outputs.
pub(crate) fn losses(folder: &Path, records: &[Record]) -> Result<Canvas> {
    super::plot(folder, "the losses", |page| draw(page, records))
}

fn draw(page: &Page, records: &[Record]) -> Drawn {
    let steps: Vec<u64> = records.iter().map(|record| record.step).collect();
    let last = records.last().map(|record| (record.step, record.epoch));
    let curves = loss_curves(records);
    let losses = Panel {
        title: "losses (logarithmic scale)",
        title_gap: 32,
        curves: &curves,
        range: loss_range(&curves),
        logarithmic: true,
        ..Panel::empty(UPPER, last)
    };
    let outputs = Panel {
        title: "D's output for real images, D(x), and for generated ones, D(G(z)); at 0.5 it cannot tell",
        curves: &output_curves(records),
        guide: Some(0.5),
        ..Panel::empty(LOWER, last)
    };
    let cut = losses.draw(&page.root)?;
    outputs.draw(&page.root)?;
    page.label(&steps, cut, last)
}

pub(super) fn loss_curves(records: &[Record]) -> [Curve; 3] {
    [
        curve("loss_G", VERMILION, records, |record| record.loss_g),
        curve("loss_D_real", BLUE, records, |record| record.loss_d_real),
        curve("loss_D_fake", GREEN, records, |record| record.loss_d_fake).dashed(),
    ]
}

fn output_curves(records: &[Record]) -> [Curve; 2] {
    [
        curve("D(x)", BLUE, records, |record| record.d_x),
        curve("D(G(z))", GREEN, records, |record| record.d_g_z).dashed(),
    ]
}

fn curve(
    name: &'static str,
    colour: RGBColor,
    records: &[Record],
    value: fn(&Record) -> f32,
) -> Curve {
    let point = |record: &Record| (record.step as f64, f64::from(value(record)));
    Curve::new(name, colour, records.iter().map(point))
}

/// The scale of the losses: all but the few highest and lowest values, and all of the smoothed curves.
pub(super) fn loss_range(curves: &[Curve]) -> [f64; 2] {
    /// What any plot shows: the losses of a D that cannot tell are 0.69.
    const ALWAYS: [f64; 2] = [0.5, 1.0];
    /// Lower values are no different for a reader.
    const LOWEST: f64 = 1e-4;
    let curves: Vec<_> = curves.iter().map(|c| c.points(|v| v.max(LOWEST).ln())).collect();
    let mut values: Vec<f64> = curves.iter().flatten().map(|point| point.1).collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let spikes = (values.len() as f64 * SPIKES) as usize;
    let middle = [values.get(spikes), values.get(last.saturating_sub(spikes))];
    let smooth = curves.iter().flat_map(|raw| smoothed(raw)).map(|point| point.1);
    let all = middle.into_iter().flatten().copied().chain(smooth);
    let [low, high] = ALWAYS.map(f64::ln);
    let (low, high) = all.fold((low, high), |(low, high), v| (low.min(v), high.max(v)));
    let margin = 0.04 * (high - low);
    [low - margin, high + margin].map(f64::exp)
}
