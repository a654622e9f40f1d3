//! TIFF: which of the pictures in a file is used, and its pixels.

mod directory;
mod overlaid;
mod pixels;

use std::io::BufReader;

use image::DynamicImage;
use image::metadata::Orientation;
use tiff::ColorType;
use tiff::decoder::{BufferLayoutPreference, Decoder, DecodingResult, Limits};
use tiff::tags::{CompressionMethod, Tag};

use self::directory::Directories;
use self::overlaid::Overlaid;
use self::pixels::Samples;
use super::decode::{Unusable, broken, unreadable};
use crate::formats::entry::Bytes;

/// A file whose directories have been read.
pub(super) struct Tiff {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) orientation: Orientation,
    decoder: Decoder<Overlaid<BufReader<Bytes>>>,
    has_palette: bool,
    colours: ColorType,
    layout: BufferLayoutPreference,
    /// Whether a strip or tile is decoded as a whole.
    by_chunk: bool,
}

/// The number of pages in a file: pictures that are not thumbnails or masks of others.
pub(crate) fn pages(file: &mut BufReader<Bytes>) -> std::io::Result<usize> {
    Ok(Directories::read(file)?.pages.len())
}

impl Tiff {
    /// The first page.
    pub(super) fn open(mut file: BufReader<Bytes>) -> Result<Self, Unusable> {
        let directories = Directories::read(&mut file).map_err(unreadable)?;
        if directories.raw {
            return Err(broken("is camera raw; convert it to JPEG, PNG or 16-bit TIFF"));
        }
        let Some(&page) = directories.pages.first() else {
            return Err(broken("holds no picture, or only a thumbnail of one"));
        };
        let mut decoder = Decoder::new(Overlaid::new(file, page.palette)?)?;
        decoder.seek_to_image(page.place)?;
        let (width, height) = decoder.dimensions()?;
        let colours = decoder.colortype()?;
        let layout = decoder.image_buffer_layout()?;
        let compression = decoder.find_tag_unsigned(Tag::Compression)?;
        let by_chunk = compression == Some(CompressionMethod::ModernJPEG.to_u16());
        if matches!(colours, ColorType::YCbCr(_)) && !by_chunk {
            let sampling = decoder.find_tag_unsigned_vec::<u16>(Tag::ChromaSubsampling)?;
            if sampling.is_none_or(|factors| factors != [1, 1]) {
                return Err(broken(
                    "is a TIFF of subsampled YCbCr, which cannot be read; convert it",
                ));
            }
        }
        let orientation = decoder.find_tag_unsigned(Tag::Orientation).ok().flatten();
        let orientation = orientation.and_then(Orientation::from_exif);
        let orientation = orientation.unwrap_or(Orientation::NoTransforms);
        Ok(Self {
            width,
            height,
            orientation,
            decoder,
            has_palette: page.palette.is_some(),
            colours,
            layout,
            by_chunk,
        })
    }

    /// What [`decode`](Self::decode) returns.
    pub(super) fn pixel(&self) -> image::ColorType {
        use image::ColorType::{L8, L16, La8, La16, Rgb8, Rgb16, Rgba8, Rgba16};
        let deep = self.colours.bit_depth() == 16;
        match (self.colours, deep) {
            (ColorType::Gray(_), false) if !self.has_palette => L8,
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
        !self.pixel().has_color()
    }

    /// The most memory that [`decode`](Self::decode) needs: the samples as stored, the same in another
    /// order or type, and a strip or tile if it cannot be decoded row by row.
    pub(super) fn memory(&self) -> u64 {
        let samples = self.layout.complete_len as u64;
        let pixels = u64::from(self.width) * u64::from(self.height);
        let bits = self.colours.bit_depth();
        let bytes = pixels * u64::from(self.colours.num_samples());
        let ordered = match (self.layout.planes > 1, bits) {
            _ if self.has_palette => 4 * pixels,
            (false, 8 | 16) => 0,
            (true, 8 | 16) => samples,
            // Floats become bytes, and bits as well.
            (planar, _) => bytes * if planar { 2 } else { 1 },
        };
        let chunk = self.decoder.chunk_dimensions();
        let chunk = u64::from(chunk.0.min(self.width)) * u64::from(chunk.1.min(self.height));
        let buffers =
            if self.by_chunk { 2 * chunk * u64::from(self.colours.num_samples()) } else { 0 };
        samples + ordered + buffers + 16 * u64::from(self.width)
    }

    pub(super) fn decode(self) -> Result<DynamicImage, Unusable> {
        let mut limits = Limits::default();
        // The caller has room for `memory`. The defaults suffice for tags and for strips as stored.
        let memory = self.memory() as usize;
        limits.decoding_buffer_size = memory.max(limits.ifd_value_size);
        limits.intermediate_buffer_size = memory.max(limits.intermediate_buffer_size);
        let (colours, mut decoder) = (self.colours, self.decoder.with_limits(limits));
        let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)?.unwrap_or_default();
        let palette =
            if self.has_palette { decoder.get_tag_u16_vec(Tag::ColorMap)? } else { vec![] };
        let mut data = DecodingResult::U8(Vec::new());
        let layout = decoder.read_image_to_buffer(&mut data)?;
        let samples = Samples {
            width: self.width,
            height: self.height,
            colours,
            planes: layout.planes,
            extra: extra.first().copied(),
            palette,
        };
        samples.into_image(data)
    }
}
