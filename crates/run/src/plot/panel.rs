use std::error::Error;

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::curve::{Curve, FEW, Point, smoothed, thinned};
use super::{SIDES, ticks};

pub(super) type Canvas<'a> = DrawingArea<BitMapBackend<'a>, Shift>;
pub(super) type Drawn = Result<(), Box<dyn Error>>;

/// Pixels between two labels at the ends of curves, at least.
const LABEL_HEIGHT: i32 = 20;

/// Pixels between two marks of values beyond the scale, at least.
const MARK_GAP: i32 = 12;

const GRID: RGBAColor = RGBAColor(0, 0, 0, 0.1);
const FRAME: RGBAColor = RGBAColor(0, 0, 0, 0.45);
const TEXT: RGBColor = RGBColor(60, 60, 60);

/// A frame with curves over the steps of a run.
pub(super) struct Panel<'a> {
    pub(super) title: &'static str,
    /// Pixels between it and the frame.
    pub(super) title_gap: i32,
    pub(super) curves: &'a [Curve],
    /// In pixels: left, top, right, bottom.
    pub(super) frame: [i32; 4],
    /// The last step of the axis.
    pub(super) last: f64,
    /// The values at the bottom and at the top, as they are logged.
    pub(super) range: [f64; 2],
    pub(super) logarithmic: bool,
    /// A value that is marked with a line.
    pub(super) guide: Option<f64>,
}

impl Panel<'_> {
    /// Without curves, between these heights, on an axis that ends with the last step of `last`.
    pub(super) fn empty([top, bottom]: [i32; 2], last: Option<(u64, f64)>) -> Self {
        let [left, right] = SIDES;
        Self {
            title: "",
            title_gap: 8,
            curves: &[],
            frame: [left, top, right, bottom],
            last: last.map_or(1, |(step, _)| step.max(1)) as f64,
            range: [0.0, 1.0],
            logarithmic: false,
            guide: None,
        }
    }

    /// A value on the axis: its logarithm, or as it is.
    fn scale(&self, value: f64) -> f64 {
        match self.logarithmic {
            // A loss of 0 is far below every scale.
            true => value.max(f64::MIN_POSITIVE).ln(),
            false => value,
        }
    }

    /// The pixel of a point whose value is scaled, within the frame.
    fn pixel(&self, (step, value): Point) -> (i32, i32) {
        let [left, top, right, bottom] = self.frame;
        let [low, high] = self.range.map(|value| self.scale(value));
        let x = f64::from(right - left) * (step / self.last).clamp(0.0, 1.0);
        let y = f64::from(bottom - top) * ((value - low) / (high - low)).clamp(0.0, 1.0);
        (left + x.round() as i32, bottom - y.round() as i32)
    }

    /// Draws all of it. Returns whether a value is beyond the scale.
    pub(super) fn draw(&self, on: &Canvas) -> Result<bool, Box<dyn Error>> {
        self.draw_frame(on)?;
        let mut cut = false;
        let mut ends = Vec::new();
        for curve in self.curves {
            let raw = curve.points(|value| self.scale(value));
            let thick = if raw.len() < FEW { raw.clone() } else { smoothed(&raw) };
            self.draw_curve(on, curve, &raw, &thick)?;
            cut |= self.mark_cut(on, curve, &raw)?;
            ends.extend(thick.last().map(|&last| (self.pixel(last).1, curve)));
        }
        self.draw_labels(on, ends)?;
        Ok(cut)
    }

    fn draw_frame(&self, on: &Canvas) -> Drawn {
        let [left, top, right, bottom] = self.frame;
        let ticks = match self.logarithmic {
            true => ticks::logarithmic(self.range[0], self.range[1]),
            false => [0.0, 0.25, 0.5, 0.75, 1.0].map(|tick| (tick, tick.to_string())).into(),
        };
        for (value, name) in ticks {
            let y = self.pixel((0.0, self.scale(value))).1;
            on.draw(&PathElement::new([(left, y), (right, y)], GRID))?;
            text(on, &name, (left - 8, y), 16, (HPos::Right, VPos::Center), TEXT)?;
        }
        for (step, name) in ticks::linear(self.last) {
            let x = self.pixel((step, 0.0)).0;
            on.draw(&PathElement::new([(x, top), (x, bottom)], GRID))?;
            text(on, &name, (x, bottom + 8), 16, (HPos::Center, VPos::Top), TEXT)?;
        }
        if let Some(guide) = self.guide {
            let y = self.pixel((0.0, self.scale(guide))).1;
            on.draw(&PathElement::new([(left, y), (right, y)], FRAME))?;
        }
        on.draw(&Rectangle::new([(left, top), (right, bottom)], FRAME))?;
        text(on, self.title, (left, top - self.title_gap), 17, (HPos::Left, VPos::Bottom), BLACK)
    }

    fn draw_curve(&self, on: &Canvas, curve: &Curve, raw: &[Point], thick: &[Point]) -> Drawn {
        let columns = (self.frame[2] - self.frame[0]) as usize;
        let pixels = |points: &[Point]| -> Vec<(i32, i32)> {
            thinned(points, columns).into_iter().map(|point| self.pixel(point)).collect()
        };
        if raw.len() < FEW {
            for &point in raw {
                on.draw(&Circle::new(self.pixel(point), 4, curve.colour.filled()))?;
            }
        } else {
            on.draw(&PathElement::new(pixels(raw), curve.colour.mix(0.4)))?;
        }
        let (path, style) = (pixels(thick), curve.colour.stroke_width(2));
        match curve.dashed {
            true => on.draw(&DashedPathElement::new(path, 9, 5, style))?,
            false => on.draw(&PathElement::new(path, style))?,
        }
        Ok(())
    }

    /// Marks where values are beyond the scale.
    fn mark_cut(&self, on: &Canvas, curve: &Curve, raw: &[Point]) -> Result<bool, Box<dyn Error>> {
        let [low, high] = self.range.map(|value| self.scale(value));
        let mut last = None;
        for &point in raw.iter().filter(|(_, value)| !(low..=high).contains(value)) {
            let (x, y) = self.pixel(point);
            if last.is_some_and(|last| x - last < MARK_GAP) {
                continue;
            }
            last = Some(x);
            let base = if point.1 > high { y + 9 } else { y - 9 };
            let triangle = [(x - 5, base), (x, y), (x + 5, base)];
            on.draw(&Polygon::new(triangle, curve.colour.filled()))?;
        }
        Ok(last.is_some())
    }

    /// The names of the curves at their ends, moved apart.
    fn draw_labels(&self, on: &Canvas, mut ends: Vec<(i32, &Curve)>) -> Drawn {
        let [_, top, right, bottom] = self.frame;
        ends.sort_by_key(|end| end.0);
        let heights: Vec<i32> = ends.iter().map(|end| end.0).collect();
        for (y, (_, curve)) in apart(&heights, [top, bottom]).into_iter().zip(ends) {
            let line = [(right + 8, y), (right + 32, y)];
            let style = curve.colour.stroke_width(2);
            match curve.dashed {
                true => on.draw(&DashedPathElement::new(line, 9, 5, style))?,
                false => on.draw(&PathElement::new(line, style))?,
            }
            text(on, curve.name, (right + 38, y), 17, (HPos::Left, VPos::Center), curve.colour)?;
        }
        Ok(())
    }
}

/// Ascending heights, moved as little as keeps them apart and within the limits.
pub(super) fn apart(heights: &[i32], [top, bottom]: [i32; 2]) -> Vec<i32> {
    let mut moved = heights.to_vec();
    for i in 1..moved.len() {
        moved[i] = moved[i].max(moved[i - 1] + LABEL_HEIGHT);
    }
    let mut limit = bottom;
    for height in moved.iter_mut().rev() {
        *height = (*height).min(limit);
        limit = *height - LABEL_HEIGHT;
    }
    let mut limit = top;
    for height in &mut moved {
        *height = (*height).max(limit);
        limit = *height + LABEL_HEIGHT;
    }
    moved
}

pub(super) fn text(
    on: &Canvas,
    text: &str,
    at: (i32, i32),
    size: i32,
    (h, v): (HPos, VPos),
    colour: RGBColor,
) -> Drawn {
    let style = TextStyle::from(("sans-serif", size).into_font()).color(&colour);
    on.draw(&Text::new(text, at, style.pos(Pos::new(h, v))))?;
    Ok(())
}
