//! The plot of a run: the losses, and D's outputs.

use std::path::Path;

use epaint_default_fonts::UBUNTU_LIGHT;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{FontStyle, register_font};

use crate::canvas::Canvas;
use crate::journal::Record;
use crate::messages::{counted, thousands};
use crate::run_error::{Result, RunError};

mod curve;
mod panel;
#[cfg(test)]
mod tests;
mod ticks;

use curve::{Curve, FEW, smoothed, time_constant};
use panel::{Drawn, Panel, text};

const SIZE: (u32, u32) = (1200, 800);

/// Left, right, and then top and bottom of either panel, in pixels.
const SIDES: [i32; 2] = [72, 1052];
const LOSSES: [i32; 2] = [134, 462];
const OUTPUTS: [i32; 2] = [526, 732];

/// Characters of a name that fit into the title.
const LONGEST_NAME: usize = 60;

/// The share of the values at either end that the scale need not hold, so that a few spikes do not flatten the
/// rest.
const SPIKES: f64 = 0.01;

// Three colours of Okabe and Ito, which those who cannot tell red from green can tell apart.
const VERMILION: RGBColor = RGBColor(213, 94, 0);
const BLUE: RGBColor = RGBColor(0, 114, 178);
const GREEN: RGBColor = RGBColor(0, 158, 115);

const LOSS_CURVES: [Curve; 3] = [
    Curve { name: "loss_G", colour: VERMILION, dashed: false, of: |record| record.loss_g },
    Curve { name: "loss_D_real", colour: BLUE, dashed: false, of: |record| record.loss_d_real },
    Curve { name: "loss_D_fake", colour: GREEN, dashed: true, of: |record| record.loss_d_fake },
];

const OUTPUT_CURVES: [Curve; 2] = [
    Curve { name: "D(x)", colour: BLUE, dashed: false, of: |record| record.d_x },
    Curve { name: "D(G(z))", colour: GREEN, dashed: true, of: |record| record.d_g_z },
];

/// A plot of all records of the run in `folder`.
pub(crate) fn losses(folder: &Path, records: &[Record]) -> Result<Canvas> {
    register_font("sans-serif", FontStyle::Normal, UBUNTU_LIGHT)
        .map_err(|_| RunError::failed("the built-in font cannot be read"))?;
    let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
    let mut canvas = Canvas { width, height, channels: 3, pixels: vec![255; width * height * 3] };
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
    let name: String = name.chars().take(LONGEST_NAME).collect();
    draw(&mut canvas.pixels, &name, records)
        .map_err(|e| RunError::failed(format!("cannot plot the losses: {e}")))?;
    Ok(canvas)
}

fn draw(pixels: &mut [u8], name: &str, records: &[Record]) -> Drawn {
    let root = BitMapBackend::with_buffer(pixels, SIZE).into_drawing_area();
    let [left, right] = SIDES;
    let steps = records.last().map_or(0, |record| record.step);
    let panel = |[top, bottom]: [i32; 2]| Panel {
        title: "",
        title_gap: 8,
        curves: &[],
        frame: [left, top, right, bottom],
        last: steps.max(1) as f64,
        range: [0.0, 1.0],
        logarithmic: false,
        guide: None,
    };
    let losses = Panel {
        title: "losses (logarithmic scale)",
        title_gap: 32,
        curves: &LOSS_CURVES,
        range: loss_range(records),
        logarithmic: true,
        ..panel(LOSSES)
    };
    let outputs = Panel {
        title: "D's output for real images, D(x), and for generated ones, D(G(z)); at 0.5 it cannot tell",
        curves: &OUTPUT_CURVES,
        guide: Some(0.5),
        ..panel(OUTPUTS)
    };
    let cut = losses.draw(&root, records)?;
    outputs.draw(&root, records)?;
    let title = format!("{name}: {}", counted(steps, "step"));
    text(&root, &title, (left, 16), 24, (HPos::Left, VPos::Top), BLACK)?;
    text(&root, &legend(records, cut), (left, 48), 17, (HPos::Left, VPos::Top), BLACK)?;
    text(&root, "step", ((left + right) / 2, 768), 17, (HPos::Center, VPos::Top), BLACK)?;
    draw_epochs(&root, records)?;
    root.present()?;
    Ok(())
}

/// An axis of epochs above the losses.
fn draw_epochs(root: &panel::Canvas, records: &[Record]) -> Drawn {
    let ([left, right], [top, _]) = (SIDES, LOSSES);
    let Some(last) = records.last().filter(|record| record.epoch >= 1.0) else { return Ok(()) };
    for (epoch, name) in ticks::linear(last.epoch).into_iter().skip(1) {
        let x = left + (f64::from(right - left) * epoch / last.epoch).round() as i32;
        root.draw(&PathElement::new([(x, top - 5), (x, top)], BLACK.mix(0.45)))?;
        text(root, &name, (x, top - 8), 15, (HPos::Center, VPos::Bottom), BLACK)?;
    }
    text(root, "epoch", (right + 38, top - 8), 15, (HPos::Left, VPos::Bottom), BLACK)
}

/// What thin and thick lines are, in words.
fn legend(records: &[Record], cut: bool) -> String {
    let (Some(first), Some(last)) = (records.first(), records.last()) else {
        return "no step has been logged yet".to_owned();
    };
    // The median: the last interval may be shorter, and a resumed run may have others.
    let mut gaps: Vec<u64> =
        records.windows(2).map(|pair| pair[1].step.abs_diff(pair[0].step)).collect();
    gaps.sort_unstable();
    let every = match gaps.get(gaps.len() / 2) {
        None | Some(0 | 1) => "every step".to_owned(),
        Some(&gap) => format!("every {} steps", thousands(gap)),
    };
    let mut legend = match records.len() {
        1 => format!("step {}", thousands(last.step)),
        n if n < FEW => format!("points: {every}"),
        _ => {
            // Two thirds of the weight are within this distance.
            let (first, last) = (first.step as f64, last.step as f64);
            let width = 2.0 * time_constant(first, last, records.len());
            format!(
                "thin: {every}, thick: smoothed over about {}",
                counted(width.round() as u64, "step")
            )
        }
    };
    if cut {
        legend.push_str("; triangles: beyond the scale");
    }
    legend
}

/// The scale of the losses: all but the few highest and lowest values, and all of the smoothed curves.
fn loss_range(records: &[Record]) -> [f64; 2] {
    /// What any plot shows: the losses of a D that cannot tell are 0.69.
    const ALWAYS: [f64; 2] = [0.5, 1.0];
    /// Lower values are no different for a reader.
    const LOWEST: f64 = 1e-4;
    let curves = LOSS_CURVES.map(|curve| curve.points(records, |v| v.max(LOWEST).ln()));
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
