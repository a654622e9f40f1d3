//! Writes the image of a seed as a PNG file: `cargo run -p dcgan-infer --example png -- cats.gen 7 cat.png`.

use std::fs::File;
use std::{env, fs};

use dcgan_infer::Generator;
use png::ColorType;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [model, seed, out] = arguments.as_slice() else {
        return Err("expected MODEL.gen SEED OUT.png".into());
    };
    let generator = Generator::from_bytes(&fs::read(model)?)?;
    let image = generator.image(&generator.latent(seed.parse()?));

    let side = image.side() as u32;
    let mut encoder = png::Encoder::new(File::create(out)?, side, side);
    encoder.set_color(match image.channels() {
        1 => ColorType::Grayscale,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    encoder.write_header()?.write_image_data(&image.bytes())?;
    Ok(())
}
