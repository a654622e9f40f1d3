//! Images as PNG files that say how they were made, as those of `dcgan generate` do.

use dcgan_infer::{Generator, latent};
use png::{ColorType, Compression, EncodingError, Filter};

use crate::route::Source;

/// Longest side of an enlarged image, in pixels.
const MAX_SIDE: usize = 2048;

/// The largest factor by which images of this side are enlarged.
pub(crate) fn max_scale(side: usize) -> usize {
    (MAX_SIDE / side).clamp(1, 16)
}

/// The PNG file of an image, each of its pixels enlarged to `scale` × `scale`.
pub(crate) fn png(
    generator: &Generator,
    source: Source,
    scale: usize,
) -> Result<Vec<u8>, EncodingError> {
    let image = generator.image(&latent(generator, source));
    let (side, channels) = (image.side(), image.channels());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, (side * scale) as u32, (side * scale) as u32);
    encoder.set_color(match channels {
        1 => ColorType::Grayscale,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    encoder.set_compression(Compression::Fast);
    encoder.set_filter(Filter::Adaptive);
    encoder.add_text_chunk(
        "Software".into(),
        concat!("dcgan-serve ", env!("CARGO_PKG_VERSION")).into(),
    )?;
    encoder.add_text_chunk("dcgan".into(), metadata(generator, source))?;
    encoder.write_header()?.write_image_data(&enlarged(&image.bytes(), side, channels, scale))?;
    Ok(file)
}

fn latent(generator: &Generator, source: Source) -> Vec<f32> {
    match source {
        Source::Seed(seed) => generator.latent(seed),
        Source::Blend { from, to, step, steps } => {
            let [from, to] = [from, to].map(|seed| generator.latent(seed));
            latent::slerp(&from, &to, step as f64 / steps as f64)
        }
    }
}

/// What `dcgan regenerate` needs to make the image again.
fn metadata(generator: &Generator, source: Source) -> String {
    let tile = match source {
        Source::Seed(seed) => format!(r#"{{"seeds":{{"first":{seed},"last":{seed}}}}}"#),
        Source::Blend { from, to, step, steps } => {
            let frames = steps + 1;
            format!(
                r#"{{"blend":{{"from":{from},"to":{to},"frames":{frames},"first":{step},"last":{step}}}}}"#
            )
        }
    };
    let (model, steps) = (generator.fingerprint(), generator.steps());
    format!(
        r#"{{"format":1,"model":"{model}","steps":{steps},"columns":1,"padding":0,"tiles":[{tile}]}}"#
    )
}

/// Each pixel as a square of `n` × `n` pixels.
fn enlarged(pixels: &[u8], side: usize, channels: usize, n: usize) -> Vec<u8> {
    let mut all = Vec::with_capacity(pixels.len() * n * n);
    for row in pixels.chunks_exact(side * channels) {
        let start = all.len();
        for pixel in row.chunks_exact(channels) {
            (0..n).for_each(|_| all.extend_from_slice(pixel));
        }
        let row = start..all.len();
        (1..n).for_each(|_| all.extend_from_within(row.clone()));
    }
    all
}
