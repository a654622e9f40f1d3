//! From the samples of a TIFF file to pixels.

use image::{DynamicImage, ImageBuffer, Luma, LumaA, Pixel, Rgb, Rgba};
use tiff::ColorType;
use tiff::decoder::DecodingResult;

use crate::formats::image_folder::decode::{Unusable, broken};
use crate::formats::image_folder::jpeg::cmyk_to_rgb;
use crate::levels::{Levels, Range};

/// The meaning of the first extra sample.
const PREMULTIPLIED: u16 = 1;
const ALPHA: u16 = 2;

/// How the samples of a picture are to be read.
pub(super) struct Samples {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colours: ColorType,
    /// 1, or the number of planes if each channel is one.
    pub(super) planes: usize,
    pub(super) extra: Option<u16>,
    /// The reds, then the greens, then the blues of a palette; empty if there is none.
    pub(super) palette: Vec<u16>,
}

impl Samples {
    pub(super) fn into_image(self, data: DecodingResult) -> Result<DynamicImage, Unusable> {
        match data {
            DecodingResult::U8(data) => self.bytes(data),
            DecodingResult::U16(data) => self.words(data),
            DecodingResult::F32(data) => self.floats(&data),
            DecodingResult::F64(data) => self.floats(&data),
            DecodingResult::F16(_) => Err(unsupported("floats of 16 bits")),
            DecodingResult::I8(_) | DecodingResult::I16(_) => Err(unsupported("signed integers")),
            _ => Err(unsupported("integers of 32 or 64 bits")),
        }
    }

    fn bytes(&self, data: Vec<u8>) -> Result<DynamicImage, Unusable> {
        match self.colours {
            ColorType::Gray(8) if !self.palette.is_empty() => self.coloured(&data),
            ColorType::Gray(bits @ (1 | 2 | 4)) => {
                let levels = self.unpacked(bits, &data);
                if self.palette.is_empty() {
                    let step = 255 / ((1 << bits) - 1);
                    return self
                        .image::<Luma<u8>>(levels.iter().map(|level| level * step).collect());
                }
                self.coloured(&levels)
            }
            ColorType::Gray(8) => self.image::<Luma<u8>>(data),
            ColorType::Multiband { bit_depth: 8, num_samples: 2 } => {
                self.image::<LumaA<u8>>(self.with_alpha(self.interleaved(data, 2), 2, 255))
            }
            ColorType::RGB(8) => self.image::<Rgb<u8>>(self.interleaved(data, 3)),
            ColorType::RGBA(8) => {
                self.image::<Rgba<u8>>(self.with_alpha(self.interleaved(data, 4), 4, 255))
            }
            ColorType::CMYK(8) => self.image::<Rgb<u8>>(cmyk_to_rgb(self.interleaved(data, 4))),
            ColorType::YCbCr(8) => self.image::<Rgb<u8>>(ycbcr_to_rgb(self.interleaved(data, 3))),
            _ => Err(self.unsupported_colours()),
        }
    }

    /// The colours of indices.
    fn coloured(&self, indices: &[u8]) -> Result<DynamicImage, Unusable> {
        let count = self.palette.len() / 3;
        let colour = |index: usize| [0, 1, 2].map(|c| (self.palette[c * count + index] >> 8) as u8);
        let most = indices.iter().max().map_or(0, |&most| usize::from(most));
        if most >= count {
            return Err(broken("holds colours that are not in its palette"));
        }
        self.image::<Rgb<u8>>(indices.iter().flat_map(|&i| colour(usize::from(i))).collect())
    }

    fn words(&self, data: Vec<u16>) -> Result<DynamicImage, Unusable> {
        match self.colours {
            ColorType::Gray(16) if self.palette.is_empty() => self.image::<Luma<u16>>(data),
            ColorType::Multiband { bit_depth: 16, num_samples: 2 } => {
                self.image::<LumaA<u16>>(self.with_alpha(self.interleaved(data, 2), 2, 65535))
            }
            ColorType::RGB(16) => self.image::<Rgb<u16>>(self.interleaved(data, 3)),
            ColorType::RGBA(16) => {
                self.image::<Rgba<u16>>(self.with_alpha(self.interleaved(data, 4), 4, 65535))
            }
            ColorType::CMYK(16) => {
                let data = self.interleaved(data, 4);
                let bytes = data.iter().map(|&v| ((u32::from(v) + 128) / 257) as u8).collect();
                self.image::<Rgb<u8>>(cmyk_to_rgb(bytes))
            }
            _ => Err(self.unsupported_colours()),
        }
    }

    /// By the rule for floats of every format.
    fn floats<T: Copy + Into<f64>>(&self, data: &[T]) -> Result<DynamicImage, Unusable> {
        let values = || data.iter().map(|&value| value.into());
        let mut range = Range::EMPTY;
        let known = values().try_for_each(|value| range.add(value));
        let levels = known.and_then(|()| Levels::of_floats(range)).map_err(|why| broken(&why))?;
        let bytes = values().map(|value| levels.byte(value)).collect();
        match self.colours {
            ColorType::Gray(_) => self.image::<Luma<u8>>(bytes),
            ColorType::RGB(_) => self.image::<Rgb<u8>>(self.interleaved(bytes, 3)),
            ColorType::RGBA(_) => {
                self.image::<Rgba<u8>>(self.with_alpha(self.interleaved(bytes, 4), 4, 255))
            }
            _ => Err(self.unsupported_colours()),
        }
    }

    fn image<P: Pixel>(&self, pixels: Vec<P::Subpixel>) -> Result<DynamicImage, Unusable>
    where
        DynamicImage: From<ImageBuffer<P, Vec<P::Subpixel>>>,
    {
        let wanted = self.width as usize * self.height as usize * usize::from(P::CHANNEL_COUNT);
        let image = (pixels.len() == wanted)
            .then(|| ImageBuffer::from_raw(self.width, self.height, pixels))
            .flatten();
        image.map(DynamicImage::from).ok_or_else(|| broken("is damaged"))
    }

    /// One channel after the other to one pixel after the other.
    fn interleaved<T: Copy>(&self, data: Vec<T>, channels: usize) -> Vec<T> {
        if self.planes < channels {
            return data;
        }
        let plane = data.len() / self.planes;
        (0..plane * channels).map(|i| data[i % channels * plane + i / channels]).collect()
    }

    /// Pixels of `channels`, the last of them an alpha that may have been multiplied into the others.
    fn with_alpha<T>(&self, mut pixels: Vec<T>, channels: usize, most: u32) -> Vec<T>
    where
        T: Copy + Into<u32> + TryFrom<u32>,
    {
        let byte = |value: u32| T::try_from(value).ok();
        for pixel in pixels.chunks_exact_mut(channels) {
            let Some((alpha, colours)) = pixel.split_last_mut() else { continue };
            match (self.extra, (*alpha).into()) {
                (Some(PREMULTIPLIED), 1..) => {
                    let opacity = (*alpha).into();
                    for colour in colours {
                        let whole = ((*colour).into() * most + opacity / 2) / opacity;
                        *colour = byte(whole.min(most)).unwrap_or(*colour);
                    }
                }
                (Some(PREMULTIPLIED | ALPHA) | None, _) => {}
                // It means something else.
                (Some(_), _) => *alpha = byte(most).unwrap_or(*alpha),
            }
        }
        pixels
    }

    /// Samples of less than a byte, whose rows start at whole bytes.
    fn unpacked(&self, bits: u8, data: &[u8]) -> Vec<u8> {
        let (per_byte, mask) = (8 / usize::from(bits), (1 << bits) - 1);
        let width = self.width as usize;
        let rows = data.chunks_exact(width.div_ceil(per_byte).max(1));
        let sample = |row: &[u8], x: usize| {
            row[x / per_byte] >> (8 - bits * (x % per_byte + 1) as u8) & mask
        };
        rows.flat_map(|row| (0..width).map(move |x| sample(row, x))).collect()
    }

    fn unsupported_colours(&self) -> Unusable {
        unsupported(&format!("colours of the type {:?}", self.colours))
    }
}

fn unsupported(what: &str) -> Unusable {
    broken(&format!("is a TIFF of {what}, which cannot be read; convert it to 8 bits a channel"))
}

/// Full-range BT.601, as in JPEG.
fn ycbcr_to_rgb(mut pixels: Vec<u8>) -> Vec<u8> {
    for pixel in pixels.chunks_exact_mut(3) {
        let [y, cb, cr] = [0, 1, 2].map(|c| f32::from(pixel[c]));
        let (cb, cr) = (cb - 128.0, cr - 128.0);
        let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
        pixel.copy_from_slice(&rgb.map(|c| c.round() as u8));
    }
    pixels
}
