use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use ndarray_npy::npy::header::Header;

use crate::raster::Raster;
use crate::{DataError, Progress, Report, Shape, Sink, Survey};

/// The first bytes of every .npy file.
pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// How far out of its range a float may be: what sums of rounding errors leave.
const SLACK: f64 = 1e-3;

/// The longest header that is believed; NumPy's own are below 200 bytes.
const LONGEST_HEADER: u64 = 1 << 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    U8,
    F32 { big_endian: bool },
    F64 { big_endian: bool },
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::F32 { .. } => 4,
            Self::F64 { .. } => 8,
        }
    }

    /// The number in so many bytes.
    fn number(self, bytes: &[u8]) -> f64 {
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

/// An open .npy file whose header has been read and held against the size of the file.
struct Npy<'a> {
    path: &'a Path,
    file: BufReader<File>,
    raster: Raster,
    kind: Kind,
    /// Where the numbers begin.
    start: u64,
}

impl<'a> Npy<'a> {
    fn open(path: &'a Path) -> Result<Self, DataError> {
        let reading = DataError::reading(path);
        let unfit = |why: String| DataError::unfit(path, why);
        let mut file = BufReader::new(File::open(path).map_err(&reading)?);
        let size = file.get_ref().metadata().map_err(&reading)?.len();
        check_header_length(&mut file, size).map_err(|_| {
            unfit("is an .npy file whose header cannot be read; save it again".into())
        })?;
        let header = Header::from_reader(&mut file).map_err(|e| {
            unfit(format!(
                "is an .npy file whose header cannot be read ({}); save it again",
                in_one_line(&e)
            ))
        })?;
        let shape = &header.shape;
        let raster = Raster::of(shape)
            .map_err(|why| unfit(format!("is an array of the shape {shape:?}; {why}")))?;
        let kind = kind(&header).map_err(unfit)?;
        if header.layout.is_fortran() {
            return Err(unfit("is in Fortran's order; save np.ascontiguousarray of it".into()));
        }
        let start = file.stream_position().map_err(&reading)?;
        let numbers = raster.count as u128 * raster.len() as u128 * kind.size() as u128;
        if u128::from(size) != u128::from(start) + numbers {
            return Err(unfit(format!(
                "has {size} bytes, but an array of the shape {shape:?} needs {}; it was cut off or changed, save it again",
                u128::from(start) + numbers
            )));
        }
        Ok(Self { path, file, raster, kind, start })
    }

    /// The smallest and the largest number in the file, which must be finite.
    fn range(&mut self) -> Result<(f64, f64), DataError> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut raw = vec![0; self.raster.len() * self.kind.size()];
        for i in 0..self.raster.count {
            self.file.read_exact(&mut raw).map_err(DataError::reading(self.path))?;
            for number in raw.chunks_exact(self.kind.size()).map(|bytes| self.kind.number(bytes)) {
                if !number.is_finite() {
                    let why = format!("picture {i} holds {number}, which is no brightness");
                    return Err(DataError::unfit(self.path, why));
                }
                (low, high) = (low.min(number), high.max(number));
            }
        }
        self.file.seek(SeekFrom::Start(self.start)).map_err(DataError::reading(self.path))?;
        Ok((low, high))
    }

    /// From a number of this file to 0 … 255: its scale and offset.
    fn scale(&mut self) -> Result<(f64, f64), DataError> {
        if self.kind == Kind::U8 {
            return Ok((1.0, 0.0));
        }
        match self.range()? {
            (low, high) if low >= -SLACK && high <= 1.0 + SLACK => Ok((255.0, 0.0)),
            (low, high) if low >= -1.0 - SLACK && high <= 1.0 + SLACK => Ok((127.5, 127.5)),
            (low, high) => Err(DataError::unfit(
                self.path,
                format!(
                    "holds floats from {low} to {high}; they must be in [0, 1] or [-1, 1], or saved as uint8 from 0 to 255"
                ),
            )),
        }
    }
}

/// A header says how long it is, and its reader would believe it.
fn check_header_length(file: &mut BufReader<File>, size: u64) -> std::io::Result<()> {
    let mut head = [0; 12];
    file.read_exact(&mut head)?;
    file.rewind()?;
    let length = match head[6] {
        1 => u64::from(u16::from_le_bytes([head[8], head[9]])),
        _ => u64::from(u32::from_le_bytes([head[8], head[9], head[10], head[11]])),
    };
    if length > LONGEST_HEADER.min(size) {
        Err(std::io::ErrorKind::InvalidData.into())
    } else {
        Ok(())
    }
}

/// The first line of a parser's drawing, which tells what and where, and the last, which tells why.
fn in_one_line(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim);
    let ends = [lines.next(), lines.next_back()];
    ends.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn kind(header: &Header) -> Result<Kind, String> {
    let name = header.type_descriptor.as_string().map_or("a structure", String::as_str);
    match name {
        "|u1" | "<u1" | ">u1" => Ok(Kind::U8),
        "<f4" | ">f4" => Ok(Kind::F32 { big_endian: name.starts_with('>') }),
        "<f8" | ">f8" => Ok(Kind::F64 { big_endian: name.starts_with('>') }),
        _ => Err(format!(
            "holds numbers of the type {name}; save it as uint8 (0 to 255) or float32 (0 to 1)"
        )),
    }
}

pub(crate) fn survey(path: &Path) -> Result<Survey, DataError> {
    Ok(Npy::open(path)?.raster.survey())
}

pub(crate) fn read(
    path: &Path,
    shape: Shape,
    progress: Progress,
    sink: Sink,
) -> Result<Report, DataError> {
    let mut npy = Npy::open(path)?;
    let (scale, offset) = npy.scale()?;
    let (raster, kind) = (npy.raster, npy.kind);
    let mut raw = vec![0; raster.len() * kind.size()];
    raster.fit_all(shape, progress, sink, |_, out| {
        npy.file.read_exact(&mut raw).map_err(DataError::reading(path))?;
        for (out, bytes) in out.iter_mut().zip(raw.chunks_exact(kind.size())) {
            *out = (kind.number(bytes) * scale + offset).round() as u8;
        }
        Ok(())
    })?;
    Ok(Report::uniform("NPY", raster.size(), raster.count))
}
