//! The plot of the three losses.

use epaint_default_fonts::UBUNTU_LIGHT;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use crate::canvas::Canvas;
use crate::journal::Record;
use crate::run_error::{Result, RunError};

const SIZE: (u32, u32) = (960, 540);

/// Approximate maximum number of points of a curve; more cannot be distinguished.
const POINTS: usize = 600;

const GREEN: RGBColor = RGBColor(46, 139, 87);
const BLUE: RGBColor = RGBColor(52, 101, 164);
const ORANGE: RGBColor = RGBColor(221, 119, 34);

/// A curve: its name, its colour, and the value of a record that it shows.
type Curve = (&'static str, RGBColor, fn(&Record) -> f32);

const CURVES: [Curve; 3] = [
    ("loss_G", GREEN, |record| record.loss_g),
    ("loss_D_real", BLUE, |record| record.loss_d_real),
    ("loss_D_fake", ORANGE, |record| record.loss_d_fake),
];

/// A plot of all records: each curve as logged, in a light colour, and its moving average over about a
/// fiftieth of the run.
pub(crate) fn losses(records: &[Record]) -> Result<Canvas> {
    register_font("sans-serif", FontStyle::Normal, UBUNTU_LIGHT)
        .map_err(|_| RunError::failed("the built-in font cannot be read"))?;
    let mut pixels = vec![255; (SIZE.0 * SIZE.1 * 3) as usize];
    draw(&mut pixels, records)
        .map_err(|e| RunError::failed(format!("cannot plot the losses: {e}")))?;
    Ok(Canvas { width: SIZE.0 as usize, height: SIZE.1 as usize, channels: 3, pixels })
}

fn draw(pixels: &mut [u8], records: &[Record]) -> Result<(), Box<dyn std::error::Error>> {
    let root = BitMapBackend::with_buffer(pixels, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let last = records.last().map_or(1, |record| record.step.max(1));
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(0u64..last, 0f32..top(records))?;
    chart
        .configure_mesh()
        .x_desc("step")
        .y_desc("loss")
        .light_line_style(WHITE)
        .bold_line_style(BLACK.mix(0.12))
        .label_style(("sans-serif", 16))
        .draw()?;
    for (name, colour, of) in CURVES {
        let points = |width: usize| thinned(records, width, of);
        chart.draw_series(LineSeries::new(points(1), colour.mix(0.25)))?;
        let smooth = LineSeries::new(points(records.len() / 50 + 1), colour.stroke_width(2));
        let legend = move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2));
        chart.draw_series(smooth)?.label(name).legend(legend);
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.2))
        .label_font(("sans-serif", 16))
        .draw()?;
    root.present()?;
    Ok(())
}

/// Some of the points of a curve, each the mean of the `width` records up to it.
fn thinned(records: &[Record], width: usize, of: fn(&Record) -> f32) -> Vec<(u64, f32)> {
    let every = records.len().div_ceil(POINTS).max(1);
    (0..records.len())
        .rev()
        .step_by(every)
        .map(|i| {
            let window = &records[(i + 1).saturating_sub(width)..=i];
            let mean = window.iter().map(of).sum::<f32>() / window.len() as f32;
            (records[i].step, mean)
        })
        .collect()
}

/// The top of the scale: above all but the highest hundredth, so that one spike does not flatten the rest.
fn top(records: &[Record]) -> f32 {
    let mut values: Vec<f32> = records
        .iter()
        .flat_map(|record| CURVES.map(|(_, _, of)| of(record)))
        .filter(|value| value.is_finite())
        .collect();
    values.sort_by(f32::total_cmp);
    let high = values.len().saturating_sub(1) * 99 / 100;
    values.get(high).map_or(1.0, |value| (value * 1.15).max(1.0))
}
