use image::RgbaImage;
use tiny_skia::{
    Color, FillRule, LineCap, Mask, Paint, Path, PathBuilder, Pixmap, Stroke, Transform,
};

/// Red, green and blue in [0, 1].
pub(super) type Colour = [f32; 3];

/// Linear interpolation from `a` (t = 0) to `b` (t = 1).
pub(super) fn mix(a: Colour, b: Colour, t: f32) -> Colour {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * t)
}

/// Luma (Rec. 709).
pub(super) fn brightness([r, g, b]: Colour) -> f32 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// A closed or open line; `None` if it would have no extent.
pub(super) fn path(build: impl FnOnce(&mut PathBuilder)) -> Option<Path> {
    let mut builder = PathBuilder::new();
    build(&mut builder);
    builder.finish()
}

/// The ellipse centred on (x, y).
pub(super) fn ellipse(x: f32, y: f32, rx: f32, ry: f32) -> Option<Path> {
    let bounds = tiny_skia::Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry)?;
    PathBuilder::from_oval(bounds)
}

/// An image being painted, in coordinates that `at` maps onto it.
pub(super) struct Brush {
    pixels: Pixmap,
    /// From painting coordinates to pixels.
    pub(super) at: Transform,
    /// Restricts painting to a region, if set.
    mask: Option<Mask>,
}

impl Brush {
    /// A transparent image whose corners are (0, 0) and (1, 1).
    pub(super) fn new(side: u32) -> Self {
        let pixels = Pixmap::new(side, side).expect("an image has a size");
        Self { pixels, at: Transform::from_scale(side as f32, side as f32), mask: None }
    }

    /// Fills `shape`.
    pub(super) fn fill(&mut self, shape: Option<Path>, colour: Colour) {
        self.fill_with(shape, &solid(colour, 1.0));
    }

    /// The same, with an opacity of `alpha`.
    pub(super) fn glaze(&mut self, shape: Option<Path>, colour: Colour, alpha: f32) {
        self.fill_with(shape, &solid(colour, alpha));
    }

    /// The same, with any paint.
    pub(super) fn fill_with(&mut self, shape: Option<Path>, paint: &Paint) {
        if let Some(shape) = shape {
            let rule = FillRule::Winding;
            self.pixels.fill_path(&shape, paint, rule, self.at, self.mask.as_ref());
        }
    }

    /// Strokes a line with round caps.
    pub(super) fn stroke(&mut self, line: Option<Path>, width: f32, colour: Colour, alpha: f32) {
        if let Some(line) = line {
            let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
            let paint = solid(colour, alpha);
            self.pixels.stroke_path(&line, &paint, &stroke, self.at, self.mask.as_ref());
        }
    }

    /// Clips what `paint` does to `shape`.
    pub(super) fn within(&mut self, shape: &Option<Path>, paint: impl FnOnce(&mut Self)) {
        let mut mask = Mask::new(self.pixels.width(), self.pixels.height());
        if let (Some(mask), Some(shape)) = (&mut mask, shape) {
            mask.fill_path(shape, FillRule::Winding, true, self.at);
        }
        let before = std::mem::replace(&mut self.mask, mask);
        paint(self);
        self.mask = before;
    }

    /// The finished image, with straight alpha.
    pub(super) fn finish(self) -> RgbaImage {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        RgbaImage::from_raw(width, height, self.pixels.take_demultiplied())
            .expect("four bytes a pixel")
    }
}

/// A paint of one colour.
fn solid([r, g, b]: Colour, alpha: f32) -> Paint<'static> {
    let channel = |v: f32| v.clamp(0.0, 1.0);
    let colour = Color::from_rgba(channel(r), channel(g), channel(b), channel(alpha));
    Paint {
        shader: tiny_skia::Shader::SolidColor(colour.expect("channels are in [0, 1]")),
        anti_alias: true,
        ..Paint::default()
    }
}
