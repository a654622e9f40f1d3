use tiny_skia::{
    Color, GradientStop, LinearGradient, Paint, PathBuilder, Point, Rect, SpreadMode, Transform,
};

use super::brush::{Brush, Colour, brightness, ellipse, mix, path};
use super::draws::Draws;

/// What is behind the cat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Background {
    kind: Kind,
    above: Colour,
    below: Colour,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Gradient,
    /// A wall and, below this y, a floor.
    Room(f32),
    /// A low sun: x, y and radius.
    Sun(f32, f32, f32),
    /// Broad slanted stripes of this width.
    Paper(f32),
}

/// Colours of walls, skies and cushions.
const COLOURS: [Colour; 10] = [
    [0.55, 0.74, 0.86],
    [0.98, 0.80, 0.55],
    [0.66, 0.82, 0.64],
    [0.91, 0.66, 0.66],
    [0.72, 0.66, 0.86],
    [0.95, 0.90, 0.76],
    [0.40, 0.58, 0.62],
    [0.33, 0.36, 0.55],
    [0.80, 0.84, 0.88],
    [0.74, 0.52, 0.46],
];

impl Background {
    /// One against which a cat of brightness `coat` stands out.
    pub(super) fn draw(draws: &mut Draws, coat: f32) -> Self {
        let mut above = draws.pick(&COLOURS);
        let mut below = mix(above, draws.pick(&COLOURS), 0.6);
        for colour in [&mut above, &mut below] {
            let near = 0.22 - (brightness(*colour) - coat).abs();
            if near > 0.0 {
                let away = if coat > 0.5 { [0.12, 0.14, 0.24] } else { [1.0, 0.98, 0.92] };
                *colour = mix(*colour, away, 0.2 + near);
            }
        }
        let kind = match draws.between(0.0, 1.0) {
            roll if roll < 0.4 => Kind::Gradient,
            roll if roll < 0.65 => Kind::Room(draws.between(0.62, 0.82)),
            roll if roll < 0.85 => Kind::Sun(
                draws.between(0.1, 0.9),
                draws.between(0.15, 0.5),
                draws.between(0.14, 0.3),
            ),
            _ => Kind::Paper(draws.between(0.1, 0.17)),
        };
        Self { kind, above, below }
    }

    /// Paints the whole image, (0, 0) to (1, 1).
    pub(super) fn paint(&self, brush: &mut Brush) {
        let Self { kind, above, below } = *self;
        match kind {
            Kind::Gradient => brush.fill_with(everything(), &gradient(above, below)),
            Kind::Room(horizon) => {
                brush.fill(everything(), above);
                let floor = Rect::from_ltrb(0.0, horizon, 1.0, 1.0).map(PathBuilder::from_rect);
                brush.fill(floor, mix(below, [0.3, 0.2, 0.2], 0.25));
            }
            Kind::Sun(x, y, radius) => {
                brush.fill_with(everything(), &gradient(above, below));
                brush.glaze(ellipse(x, y, radius, radius), [1.0, 0.95, 0.8], 0.6);
            }
            Kind::Paper(width) => {
                brush.fill(everything(), above);
                let stripe = mix(above, below, 0.5);
                for i in (0..20).step_by(2) {
                    let x = -1.0 + i as f32 * width;
                    let line = path(|p| {
                        p.move_to(x, 0.0);
                        p.line_to(x + 1.0, 1.0);
                    });
                    brush.stroke(line, width * 0.7, stripe, 1.0);
                }
            }
        }
    }
}

fn everything() -> Option<tiny_skia::Path> {
    Rect::from_ltrb(0.0, 0.0, 1.0, 1.0).map(PathBuilder::from_rect)
}

/// A vertical gradient, `above` at the top.
fn gradient(above: Colour, below: Colour) -> Paint<'static> {
    let stop = |at, [r, g, b]: Colour| {
        let colour = Color::from_rgba(r.clamp(0.0, 1.0), g.clamp(0.0, 1.0), b.clamp(0.0, 1.0), 1.0);
        GradientStop::new(at, colour.expect("channels are in [0, 1]"))
    };
    let shader = LinearGradient::new(
        Point::from_xy(0.0, 0.0),
        Point::from_xy(0.0, 1.0),
        vec![stop(0.0, above), stop(1.0, below)],
        SpreadMode::Pad,
        Transform::identity(),
    );
    Paint { shader: shader.expect("two stops apart"), ..Paint::default() }
}
