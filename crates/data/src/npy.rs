//! The header of NumPy's `.npy` files (NEP 1), read with bounds: no header can make its reader
//! allocate more than a few times the size of the file.
//!
//! ```
//! use std::io::Cursor;
//! use dcgan_data::npy::{Dtype, Header};
//!
//! let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n";
//! let head = [b"\x93NUMPY\x01\x00", &[text.len() as u8, 0][..], text.as_bytes()].concat();
//! let file = [&head[..], &[0; 8]].concat();
//! let header = Header::read(&mut Cursor::new(&file), file.len() as u64)?;
//! assert_eq!((header.dtype, &header.shape[..]), (Dtype::F32 { big_endian: false }, &[2, 1][..]));
//! assert_eq!(header.data_start, head.len() as u64);
//! # Ok::<(), dcgan_data::npy::HeaderError>(())
//! ```

use std::io::{self, Read, Seek, SeekFrom};

use ndarray_npy::npy::header::Header as ParsedHeader;

/// The first bytes of every `.npy` file.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header that is accepted; NumPy's own are below 200 bytes.
const MAX_HEADER: u64 = 1 << 12;

/// The type of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// Unsigned bytes.
    U8,
    /// 32-bit floats.
    F32 {
        /// The byte order.
        big_endian: bool,
    },
    /// 64-bit floats.
    F64 {
        /// The byte order.
        big_endian: bool,
    },
}

impl Dtype {
    /// By NumPy's name, such as `<f4`.
    fn from_descr(descr: &str) -> Option<Self> {
        let big_endian = descr.starts_with('>');
        match descr {
            "|u1" | "<u1" | ">u1" => Some(Self::U8),
            "<f4" | ">f4" => Some(Self::F32 { big_endian }),
            "<f8" | ">f8" => Some(Self::F64 { big_endian }),
            _ => None,
        }
    }

    /// Bytes of an element.
    pub fn size(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::F32 { .. } => 4,
            Self::F64 { .. } => 8,
        }
    }

    /// The element stored in `bytes`.
    ///
    /// # Panics
    /// If there are not [`size`](Self::size) bytes.
    pub fn decode(self, bytes: &[u8]) -> f64 {
        let four = || bytes.try_into().expect("four bytes");
        let eight = || bytes.try_into().expect("eight bytes");
        match self {
            Self::U8 => f64::from(bytes[0]),
            Self::F32 { big_endian: false } => f64::from(f32::from_le_bytes(four())),
            Self::F32 { big_endian: true } => f64::from(f32::from_be_bytes(four())),
            Self::F64 { big_endian: false } => f64::from_le_bytes(eight()),
            Self::F64 { big_endian: true } => f64::from_be_bytes(eight()),
        }
    }
}

/// What the header of a file says, checked against the size of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The type of the elements.
    pub dtype: Dtype,
    /// The dimensions, as NumPy prints them.
    pub shape: Vec<usize>,
    /// Whether the first index varies fastest, and not the last.
    pub fortran_order: bool,
    /// The offset of the first element, in bytes.
    pub data_start: u64,
}

/// Why a header is refused. Each message completes a sentence that starts with the file's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The magic bytes are missing.
    #[error("is not an .npy file")]
    NotNpy,
    /// The system refused to read, or the file ends within the header.
    #[error("is an .npy file whose header cannot be read ({0}); save it again")]
    Read(#[from] io::Error),
    /// The header is longer than any that NumPy writes, or than the file.
    #[error(
        "is an .npy file whose header cannot be read (it claims a header of {0} bytes); save it again"
    )]
    TooLong(u64),
    /// The header is not the dictionary that it should be.
    #[error("is an .npy file whose header cannot be read ({0}); save it again")]
    Syntax(String),
    /// The elements are neither bytes nor floats.
    #[error("is an .npy array of type {0}, which is not uint8, float32 or float64")]
    Dtype(String),
    /// The file does not hold as many elements as the header says.
    #[error(
        "has {found} bytes, but an array of the shape {shape:?} needs {needed}; it was cut off or changed, save it again"
    )]
    Size {
        /// Bytes in the file.
        found: u64,
        /// The dimensions that the header states.
        shape: Vec<usize>,
        /// Bytes that those take, header included.
        needed: u128,
    },
}

impl Header {
    /// Reads the header at the start of `file`, which is `size` bytes long, and leaves the position
    /// at the first element.
    ///
    /// # Errors
    /// If it is damaged, the element type is not supported, or the file is not exactly as long as
    /// the header requires.
    pub fn read(file: &mut (impl Read + Seek), size: u64) -> Result<Self, HeaderError> {
        check_length(file, size)?;
        let parsed = ParsedHeader::from_reader(&mut *file)
            .map_err(|error| HeaderError::Syntax(in_one_line(&error)))?;
        let descr = parsed.type_descriptor.as_string().map_or("a structure", String::as_str);
        let dtype =
            Dtype::from_descr(descr).ok_or_else(|| HeaderError::Dtype(in_one_line(&descr)))?;
        let header = Self {
            dtype,
            fortran_order: parsed.layout.is_fortran(),
            data_start: file.stream_position()?,
            shape: parsed.shape,
        };
        let needed = header.file_size();
        if u128::from(size) != needed {
            return Err(HeaderError::Size { found: size, shape: header.shape, needed });
        }
        Ok(header)
    }

    /// Bytes that a file with this header has.
    fn file_size(&self) -> u128 {
        let element = self.dtype.size() as u128;
        let elements = self.shape.iter().fold(element, |n, &size| n.saturating_mul(size as u128));
        elements.saturating_add(u128::from(self.data_start))
    }
}

/// Checks the length that the header claims for itself: its parser would allocate it unseen.
fn check_length(file: &mut (impl Read + Seek), size: u64) -> Result<(), HeaderError> {
    let mut head = [0; 12];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if !head.starts_with(MAGIC) {
        return Err(HeaderError::NotNpy);
    }
    let length = match head[6] {
        1 => u64::from(u16::from_le_bytes([head[8], head[9]])),
        _ => u64::from(u32::from_le_bytes([head[8], head[9], head[10], head[11]])),
    };
    if length > MAX_HEADER.min(size) { Err(HeaderError::TooLong(length)) } else { Ok(()) }
}

/// The first and the last line of a parser's multi-line report: the first says what and where, the
/// last says why.
fn in_one_line(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim);
    let ends = [lines.next(), lines.next_back()];
    ends.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
