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
    let Shape { side, channels } = shape;
    let set = |bytes| Set::new(bytes, side, channels);
    let generated = set(generated);
    let images = generated.len();
    let [reals, others] = halves::of_bytes(reals, shape, images);
    let (reals, others) = (set(&reals), set(&others));
    let figure = |name: &str, title: &str, meaning, found| {
        let (name, title) = (name.to_owned(), title.to_owned());
        Figure { name, title, meaning, images, found }
    };

    let colour = Measured::new(colour_error(reals, generated), colour_error(reals, others));
    let ratios = contrast_ratio(reals, generated).zip(contrast_ratio(reals, others));
    let contrast = ratios.map(|(value, floor)| Measured::new(value, floor));
    let mut figures = vec![
        figure("colour_error", "colour error", "grey levels; lower is better", Ok(colour)),
        figure(
            "contrast_ratio",
            "contrast ratio",
            "generated / real; 1 is best, below is dull, above is harsh",
            contrast.ok_or_else(|| "all pixels of the real images are equal".to_owned()),
        ),
    ];
    let (value, floor) = (MEASURE.distance(reals, generated), MEASURE.distance(reals, others));
    let levels = value.levels().iter().zip(floor.levels());
    figures.extend(levels.map(|(&(level, value), &(_, floor))| {
        let meaning = match level {
            16 => "large shapes; lower is better",
            level if level == side => "edges and grain; lower is better",
            _ => "shapes of middle size; lower is better",
        };
        let (name, title) = (format!("swd_{level}"), format!("SWD × 1000, {level} pixels"));
        figure(&name, &title, meaning, Ok(Measured::new(value, floor)))
    }));
    let likeness = |set, index| mean_likeness(set, PAIRS, &mut stream(0, Purpose::Draw, index));
    let alike = Measured::new(likeness(generated, 2), likeness(reals, 3));
    let meaning = "of random pairs; above the floor, images look too much alike";
    figures.push(figure("ms_ssim", "MS-SSIM", meaning, Ok(alike)));
    figures
}
