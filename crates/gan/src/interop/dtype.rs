use std::fmt;

use crate::half::from_f16;

/// The type of a tensor's elements.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Dtype {
    F16,
    BF16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    /// Any other, by its name: no layer here has such tensors.
    Other(String),
}

/// An element as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Float(f64),
    Int(i128),
}

impl Dtype {
    /// Bytes of an element; `None` for types that are not read.
    pub(super) fn size(&self) -> Option<usize> {
        match self {
            Self::I8 | Self::U8 => Some(1),
            Self::F16 | Self::BF16 | Self::I16 | Self::U16 => Some(2),
            Self::F32 | Self::I32 | Self::U32 => Some(4),
            Self::F64 | Self::I64 | Self::U64 => Some(8),
            Self::Other(_) => None,
        }
    }

    /// Whether elements are floats that are read.
    pub(super) fn is_float(&self) -> bool {
        matches!(self, Self::F16 | Self::BF16 | Self::F32 | Self::F64)
    }

    /// The element that `bytes` begin with, little-endian. `None` if they are too few, or the type is not read.
    pub(super) fn number(&self, bytes: &[u8]) -> Option<Number> {
        fn at<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
            bytes.first_chunk().copied()
        }
        Some(match self {
            Self::F16 => Number::Float(from_f16(u16::from_le_bytes(at(bytes)?)).into()),
            Self::BF16 => Number::Float(from_bf16(u16::from_le_bytes(at(bytes)?)).into()),
            Self::F32 => Number::Float(f32::from_le_bytes(at(bytes)?).into()),
            Self::F64 => Number::Float(f64::from_le_bytes(at(bytes)?)),
            Self::I8 => Number::Int(i8::from_le_bytes(at(bytes)?).into()),
            Self::I16 => Number::Int(i16::from_le_bytes(at(bytes)?).into()),
            Self::I32 => Number::Int(i32::from_le_bytes(at(bytes)?).into()),
            Self::I64 => Number::Int(i64::from_le_bytes(at(bytes)?).into()),
            Self::U8 => Number::Int(u8::from_le_bytes(at(bytes)?).into()),
            Self::U16 => Number::Int(u16::from_le_bytes(at(bytes)?).into()),
            Self::U32 => Number::Int(u32::from_le_bytes(at(bytes)?).into()),
            Self::U64 => Number::Int(u64::from_le_bytes(at(bytes)?).into()),
            Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Other(name) => f.pad(name),
            known => f.pad(&format!("{known:?}")),
        }
    }
}

/// A bfloat16 is the first half of a float.
fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bfloat16_is_half_a_float() {
        assert_eq!([0x3f80, 0xc040, 0x7f80].map(from_bf16), [1.0, -3.0, f32::INFINITY]);
    }

    #[test]
    fn every_type_is_read_at_its_size() {
        let bytes = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        for (dtype, value) in [
            (Dtype::I8, -2),
            (Dtype::I16, -2),
            (Dtype::I32, -2),
            (Dtype::I64, -2),
            (Dtype::U8, 0xfe),
            (Dtype::U16, 0xfffe),
            (Dtype::U32, 0xffff_fffe),
            (Dtype::U64, 0xffff_ffff_ffff_fffe),
        ] {
            assert_eq!(dtype.number(&bytes), Some(Number::Int(value)), "{dtype}");
            let size = dtype.size().unwrap();
            assert!(
                dtype.number(&bytes[..size]).is_some() && dtype.number(&bytes[1..size]).is_none()
            );
        }
        assert_eq!(Dtype::F64.number(&2.5f64.to_le_bytes()), Some(Number::Float(2.5)));
        assert_eq!(Dtype::Other("C64".to_owned()).number(&bytes), None);
    }
}
