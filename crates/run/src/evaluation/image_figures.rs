use dcgan_data::Shape;
use dcgan_quality::{Set, colour_error, contrast_ratio, mean_likeness};
use dcgan_random::{Purpose, stream};

use super::figure::{Figure, Measured};
use super::halves;
use crate::quality::MEASURE;

/// Pairs of images of each set whose similarity is averaged.
const PAIRS: usize = 500;

/// The figures that the pixels themselves give: real images, of which there are twice as many, against generated ones.
///
/// # Panics
/// If there are fewer than two generated images, or not twice as many real ones.
#[must_use]
pub fn image_figures(shape: Shape, reals: &[u8], generated: &[u8]) -> Vec<Figure> {
    let sets = Sets::new(shape, reals, generated);
    let mut figures = sets.levels();
    figures.extend(sets.patches());
    figures.push(sets.likeness());
    figures
}

/// Those of [`image_figures`] that take hardly any time: how far colours and contrast are from those of real images.
///
/// # Panics
/// As [`image_figures`].
#[must_use]
pub fn level_figures(shape: Shape, reals: &[u8], generated: &[u8]) -> Vec<Figure> {
    Sets::new(shape, reals, generated).levels()
}

/// The images of each set, equally many.
struct Sets<'a> {
    shape: Shape,
    reals: Vec<u8>,
    others: Vec<u8>,
    generated: &'a [u8],
}

impl<'a> Sets<'a> {
    fn new(shape: Shape, reals: &[u8], generated: &'a [u8]) -> Self {
        let [reals, others] = halves::of_bytes(reals, shape, generated.len() / shape.len());
        Self { shape, reals, others, generated }
    }

    /// The reference, the other real images, and the generated ones.
    fn all(&self) -> [Set<'_>; 3] {
        let Shape { side, channels } = self.shape;
        [&self.reals, &self.others, self.generated].map(|bytes| Set::new(bytes, side, channels))
    }

    fn figure(
        &self,
        name: &str,
        title: &str,
        meaning: &'static str,
        found: Result<Measured, String>,
    ) -> Figure {
        let (name, title) = (name.to_owned(), title.to_owned());
        let images = self.generated.len() / self.shape.len();
        Figure { name, title, meaning, images, found }
    }

    fn levels(&self) -> Vec<Figure> {
        let [reals, others, generated] = self.all();
        let colour = Measured::new(colour_error(reals, generated), colour_error(reals, others));
        let ratios = contrast_ratio(reals, generated).zip(contrast_ratio(reals, others));
        let contrast = ratios.map(|(value, floor)| Measured::new(value, floor));
        vec![
            self.figure("colour_error", "colour error", "grey levels; lower is better", Ok(colour)),
            self.figure(
                "contrast_ratio",
                "contrast ratio",
                "generated / real; 1 is best, below is dull, above is harsh",
                contrast.ok_or_else(|| "all pixels of the real images are equal".to_owned()),
            ),
        ]
    }

    /// The sliced Wasserstein distance at each size.
    fn patches(&self) -> Vec<Figure> {
        let [reals, others, generated] = self.all();
        let (value, floor) = (MEASURE.distance(reals, generated), MEASURE.distance(reals, others));
        let levels = value.levels().iter().zip(floor.levels());
        let figure = |(&(level, value), &(_, floor)): (&(usize, f64), &(usize, f64))| {
            let meaning = match level {
                16 => "large shapes; lower is better",
                level if level == self.shape.side => "edges and grain; lower is better",
                _ => "shapes of middle size; lower is better",
            };
            let title = format!("SWD × 1000, {level} pixels");
            self.figure(&format!("swd_{level}"), &title, meaning, Ok(Measured::new(value, floor)))
        };
        levels.map(figure).collect()
    }

    fn likeness(&self) -> Figure {
        let [reals, _, generated] = self.all();
        let of = |set, index| mean_likeness(set, PAIRS, &mut stream(0, Purpose::Draw, index));
        let alike = Measured::new(of(generated, 2), of(reals, 3));
        let meaning = "of random pairs; above the floor, images look too much alike";
        self.figure("ms_ssim", "MS-SSIM", meaning, Ok(alike))
    }
}
