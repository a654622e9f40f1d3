use image::RgbaImage;
use tiny_skia::Transform;

use super::background::Background;
use super::brush::{Brush, Colour, brightness, ellipse, mix};
use super::coat::{Coat, Pattern};
use super::draws::Draws;
use super::face;

/// Left and right, as factors of x.
const SIDES: [f32; 2] = [-1.0, 1.0];

const INK: Colour = [0.13, 0.10, 0.12];
const SNOW: Colour = [1.0, 1.0, 1.0];
const IRISES: [Colour; 6] = [
    [0.55, 0.75, 0.33],
    [0.36, 0.68, 0.48],
    [0.95, 0.80, 0.27],
    [0.93, 0.60, 0.18],
    [0.36, 0.65, 0.90],
    [0.72, 0.45, 0.20],
];

/// All random choices for one cat, made before anything is painted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portrait {
    background: Background,
    coat: Coat,
    /// The position of the head in the image.
    centre: (f32, f32),
    size: f32,
    /// In degrees.
    tilt: f32,
    /// Where it looks: the offset of the features from the middle of the face.
    turn: (f32, f32),
    cheek: f32,
    ear_tip: (f32, f32),
    eyes: Eyes,
    /// A fifth of all cats have one.
    collar: Option<Colour>,
    tongue: bool,
    /// The side of a calico's dark patches, −1 or 1.
    patches: f32,
}

#[derive(Clone, Copy, Debug)]
struct Eyes {
    left: Colour,
    right: Colour,
    /// Relative width, from a slit in daylight to a disc at night.
    pupil: f32,
    w: f32,
    h: f32,
    left_shut: bool,
    right_shut: bool,
}

impl Eyes {
    fn draw(draws: &mut Draws, coat: &Coat) -> Self {
        let blue = IRISES[4];
        let left = if coat.pattern == Pattern::Siamese { blue } else { draws.pick(&IRISES) };
        let right = if draws.chance(0.12) { draws.pick(&IRISES) } else { left };
        let mood = draws.between(0.0, 1.0);
        Self {
            left,
            right,
            pupil: draws.between(0.22, 0.72),
            w: draws.between(0.22, 0.27),
            h: draws.between(0.19, 0.26),
            left_shut: mood < 0.07 || (0.07..0.09).contains(&mood),
            right_shut: mood < 0.07 || (0.09..0.11).contains(&mood),
        }
    }
}

impl Portrait {
    pub(super) fn draw(draws: &mut Draws) -> Self {
        let coat = Coat::draw(draws);
        let collars = [[0.80, 0.22, 0.25], [0.20, 0.45, 0.75], [0.95, 0.75, 0.2], [0.3, 0.6, 0.4]];
        Self {
            background: Background::draw(draws, brightness(coat.base)),
            eyes: Eyes::draw(draws, &coat),
            coat,
            centre: (draws.between(0.45, 0.55), draws.between(0.50, 0.57)),
            size: draws.between(0.29, 0.36),
            tilt: draws.between(-14.0, 14.0),
            turn: (draws.between(-0.16, 0.16), draws.between(-0.07, 0.07)),
            cheek: draws.between(0.0, 0.16),
            ear_tip: (draws.between(0.68, 0.96), draws.between(-1.36, -1.12)),
            collar: draws.chance(0.2).then(|| draws.pick(&collars)),
            tongue: draws.chance(0.06),
            patches: draws.pick(&SIDES),
        }
    }

    pub(super) fn paint(&self, side: u32, background: bool) -> RgbaImage {
        let mut brush = Brush::new(side);
        if background {
            self.background.paint(&mut brush);
        }
        let (x, y) = self.centre;
        let upright = brush.at.pre_translate(x, y).pre_scale(self.size, self.size);
        brush.at = upright;
        self.paint_body(&mut brush);
        brush.at = upright.pre_concat(Transform::from_rotate(self.tilt));
        self.paint_ears(&mut brush);
        let head = face::head(self.cheek);
        brush.fill(head.clone(), self.coat.base);
        brush.within(&head, |brush| self.paint_coat(brush));
        self.paint_muzzle(&mut brush);
        self.paint_eyes(&mut brush);
        self.paint_whiskers(&mut brush);
        brush.finish()
    }

    fn paint_body(&self, brush: &mut Brush) {
        let Coat { base, light, dark, pattern, .. } = self.coat;
        let shadow = |colour| mix(colour, INK, 0.16);
        let body = ellipse(0.0, 1.62, 0.98, 1.0);
        brush.fill(body.clone(), shadow(base));
        brush.within(&body, |brush| {
            let chest = ellipse(0.0, 1.5, 0.42, 0.85);
            match pattern {
                Pattern::Tuxedo | Pattern::Calico => brush.fill(chest, shadow(light)),
                Pattern::Tabby => paint_flanks(brush, shadow(dark)),
                Pattern::Plain | Pattern::Siamese => {}
            }
        });
        if let Some(colour) = self.collar {
            brush.stroke(ellipse(0.0, 0.62, 0.62, 0.36), 0.17, colour, 1.0);
            brush.fill(ellipse(0.0, 1.06, 0.13, 0.13), [0.98, 0.83, 0.35]);
        }
    }

    fn paint_ears(&self, brush: &mut Brush) {
        let Coat { base, dark, inner_ear, pattern, .. } = self.coat;
        for side in SIDES {
            let colour = match pattern {
                Pattern::Siamese => dark,
                Pattern::Calico if side == self.patches => dark,
                Pattern::Calico => Coat::ginger(),
                _ => mix(base, dark, 0.25),
            };
            brush.fill(face::ear(side, self.ear_tip, 1.0), colour);
            brush.fill(face::ear(side, self.ear_tip, 0.62), mix(inner_ear, colour, 0.2));
        }
    }

    /// The pattern on the face, to which painting is clipped.
    fn paint_coat(&self, brush: &mut Brush) {
        let Coat { base, dark, light, pattern, .. } = self.coat;
        let (tx, ty) = self.turn;
        match pattern {
            Pattern::Plain => {}
            Pattern::Tabby => paint_stripes(brush, dark, self.turn),
            Pattern::Tuxedo => {
                brush.fill(ellipse(tx, 0.62 + ty, 0.62, 0.48), light);
                brush.fill(face::stripe((tx * 0.5, -0.9), (tx, 0.5 + ty), 0.22), light);
            }
            Pattern::Calico => {
                brush.fill(ellipse(self.patches * 0.72, -0.5, 0.62, 0.62), dark);
                brush.fill(ellipse(-self.patches * 0.8, -0.42, 0.5, 0.66), Coat::ginger());
            }
            Pattern::Siamese => {
                // The edge of the mask fades into the coat.
                for (grown, alpha) in [(0.22, 0.25), (0.1, 0.4), (0.0, 1.0)] {
                    let mask = ellipse(tx, 0.28 + ty, 0.5 + grown, 0.52 + grown);
                    brush.glaze(mask, dark, alpha);
                }
            }
        }
        // Light comes from above.
        brush.glaze(ellipse(0.0, 1.05, 1.1, 0.45), mix(base, INK, 0.6), 0.12);
    }

    fn paint_muzzle(&self, brush: &mut Brush) {
        let (tx, ty) = self.turn;
        let at = (1.3 * tx, 0.3 + 1.2 * ty);
        if self.tongue {
            brush.fill(ellipse(at.0, at.1 + 0.27, 0.09, 0.13), [0.92, 0.45, 0.5]);
        }
        for side in SIDES {
            brush.fill(ellipse(at.0 + side * 0.15, at.1 + 0.14, 0.22, 0.17), self.coat.light);
        }
        if self.tongue {
            brush.fill(ellipse(at.0, at.1 + 0.28, 0.08, 0.11), [0.92, 0.45, 0.5]);
        }
        let line = if brightness(self.coat.light) > 0.35 { INK } else { mix(SNOW, INK, 0.35) };
        brush.stroke(face::mouth(at, 0.2), 0.05, line, 0.75);
        brush.fill(face::nose(at, 0.13), self.coat.nose);
    }

    fn paint_eyes(&self, brush: &mut Brush) {
        let Eyes { left, right, pupil, w, h, left_shut, right_shut } = self.eyes;
        let (tx, ty) = self.turn;
        let rim = mix(self.coat.dark, INK, 0.6);
        for (side, iris, shut) in [(-1.0, left, left_shut), (1.0, right, right_shut)] {
            let at = (side * 0.43 + tx, -0.06 + ty);
            if shut {
                let line = if brightness(self.coat.base) > 0.3 { INK } else { mix(SNOW, INK, 0.4) };
                brush.stroke(face::shut_eye(at, w), 0.07, line, 0.9);
                continue;
            }
            let eye = face::eye(side, at, w, h);
            brush.stroke(eye.clone(), 0.09, rim, 1.0);
            brush.fill(eye.clone(), iris);
            brush.within(&eye, |brush| {
                let (x, y) = (at.0 + 0.35 * tx, at.1 + 0.3 * ty);
                brush.glaze(ellipse(x, y + 0.6 * h, w, 0.6 * h), SNOW, 0.25);
                brush.fill(ellipse(x, y, pupil * w * 0.8, h * 0.92), INK);
                brush.fill(ellipse(x - 0.06, y - 0.09, 0.065, 0.065), SNOW);
            });
        }
    }

    fn paint_whiskers(&self, brush: &mut Brush) {
        let at = (1.3 * self.turn.0, 0.42 + 1.2 * self.turn.1);
        let colour = if brightness(self.coat.base) < 0.35 { SNOW } else { mix(INK, SNOW, 0.2) };
        for side in SIDES {
            for i in 0..3 {
                brush.stroke(face::whisker(side, at, i), 0.025, colour, 0.45);
            }
        }
    }
}

/// A tabby's stripes on the body.
fn paint_flanks(brush: &mut Brush, colour: Colour) {
    for (side, y) in SIDES.into_iter().flat_map(|side| [0.95, 1.25, 1.55].map(|y| (side, y))) {
        brush.fill(face::stripe((side * 1.1, y), (side * 0.35, y + 0.1), 0.16), colour);
    }
}

/// A tabby's stripes on the forehead and the cheeks of a face turned by (tx, ty).
fn paint_stripes(brush: &mut Brush, colour: Colour, (tx, ty): (f32, f32)) {
    for x in [-0.3, 0.0, 0.3] {
        let stripe = face::stripe((x * 1.5, -0.95), (x * 0.8 + tx, -0.3 + ty), 0.13);
        brush.fill(stripe, colour);
    }
    let heights = [(0.02, 0.12), (0.3, 0.34)];
    for (side, (from, to)) in SIDES.into_iter().flat_map(|side| heights.map(|y| (side, y))) {
        brush.fill(face::stripe((side * 1.1, from), (side * 0.55 + tx, to), 0.11), colour);
    }
}
