//! Data sets of Hugging Face: tables with a column of image files. Pages of several rows are compressed
//! together, so all images are decompressed first.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::{ConvertedType, Type};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::ByteArrayType;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::limits::Limits;
use super::member::Member;
use super::section::Section;
use super::unpacked::Draft;
use crate::shown;

/// Rows whose images are in memory at a time.
const ROWS: usize = 16;

pub(super) fn recognises(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// The images of a table, with their names.
pub(super) fn images(data: &Section, limits: &mut Limits) -> Result<Vec<(String, Member)>, String> {
    // The library checks most of a file, and indexes by the rest.
    let read = catch_unwind(AssertUnwindSafe(|| read(data, limits)));
    read.unwrap_or_else(|_| Err("is a damaged Parquet file; download it again".to_owned()))
}

fn read(data: &Section, limits: &mut Limits) -> Result<Vec<(String, Member)>, String> {
    let opened = data.opened().map_err(|error| format!("cannot be read: {error}"))?;
    let file = SerializedFileReader::new(Chunks(opened)).map_err(damaged)?;
    let columns = file.metadata().file_metadata().schema_descr().columns();
    let column = columns.iter().enumerate().filter(|(_, column)| may_hold_images(column));
    let column = column.max_by_key(|(i, column)| (column.name() == "bytes", usize::MAX - i));
    let (column, about) = column.ok_or(
        "has no column of images: one of binary values, or one with the fields bytes and path",
    )?;
    for group in file.metadata().row_groups() {
        limits.take_bytes(group.column(column).uncompressed_size().max(0) as u64)?;
    }
    let mut rows: Vec<(usize, Range<u64>)> = Vec::new();
    let (mut unpacked, mut row, mut end) = (Draft::new(limits)?, 0, 0);
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(damaged)?;
        let reader = group.get_column_reader(column).map_err(damaged)?;
        let mut reader = get_typed_column_reader::<ByteArrayType>(reader);
        loop {
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let (records, ..) =
                reader.read_records(ROWS, Some(&mut levels), None, &mut values).map_err(damaged)?;
            if records == 0 {
                break;
            }
            // A row may have no image.
            let has_image =
                |i: usize| levels.get(i).is_none_or(|&level| level == about.max_def_level());
            let with_image = (row..row + records).zip(0..).filter(|&(_, i)| has_image(i));
            for ((row, _), value) in with_image.zip(&values) {
                unpacked.write(value.data())?;
                let start = end;
                end += value.len() as u64;
                rows.push((row, start..end));
            }
            row += records;
        }
    }
    let unpacked = unpacked.finish()?;
    let image = |(row, range)| {
        limits.take_member()?;
        let data = unpacked.part(range).ok_or("is cut off")?;
        Ok((format!("row {row}"), Member::Stored { data, crc32: None }))
    };
    rows.into_iter().map(image).collect()
}

/// Whether a column holds one binary value in each row, which is not a text.
fn may_hold_images(column: &ColumnDescriptor) -> bool {
    column.physical_type() == Type::BYTE_ARRAY
        && column.max_rep_level() == 0
        && column.converted_type() == ConvertedType::NONE
        && column.logical_type_ref().is_none()
}

fn damaged(error: ParquetError) -> String {
    let error = error.to_string();
    format!("is a Parquet file that cannot be read ({}); download it again", shown(&error))
}

/// A file as the library reads it.
struct Chunks(Section);

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<Section>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let mut section = self.0.clone();
        section.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(section))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let end = start.saturating_add(length as u64);
        let part = self.0.part(start..end);
        let mut part = part.ok_or_else(|| ParquetError::EOF("the file ends before".to_owned()))?;
        let mut bytes = Vec::with_capacity(length);
        part.read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}
