//! The `.gen` format, which `docs/formats.md` specifies. Everything is checked before memory is taken.

use alloc::vec::Vec;

use crate::crc32::crc32;
use crate::{Error, Fingerprint};

pub(crate) const MAGIC: &[u8; 8] = b"DCGANGEN";

/// The version that is read.
pub(crate) const VERSION: u32 = 1;

/// Bytes before the numbers.
const HEADER: usize = 48;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 4;

/// Most channels of the last hidden layer, and the longest latent.
const MAX_COUNT: u32 = 4096;

/// Taps of a kernel.
const TAPS: usize = 16;

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) nz: usize,
    /// Channels of the last hidden layer; each layer before it has twice as many.
    pub(crate) ngf: usize,
    pub(crate) channels: usize,
    pub(crate) side: usize,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) steps: u64,
}

/// A file that is intact; its numbers are read in order.
pub(crate) struct File<'a> {
    pub(crate) header: Header,
    bytes_per_number: usize,
    numbers: &'a [u8],
}

impl Header {
    /// Input and output channels of each layer.
    pub(crate) fn layers(&self) -> impl Iterator<Item = (usize, usize)> {
        let hidden = self.side.ilog2() - 2;
        let (nz, ngf, channels) = (self.nz, self.ngf, self.channels);
        let width = move |layer: u32| match layer {
            0 => nz,
            layer if layer <= hidden => ngf << (hidden - layer),
            _ => channels,
        };
        (0..=hidden).map(move |layer| (width(layer), width(layer + 1)))
    }

    /// Weights and biases of all layers.
    fn numbers(&self) -> u64 {
        let weights = self.layers().map(|(c_in, c_out)| TAPS as u64 * c_in as u64 * c_out as u64);
        let biases = self.layers().map(|(_, c_out)| c_out as u64);
        // The last layer has no bias.
        weights.sum::<u64>() + biases.sum::<u64>() - self.channels as u64
    }
}

impl<'a> File<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        if !bytes.starts_with(MAGIC) {
            return Err(Error::Foreign);
        }
        let length = |expected: u64| Error::Length { expected, found: bytes.len() as u64 };
        let (Some(header), Some((checked, checksum))) =
            (bytes.first_chunk::<HEADER>(), bytes.split_last_chunk::<CHECKSUM>())
        else {
            return Err(length((HEADER + CHECKSUM) as u64));
        };
        let version = u32_at(header, 8);
        if version != VERSION {
            return Err(match version {
                0 => Error::Inconsistent("its version is 0"),
                found => Error::Newer { found },
            });
        }
        let (bytes_per_number, header) = parsed(header)?;
        let expected = (HEADER + CHECKSUM) as u64 + bytes_per_number as u64 * header.numbers();
        if bytes.len() as u64 != expected {
            return Err(length(expected));
        }
        if crc32(checked) != u32::from_le_bytes(*checksum) {
            return Err(Error::Damaged);
        }
        Ok(Self { header, bytes_per_number, numbers: &checked[HEADER..] })
    }

    /// The next `len` numbers.
    pub(crate) fn take(&mut self, len: usize) -> Result<Vec<f32>, Error> {
        // `open` has checked that there are as many as the layers have.
        let (taken, rest) = self.numbers.split_at(len * self.bytes_per_number);
        self.numbers = rest;
        let numbers: Vec<f32> = match self.bytes_per_number {
            2 => {
                taken.as_chunks().0.iter().map(|&half| widened(u16::from_le_bytes(half))).collect()
            }
            _ => taken.as_chunks().0.iter().map(|&float| f32::from_le_bytes(float)).collect(),
        };
        match numbers.iter().all(|number| number.is_finite()) {
            true => Ok(numbers),
            false => Err(Error::Inconsistent("a weight or a bias is not finite")),
        }
    }
}

/// Bytes of a number, and the rest of the header.
fn parsed(bytes: &[u8; HEADER]) -> Result<(usize, Header), Error> {
    let [number, nz, ngf, channels, side] = [12, 16, 20, 24, 28].map(|at| u32_at(bytes, at));
    if number != 2 && number != 4 {
        return Err(Error::Inconsistent("its numbers have neither 2 nor 4 bytes"));
    }
    if !(1..=MAX_COUNT).contains(&nz) || !(1..=MAX_COUNT).contains(&ngf) {
        return Err(Error::Inconsistent("nz or ngf is not from 1 to 4096"));
    }
    if ![1, 3, 4].contains(&channels) {
        return Err(Error::Inconsistent("its images have neither 1, 3 nor 4 channels"));
    }
    if !side.is_power_of_two() || !(16..=1024).contains(&side) {
        return Err(Error::Inconsistent(
            "the side of its images is no power of two from 16 to 1024",
        ));
    }
    let (fingerprint, rest) = bytes[32..].split_first_chunk().expect("16 bytes");
    if rest[..2] != [0, 0] {
        return Err(Error::Inconsistent("the two bytes after the fingerprint are not 0"));
    }
    let steps = u64::from_le_bytes(*rest[2..].first_chunk().expect("8 bytes"));
    let [nz, ngf, channels, side] = [nz, ngf, channels, side].map(|n| n as usize);
    let fingerprint = Fingerprint(*fingerprint);
    Ok((number as usize, Header { nz, ngf, channels, side, fingerprint, steps }))
}

fn u32_at(header: &[u8; HEADER], at: usize) -> u32 {
    u32::from_le_bytes(*header[at..].first_chunk().expect("the header is longer"))
}

/// The number of an IEEE half: a sign, five bits of exponent with bias 15, ten bits of fraction.
fn widened(half: u16) -> f32 {
    let (sign, rest) = (u32::from(half >> 15) << 31, u32::from(half & 0x7fff));
    let magnitude = match rest >> 10 {
        0 => rest as f32 / (1u32 << 24) as f32,
        31 => f32::from_bits(rest << 13 | 0x7f80_0000),
        _ => f32::from_bits((rest << 13) + ((127 - 15) << 23)),
    };
    f32::from_bits(magnitude.to_bits() | sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_ieee_s() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3c00, 1.0),
            (0x3555, 0.333_251_95),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(widened(bits), value, "{bits:#06x}");
        }
        assert!(widened(0x7e00).is_nan() && widened(0x8000).is_sign_negative());
        assert!((0..0x7c00).all(|bits| widened(bits) < widened(bits + 1)));
    }
}
