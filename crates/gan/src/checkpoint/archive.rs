//! Named values and named arrays of floats as bytes: an index by serde and bincode, then the floats.

use std::fmt;
use std::marker::PhantomData;

use bincode::config::{Configuration, Fixint, Limit, LittleEndian, standard};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::Value;

/// Longest index, in bytes. The largest networks need a tenth of it.
const MAX_INDEX: usize = 1 << 16;

/// Numbers of a fixed length: there is one way to write each, so equal states give equal bytes.
const CONFIG: Configuration<LittleEndian, Fixint, Limit<MAX_INDEX>> =
    standard().with_fixed_int_encoding().with_limit();

/// Bytes that tell the length of the index.
const LENGTH: usize = 8;

/// What an archive holds, without the floats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Index {
    /// Name and value.
    #[serde(deserialize_with = "without_preallocation")]
    pub(super) values: Vec<(String, Value)>,
    #[serde(deserialize_with = "without_preallocation")]
    pub(super) arrays: Vec<ArrayInfo>,
}

/// An array without its floats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ArrayInfo {
    pub(super) name: String,
    #[serde(deserialize_with = "without_preallocation")]
    pub(super) shape: Vec<u64>,
}

/// An archive that has been opened: its index, and its floats as bytes.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    index: Index,
    floats: &'a [u8],
}

/// The bytes of an archive; `arrays` are the floats of the index's arrays, in order.
#[cfg(feature = "train")]
pub(super) fn write<'a>(index: &Index, arrays: impl IntoIterator<Item = &'a [f32]>) -> Vec<u8> {
    let index = bincode::serde::encode_to_vec(index, CONFIG).expect("an index can be written");
    let mut bytes = (index.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(&index);
    for floats in arrays {
        bytes.extend(floats.iter().flat_map(|v| v.to_le_bytes()));
    }
    bytes
}

impl<'a> Archive<'a> {
    /// Opens an archive. Takes no more memory than its index, whatever its lengths claim.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let (length, rest) = bytes.split_first_chunk::<LENGTH>().ok_or("it has no index")?;
        let length = u64::from_le_bytes(*length);
        let valid = usize::try_from(length).ok().filter(|&length| length <= MAX_INDEX);
        let (index, floats) = valid
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(|| format!("its index claims {length} bytes"))?;
        let (index, read): (Index, usize) = bincode::serde::decode_from_slice(index, CONFIG)
            .map_err(|error| format!("its index cannot be read ({error})"))?;
        if read as u64 != length {
            return Err(format!("its index has {length} bytes, of which {read} are used"));
        }
        let claimed = index.arrays.iter().try_fold(0, |sum: u64, array| {
            array.len().and_then(|len| sum.checked_add(len.checked_mul(4)?))
        });
        if claimed != Some(floats.len() as u64) {
            let claimed = claimed.map_or("too many".to_owned(), |bytes| bytes.to_string());
            return Err(format!("its arrays claim {claimed} bytes, but it has {}", floats.len()));
        }
        Ok(Self { index, floats })
    }

    #[cfg(feature = "train")]
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// The value of this name.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.index.values.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Whether there are arrays with names that begin so.
    pub(super) fn has_arrays(&self, prefix: &str) -> bool {
        self.index.arrays.iter().any(|array| array.name.starts_with(prefix))
    }

    /// The number of this name.
    #[cfg(feature = "train")]
    pub(super) fn int(&self, name: &str) -> Result<u64, String> {
        match self.value(name) {
            Some(Value::Int(value)) => Ok(*value),
            Some(value) => Err(format!("`{name}` is {value}")),
            None => Err(format!("`{name}` is missing")),
        }
    }

    /// The finite float of this name.
    #[cfg(feature = "train")]
    pub(super) fn float(&self, name: &str) -> Result<f64, String> {
        match self.value(name) {
            Some(Value::Float(value)) if value.is_finite() => Ok(*value),
            Some(value) => Err(format!("`{name}` is {value}")),
            None => Err(format!("`{name}` is missing")),
        }
    }

    /// Checks that there is an array of this name and shape.
    pub(super) fn check(&self, name: &str, shape: &[usize]) -> Result<(), String> {
        let array = self.index.arrays.iter().find(|array| array.name == name);
        match array {
            Some(array) if *array == ArrayInfo::new(name.to_owned(), shape) => Ok(()),
            Some(array) => {
                Err(format!("`{name}` has shape {:?} instead of {shape:?}", array.shape))
            }
            None => Err(format!("the array `{name}` is missing")),
        }
    }

    /// The floats of the array of this name.
    pub(super) fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let mut start = 0;
        for array in &self.index.arrays {
            // `open` has checked that all lengths fit into the bytes that there are.
            let len = 4 * array.len().unwrap_or(0) as usize;
            if array.name == name {
                let chunks = self.floats[start..start + len].as_chunks().0;
                return Ok(chunks.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect());
            }
            start += len;
        }
        Err(format!("the array `{name}` is missing"))
    }
}

impl ArrayInfo {
    pub(super) fn new(name: String, shape: &[usize]) -> Self {
        Self { name, shape: shape.iter().map(|&n| n as u64).collect() }
    }

    /// Number of floats, if it fits into 64 bits.
    fn len(&self) -> Option<u64> {
        self.shape.iter().try_fold(1, |product: u64, &n| product.checked_mul(n))
    }
}

/// A list whose memory grows with its items: serde reserves up to a megabyte for a length that a damaged
/// file merely claims.
fn without_preallocation<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct Items<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }

    deserializer.deserialize_seq(Items(PhantomData))
}

#[cfg(test)]
mod tests;
