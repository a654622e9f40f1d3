//! From one image file to bytes, in two steps: the header says how much memory the second one needs.

use std::io::{self, BufReader, Read, Seek};

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::tiff::Tiff;
use super::{jpeg, orientation, webp};
use crate::Shape;
use crate::crop_resize::{self, crop_resize};
use crate::formats::archives::cifar;
use crate::formats::archives::section::Section;
use crate::formats::entry::{Bytes, Entry};
use crate::formats::image_format;

/// Memory for what precedes the pixels, such as colour profiles, which may be compressed.
const HEADERS: u64 = 64 << 20;

/// Memory that every decoder needs besides what depends on the image.
const FLAT: u64 = 256 << 10;

/// Why a file is not used.
pub(super) enum Unusable {
    NotAnImage,
    Broken(String),
}

impl<E: std::error::Error> From<E> for Unusable {
    fn from(error: E) -> Self {
        let text = error.to_string();
        Self::Broken(text.lines().next().unwrap_or("cannot be read").to_owned())
    }
}

/// An image file whose header has been read.
pub(super) struct Picture {
    pub(super) format: &'static str,
    /// (width, height) as stored.
    pub(super) size: (usize, usize),
    pub(super) grey: bool,
    orientation: Orientation,
    codec: Codec,
}

enum Codec {
    Jpeg(jpeg::Header, BufReader<Bytes>),
    Tiff(Box<Tiff>),
    Other(ImageFormat, Box<dyn ImageDecoder>),
    Planes(Section),
}

impl Picture {
    /// The image in a file of these bytes.
    pub(super) fn open(entry: &Entry, bytes: Bytes) -> Result<Self, Unusable> {
        if let Some(planes) = entry.planes() {
            return Ok(Self::from_planes(planes.clone()));
        }
        let (name, format, mut file) = recognise(entry, bytes)?;
        let (size, grey, orientation, codec) = match format {
            ImageFormat::Jpeg => {
                let header = jpeg::Header::read(&mut file)?;
                let size = (header.width, header.height);
                (size, header.is_grey(), header.orientation, Codec::Jpeg(header, file))
            }
            ImageFormat::Tiff => {
                let tiff = Tiff::open(file)?;
                let size = (tiff.width, tiff.height);
                (size, tiff.is_grey(), tiff.orientation, Codec::Tiff(Box::new(tiff)))
            }
            _ => {
                let webp = format == ImageFormat::WebP;
                let frame =
                    if webp { webp::frame_pixels(&mut file).map_err(unreadable)? } else { 0 };
                file.rewind()?;
                let mut reader = ImageReader::with_format(file, format);
                reader.limits(limits(HEADERS));
                let mut decoder: Box<dyn ImageDecoder> = Box::new(reader.into_decoder()?);
                let grey = !decoder.color_type().has_color();
                let (width, height) = decoder.dimensions();
                if frame > u64::from(width) * u64::from(height) {
                    return Err(broken("is damaged: its frame is larger than its canvas"));
                }
                // A camera stores what its sensor saw, along with which way was up.
                let orientation =
                    decoder.exif_metadata()?.map(|exif| orientation::from_exif(&exif));
                let orientation = orientation.unwrap_or(Orientation::NoTransforms);
                ((width, height), grey, orientation, Codec::Other(format, decoder))
            }
        };
        if size.0 == 0 || size.1 == 0 {
            return Err(broken("has no pixels"));
        }
        let size = (size.0 as usize, size.1 as usize);
        Ok(Self { format: name, size, grey, orientation, codec })
    }

    fn from_planes(planes: Section) -> Self {
        let (format, size) = ("CIFAR", (cifar::SIDE, cifar::SIDE));
        let orientation = Orientation::NoTransforms;
        Self { format, size, grey: false, orientation, codec: Codec::Planes(planes) }
    }

    /// The most memory that [`decode`](Self::decode) needs, from the header alone.
    pub(super) fn memory(&self, shape: Shape) -> u64 {
        let pixels = self.size.0 as u64 * self.size.1 as u64;
        let (decoding, pixel) = match &self.codec {
            Codec::Jpeg(header, file) => {
                let memory = header.memory(file.get_ref().len());
                (memory, if self.grey { ColorType::L8 } else { ColorType::Rgb8 })
            }
            Codec::Tiff(tiff) => (tiff.memory(), tiff.pixel()),
            Codec::Planes(planes) => (2 * planes.len(), ColorType::Rgb8),
            Codec::Other(format, decoder) => {
                let (pixel, rows) = (decoder.color_type(), decoder.total_bytes());
                let beside = match format {
                    // The channels, the bitstream, and a copy with alpha.
                    ImageFormat::WebP => 10 * pixels,
                    // A frame that is smaller than the screen, and its colour indices.
                    ImageFormat::Gif => 5 * pixels,
                    _ => 16 * self.size.0 as u64,
                };
                (rows.saturating_add(beside), pixel)
            }
        };
        let decoded = pixels * u64::from(pixel.bytes_per_pixel());
        let turned = match self.orientation {
            Orientation::NoTransforms | Orientation::FlipHorizontal | Orientation::FlipVertical => {
                0
            }
            _ => decoded,
        };
        let resized = crop_resize::memory(self.size, pixel, shape);
        decoding.max(decoded + turned.max(resized)).saturating_add(FLAT)
    }

    /// Writes the image into `out`.
    pub(super) fn decode(self, shape: Shape, out: &mut [u8]) -> Result<(), Unusable> {
        let memory = self.memory(shape);
        let mut image = match self.codec {
            Codec::Jpeg(header, mut file) => {
                let mut bytes = Vec::new();
                file.rewind()?;
                file.read_to_end(&mut bytes)?;
                jpeg::decode(&header, bytes)?
            }
            Codec::Tiff(tiff) => tiff.decode()?,
            Codec::Planes(mut planes) => {
                let mut bytes = Vec::new();
                planes.read_to_end(&mut bytes)?;
                let (width, height) = (self.size.0 as u32, self.size.1 as u32);
                let image = RgbImage::from_raw(width, height, cifar::interleaved(&bytes));
                image.ok_or_else(|| broken("is cut off"))?.into()
            }
            Codec::Other(_, mut decoder) => {
                decoder.set_limits(limits(memory))?;
                DynamicImage::from_decoder(decoder)?
            }
        };
        image.apply_orientation(self.orientation);
        crop_resize(&image, shape, out);
        Ok(())
    }
}

fn limits(bytes: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(bytes);
    limits
}

/// The bytes of a file and its format by the first of them.
fn recognise(
    entry: &Entry,
    bytes: Bytes,
) -> Result<(&'static str, ImageFormat, BufReader<Bytes>), Unusable> {
    let mut file = BufReader::new(bytes);
    let mut head = Vec::new();
    file.by_ref().take(64).read_to_end(&mut head)?;
    file.rewind()?;
    match image_format::from_content(&head) {
        Some((name, format)) => Ok((name, format, file)),
        None if image_format::from_extension(entry.path()).is_none() => Err(Unusable::NotAnImage),
        None if head.is_empty() => Err(broken("is empty")),
        None => {
            Err(broken("is not a PNG, JPEG, WebP, BMP, GIF, TIFF or PNM, whatever its name says"))
        }
    }
}

/// Why reading a header failed.
pub(super) fn unreadable(error: io::Error) -> Unusable {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => broken("is cut off"),
        _ => error.into(),
    }
}

pub(super) fn broken(reason: &str) -> Unusable {
    Unusable::Broken(reason.to_owned())
}
