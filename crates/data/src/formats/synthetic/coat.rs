use super::brush::{Colour, brightness, mix};
use super::draws::Draws;

/// How the colours of a coat are distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// One colour.
    Plain,
    /// Stripes, and an M on the forehead.
    Tabby,
    /// White from the nose down, with a blaze between the eyes.
    Tuxedo,
    /// Patches of two other colours on white.
    Calico,
    /// A dark mask and dark ears on a light coat.
    Siamese,
}

/// The colours and pattern of one cat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coat {
    pub(super) pattern: Pattern,
    /// The main colour.
    pub(super) base: Colour,
    /// The colour of stripes, mask and patches.
    pub(super) dark: Colour,
    /// The colour of muzzle and chest.
    pub(super) light: Colour,
    pub(super) nose: Colour,
    pub(super) inner_ear: Colour,
}

/// The base and the stripes of each coat.
const ORANGE: [Colour; 2] = [[0.93, 0.61, 0.28], [0.75, 0.40, 0.13]];
const CREAM: [Colour; 2] = [[0.94, 0.84, 0.67], [0.83, 0.67, 0.46]];
const GREY: [Colour; 2] = [[0.62, 0.62, 0.65], [0.38, 0.39, 0.43]];
const BLUE: [Colour; 2] = [[0.46, 0.51, 0.60], [0.31, 0.35, 0.43]];
const BROWN: [Colour; 2] = [[0.60, 0.44, 0.31], [0.35, 0.23, 0.15]];
const CINNAMON: [Colour; 2] = [[0.75, 0.47, 0.30], [0.53, 0.28, 0.16]];
const BLACK: [Colour; 2] = [[0.21, 0.19, 0.21], [0.11, 0.10, 0.11]];
const WHITE: [Colour; 2] = [[0.97, 0.95, 0.92], [0.87, 0.83, 0.78]];

const PINK: Colour = [0.94, 0.62, 0.62];
const LIVER: Colour = [0.45, 0.27, 0.25];
const SNOW: Colour = [0.98, 0.97, 0.95];

impl Coat {
    pub(super) fn draw(draws: &mut Draws) -> Self {
        let pattern = draws.pick(&[
            Pattern::Plain,
            Pattern::Plain,
            Pattern::Tabby,
            Pattern::Tabby,
            Pattern::Tabby,
            Pattern::Tuxedo,
            Pattern::Calico,
            Pattern::Siamese,
        ]);
        let [base, dark] = match pattern {
            Pattern::Plain => {
                draws.pick(&[ORANGE, CREAM, GREY, BLUE, BROWN, CINNAMON, BLACK, WHITE])
            }
            Pattern::Tabby => draws.pick(&[ORANGE, ORANGE, CREAM, GREY, GREY, BROWN, CINNAMON]),
            Pattern::Tuxedo => draws.pick(&[BLACK, BLACK, BLUE, GREY, BROWN]),
            Pattern::Calico => [WHITE[0], BLACK[0]],
            Pattern::Siamese => [CREAM[0], draws.pick(&[BROWN[1], BLUE[1], CINNAMON[1]])],
        };
        // No two cats of a coat look exactly alike.
        let shade = draws.between(-0.09, 0.09);
        let toward = if shade > 0.0 { [1.0; 3] } else { [0.0; 3] };
        let warmth = draws.between(-0.03, 0.03);
        let vary = |colour| {
            let [r, g, b] = mix(colour, toward, f32::abs(shade));
            [r + warmth, g, b - warmth]
        };
        let (base, dark) = (vary(base), vary(dark));
        let light = match pattern {
            Pattern::Tuxedo | Pattern::Calico => SNOW,
            Pattern::Siamese => mix(dark, base, 0.15),
            // The muzzle is paler than the coat, except on black and blue cats.
            _ if brightness(base) < 0.3 => mix(base, SNOW, 0.08),
            _ if draws.chance(0.35) => SNOW,
            _ => mix(base, SNOW, 0.5),
        };
        let dark_nose = brightness(base) < 0.3 || pattern == Pattern::Siamese;
        Self {
            pattern,
            base,
            dark,
            light,
            nose: if dark_nose && pattern != Pattern::Tuxedo { LIVER } else { PINK },
            inner_ear: mix(base, PINK, if brightness(base) < 0.3 { 0.45 } else { 0.7 }),
        }
    }

    /// The second colour of a calico's patches.
    pub(super) fn ginger() -> Colour {
        ORANGE[0]
    }
}
