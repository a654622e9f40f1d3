//! The plots of a run over its steps, each a page with two panels.

use std::path::Path;

use epaint_default_fonts::UBUNTU_LIGHT;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{FontStyle, register_font};

use crate::canvas::Canvas;
use crate::messages::{counted, thousands};
use crate::run_error::{Result, RunError};

mod curve;
mod losses;
mod panel;
mod quality;
#[cfg(test)]
mod tests;
mod ticks;

use curve::{FEW, time_constant};
pub(crate) use losses::losses;
use panel::{Drawn, text};
pub(crate) use quality::quality;

const SIZE: (u32, u32) = (1200, 800);

/// Left, right, and then top and bottom of either panel, in pixels.
const SIDES: [i32; 2] = [72, 1052];
const UPPER: [i32; 2] = [134, 462];
const LOWER: [i32; 2] = [526, 732];

/// Characters of a name that fit into the title.
const LONGEST_NAME: usize = 60;

// Three colours of Okabe and Ito, which those who cannot tell red from green can tell apart.
const VERMILION: RGBColor = RGBColor(213, 94, 0);
const BLUE: RGBColor = RGBColor(0, 114, 178);
const GREEN: RGBColor = RGBColor(0, 158, 115);

/// A page that is being drawn.
struct Page<'a> {
    root: panel::Canvas<'a>,
    /// The name of the run.
    name: &'a str,
}

/// A page about the run in `folder`; an error says that `what` cannot be plotted.
fn plot(folder: &Path, what: &str, draw: impl FnOnce(&Page) -> Drawn) -> Result<Canvas> {
    register_font("sans-serif", FontStyle::Normal, UBUNTU_LIGHT)
        .map_err(|_| RunError::failed("the built-in font cannot be read"))?;
    let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
    let mut canvas = Canvas { width, height, channels: 3, pixels: vec![255; width * height * 3] };
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
    let name: String = name.chars().take(LONGEST_NAME).collect();
    let root = BitMapBackend::with_buffer(&mut canvas.pixels, SIZE).into_drawing_area();
    let page = Page { root, name: &name };
    draw(&page)
        .and_then(|()| Ok(page.root.present()?))
        .map_err(|e| RunError::failed(format!("cannot plot {what}: {e}")))?;
    drop(page);
    Ok(canvas)
}

impl Page<'_> {
    /// The title, the legend and the axes of values at these steps, the last of them with its epoch.
    fn label(&self, steps: &[u64], cut: bool, last: Option<(u64, f64)>) -> Drawn {
        let ([left, right], root) = (SIDES, &self.root);
        let title = format!("{}: {}", self.name, counted(last.map_or(0, |last| last.0), "step"));
        text(root, &title, (left, 16), 24, (HPos::Left, VPos::Top), BLACK)?;
        text(root, &legend(steps, cut), (left, 48), 17, (HPos::Left, VPos::Top), BLACK)?;
        text(root, "step", ((left + right) / 2, 768), 17, (HPos::Center, VPos::Top), BLACK)?;
        self.draw_epochs(last.map_or(0.0, |last| last.1))
    }

    /// An axis of epochs above the upper panel.
    fn draw_epochs(&self, last: f64) -> Drawn {
        let ([left, right], [top, _], root) = (SIDES, UPPER, &self.root);
        if last < 1.0 {
            return Ok(());
        }
        for (epoch, name) in ticks::linear(last).into_iter().skip(1) {
            let x = left + (f64::from(right - left) * epoch / last).round() as i32;
            root.draw(&PathElement::new([(x, top - 5), (x, top)], BLACK.mix(0.45)))?;
            text(root, &name, (x, top - 8), 15, (HPos::Center, VPos::Bottom), BLACK)?;
        }
        text(root, "epoch", (right + 38, top - 8), 15, (HPos::Left, VPos::Bottom), BLACK)
    }
}

/// What thin and thick lines are, in words.
fn legend(steps: &[u64], cut: bool) -> String {
    let (Some(&first), Some(&last)) = (steps.first(), steps.last()) else {
        return "no step has been logged yet".to_owned();
    };
    // The median: the last interval may be shorter, and a resumed run may have others.
    let mut gaps: Vec<u64> = steps.windows(2).map(|pair| pair[1].abs_diff(pair[0])).collect();
    gaps.sort_unstable();
    let every = match gaps.get(gaps.len() / 2) {
        None | Some(0 | 1) => "every step".to_owned(),
        Some(&gap) => format!("every {} steps", thousands(gap)),
    };
    let mut legend = match steps.len() {
        1 => format!("step {}", thousands(last)),
        n if n < FEW => format!("points: {every}"),
        _ => {
            // Two thirds of the weight are within this distance.
            let width = 2.0 * time_constant(first as f64, last as f64, steps.len());
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
