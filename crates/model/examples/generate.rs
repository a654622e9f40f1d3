//! Writes the image of a seed as a PPM file: `cargo run --release -p dcgan-model --example generate -- runs/cats-001 8 cat.ppm`.

use std::{env, fs};

use dcgan_model::latent;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [model, seed, out] = arguments.as_slice() else {
        return Err("expected MODEL SEED OUT.ppm".into());
    };
    write(model, seed.parse()?, out)
}

/// Writes the image of `seed` to `out`.
pub(crate) fn write(model: &str, seed: u64, out: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut generator = dcgan_model::load(model)?;
    let z = latent::from_seed(seed, generator.config().nz);
    let image = generator.generate_bytes(&z);

    let (_, height, width, channels) = image.dim();
    // P5 is grey, P6 RGB; there is no PPM with an alpha channel.
    let magic = match channels {
        1 => "P5",
        3 => "P6",
        _ => return Err("a PPM file has no alpha channel".into()),
    };
    let mut file = format!("{magic} {width} {height} 255\n").into_bytes();
    file.extend(image);
    Ok(fs::write(out, file)?)
}
