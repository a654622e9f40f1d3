//! Animations that repeat forever.

use anyhow::{Context, Result};
use dcgan_data::own_files::mark_gif;
use dcgan_run::canvas::Canvas;
use dcgan_run::provenance::Animation;
use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbaImage};

use crate::code::PROGRAM;
use crate::open_model::Model;

/// Duration of a frame, in hundredths of a second, unless --fps says otherwise.
const DELAY: u16 = 8;

/// A format of animations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Gif,
    Apng,
}

/// The frames as a GIF.
pub(super) fn gif(frames: impl Iterator<Item = Canvas>, fps: Option<f64>) -> Result<Vec<u8>> {
    let hundredths = fps.map_or(DELAY, |fps| (100.0 / fps).round() as u16);
    let delay = Delay::from_numer_denom_ms(u32::from(hundredths) * 10, 1);
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite)?;
    for frame in frames {
        let image = RgbaImage::from_raw(frame.width as u32, frame.height as u32, frame.rgba())
            .context("a frame has as many bytes as pixels")?;
        encoder.encode_frame(Frame::from_parts(image, 0, 0, delay))?;
    }
    drop(encoder);
    mark_gif(&mut bytes, PROGRAM.version);
    Ok(bytes)
}

/// The frames as an animated PNG, which says with which arguments `model` made it.
pub(super) fn apng(
    frames: impl Iterator<Item = Canvas>,
    count: usize,
    fps: Option<f64>,
    model: &Model,
    arguments: String,
) -> Result<Vec<u8>> {
    let delay = match fps {
        None => (DELAY, 100),
        Some(fps) if fps.fract() == 0.0 => (1, fps as u16),
        Some(fps) => (100, (100.0 * fps).round() as u16),
    };
    let animation = Animation { maker: model.maker(), arguments };
    Ok(animation.apng(frames, count, delay, PROGRAM)?)
}
