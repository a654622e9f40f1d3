use std::io::{self, Read, Seek};

use image::metadata::Orientation;
use jpeg_decoder::ColorTransform;

use crate::formats::image_folder::decode::{Unusable, broken, unreadable};
use crate::formats::image_folder::orientation;

/// What comes before the first scan.
pub(in crate::formats::image_folder) struct Header {
    pub(in crate::formats::image_folder) width: u32,
    pub(in crate::formats::image_folder) height: u32,
    pub(in crate::formats::image_folder) orientation: Orientation,
    progressive: bool,
    components: Vec<Component>,
    jfif: bool,
    /// The colours, as Adobe's segment numbers them.
    adobe: Option<u8>,
}

struct Component {
    id: u8,
    /// Sampling factors.
    horizontal: u8,
    vertical: u8,
}

impl Header {
    /// Reads up to the frame header, which holds the size.
    pub(in crate::formats::image_folder) fn read(
        file: &mut (impl Read + Seek),
    ) -> Result<Self, Unusable> {
        let (mut exif, mut jfif, mut adobe) = (Orientation::NoTransforms, false, None);
        file.seek_relative(2)?;
        loop {
            let marker = next_marker(file).map_err(unreadable)?;
            if matches!(marker, 0x01 | 0xd0..=0xd8) {
                continue;
            }
            let mut length = [0; 2];
            file.read_exact(&mut length).map_err(unreadable)?;
            let length = usize::from(u16::from_be_bytes(length)).saturating_sub(2);
            match marker {
                0xe0 | 0xe1 | 0xee | 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                    let mut body = vec![0; length];
                    file.read_exact(&mut body).map_err(unreadable)?;
                    match marker {
                        0xe0 => jfif |= body.starts_with(b"JFIF\0"),
                        0xe1 if body.starts_with(b"Exif\0\0") => {
                            exif = orientation::from_exif(&body)
                        }
                        0xe1 => {}
                        0xee if body.starts_with(b"Adobe") => adobe = body.get(11).copied(),
                        0xee => {}
                        _ => return Self::from_frame(marker, &body, exif, jfif, adobe),
                    }
                }
                0xd9 | 0xda => return Err(broken("is a JPEG without a frame header")),
                _ => file.seek_relative(length as i64)?,
            }
        }
    }

    fn from_frame(
        marker: u8,
        body: &[u8],
        orientation: Orientation,
        jfif: bool,
        adobe: Option<u8>,
    ) -> Result<Self, Unusable> {
        let process = match marker {
            0xc0..=0xc2 => Ok(()),
            0xc3 => Err("lossless"),
            0xc9..=0xcb => Err("arithmetic-coded"),
            _ => Err("hierarchical"),
        };
        if let Err(process) = process {
            return Err(broken(&format!("is a {process} JPEG, which cannot be read; convert it")));
        }
        let &[precision, h1, h0, w1, w0, count, ref components @ ..] = body else {
            return Err(broken("is damaged"));
        };
        if precision != 8 {
            let why = format!(
                "is a JPEG of {precision} bits a channel, of which 8 can be read; convert it"
            );
            return Err(broken(&why));
        }
        if !matches!(count, 1 | 3 | 4) {
            let why = format!(
                "is a JPEG of {count} channels, of which 1, 3 or 4 can be read; convert it"
            );
            return Err(broken(&why));
        }
        let components: Vec<Component> = components
            .chunks_exact(3)
            .take(usize::from(count))
            .map(|c| Component { id: c[0], horizontal: c[1] >> 4, vertical: c[1] & 15 })
            .collect();
        let factors = || components.iter().flat_map(|c| [c.horizontal, c.vertical]);
        if components.len() < usize::from(count) || !factors().all(|n| (1..=4).contains(&n)) {
            return Err(broken("is damaged"));
        }
        let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
        Ok(Self {
            width: side(w1, w0),
            height: side(h1, h0),
            orientation,
            progressive: marker == 0xc2,
            components,
            jfif,
            adobe,
        })
    }

    pub(in crate::formats::image_folder) fn is_grey(&self) -> bool {
        self.components.len() == 1
    }

    /// The most memory that [`super::decode`] needs for a file of this size: two copies of the file,
    /// the planes of the channels, the coefficients of a progressive file, the pixels, and coefficients
    /// that wait for the decoder's threads: on a busy machine, all of them.
    pub(in crate::formats::image_folder) fn memory(&self, file: u64) -> u64 {
        let most = |of: fn(&Component) -> u8| self.components.iter().map(of).max().unwrap_or(1);
        let (horizontal, vertical) = (most(|c| c.horizontal), most(|c| c.vertical));
        let mcus = |side: u32, factor: u8| u64::from(side.div_ceil(8 * u32::from(factor)));
        let blocks: u64 =
            self.components.iter().map(|c| u64::from(c.horizontal * c.vertical)).sum();
        let samples = mcus(self.width, horizontal) * mcus(self.height, vertical) * blocks * 64;
        let pixels = u64::from(self.width) * u64::from(self.height) * self.components.len() as u64;
        let coefficients = 2 * samples * if self.progressive { 2 } else { 1 };
        2 * file + samples + coefficients + pixels
    }

    /// The colours of the channels, by the rules of libjpeg.
    pub(super) fn colours(&self) -> ColorTransform {
        let ids: Vec<u8> = self.components.iter().map(|c| c.id).collect();
        match (ids.len(), self.adobe) {
            (1, _) => ColorTransform::Grayscale,
            (3, _) if self.jfif => ColorTransform::YCbCr,
            (3, Some(0)) => ColorTransform::RGB,
            (3, None) if ids == *b"RGB" => ColorTransform::RGB,
            (3, _) => ColorTransform::YCbCr,
            (_, Some(0) | None) => ColorTransform::CMYK,
            (_, Some(_)) => ColorTransform::YCCK,
        }
    }
}

/// The next marker, after any bytes that belong to no segment.
fn next_marker(file: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0; 1];
    let mut next = || file.read_exact(&mut byte).map(|()| byte[0]);
    loop {
        while next()? != 0xff {}
        let marker = loop {
            match next()? {
                0xff => {}
                marker => break marker,
            }
        };
        if marker != 0 {
            return Ok(marker);
        }
    }
}
