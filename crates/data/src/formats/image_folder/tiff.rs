//! TIFF: which of the pictures in a file is used, and its pixels.

mod directory;
mod pixels;

use std::fs::File;
use std::io::{BufReader, Seek};

use image::DynamicImage;
use image::metadata::Orientation;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use self::directory::Directories;
use self::pixels::Samples;
use super::decode::{Unusable, broken, unreadable};

/// A file whose directories have been read.
pub(super) struct Tiff {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) orientation: Orientation,
    decoder: Decoder<BufReader<File>>,
    colours: ColorType,
}

/// The number of pages in a file: pictures that are not thumbnails or masks of others.
pub(crate) fn pages(file: &mut BufReader<File>) -> std::io::Result<usize> {
    Ok(Directories::read(file)?.pages.len())
}

impl Tiff {
    /// The first page.
    pub(super) fn open(mut file: BufReader<File>) -> Result<Self, Unusable> {
        let directories = Directories::read(&mut file).map_err(unreadable)?;
        if directories.raw {
            return Err(broken("is camera raw; convert it to JPEG, PNG or 16-bit TIFF"));
        }
        let Some(&page) = directories.pages.first() else {
            return Err(broken("holds no picture, or only a thumbnail of one"));
        };
        file.rewind()?;
        let mut decoder = Decoder::new(file)?;
        decoder.seek_to_image(page)?;
        let (width, height) = decoder.dimensions()?;
        let colours = decoder.colortype()?;
        let orientation = decoder.find_tag_unsigned(Tag::Orientation)?;
        let orientation = orientation.and_then(Orientation::from_exif);
        let orientation = orientation.unwrap_or(Orientation::NoTransforms);
        Ok(Self { width, height, orientation, decoder, colours })
    }

    /// What [`decode`](Self::decode) returns.
    pub(super) fn pixel(&self) -> image::ColorType {
        use image::ColorType::{L8, L16, La8, La16, Rgb8, Rgb16, Rgba8, Rgba16};
        let deep = self.colours.bit_depth() == 16;
        match (self.colours, deep) {
            (ColorType::Gray(_), false) => L8,
            (ColorType::Gray(_), true) => L16,
            (ColorType::Multiband { .. }, false) => La8,
            (ColorType::Multiband { .. }, true) => La16,
            (ColorType::RGBA(_), false) => Rgba8,
            (ColorType::RGBA(_), true) => Rgba16,
            (ColorType::RGB(_), true) => Rgb16,
            _ => Rgb8,
        }
    }

    pub(super) fn is_grey(&self) -> bool {
        matches!(self.colours, ColorType::Gray(_) | ColorType::Multiband { num_samples: ..=2, .. })
    }

    /// The most memory that [`decode`](Self::decode) needs: the samples as stored, a strip or tile in
    /// its compressed and its decoded form, and the pixels made from them.
    pub(super) fn memory(&self) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let samples = u64::from(self.colours.num_samples()) + 1;
        let bytes = u64::from(self.colours.bit_depth()).div_ceil(8);
        let chunk = self.decoder.chunk_dimensions();
        let chunk = u64::from(chunk.0.min(self.width)) * u64::from(chunk.1.min(self.height));
        pixels * samples * bytes * 2 + chunk * samples * bytes * 2
    }

    pub(super) fn decode(self) -> Result<DynamicImage, Unusable> {
        let mut limits = Limits::default();
        // The caller has room for `memory`.
        limits.decoding_buffer_size = self.memory() as usize;
        limits.intermediate_buffer_size = limits.decoding_buffer_size;
        let (colours, mut decoder) = (self.colours, self.decoder.with_limits(limits));
        let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)?.unwrap_or_default();
        let mut data = DecodingResult::U8(Vec::new());
        let layout = decoder.read_image_to_buffer(&mut data)?;
        let samples = Samples {
            width: self.width,
            height: self.height,
            colours,
            planes: layout.planes,
            extra: extra.first().copied(),
        };
        samples.into_image(data)
    }
}
