//! The binary files of CIFAR-10 and CIFAR-100: one or two bytes of labels and 3 planes of 32 × 32 pixels,
//! again and again (<https://www.cs.toronto.edu/~kriz/cifar.html>). They have no header.

use std::io::{self, Read, Seek, SeekFrom};

use super::limits::Limits;
use super::member::Member;
use super::section::Section;

/// Pixels of a side.
pub(crate) const SIDE: usize = 32;

const PIXELS: u64 = 3 * (SIDE * SIDE) as u64;

/// The labels of CIFAR-10, and those of CIFAR-100, coarse and fine: one more than the largest of each.
const LABELS: [&[u8]; 2] = [&[10], &[20, 100]];

/// Records whose labels are looked at.
const SAMPLE: u64 = 64;

/// The records of a file: the number of labels in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Records {
    labels: u64,
}

impl Records {
    /// Those of a file of `len` bytes, if it may be one.
    pub(super) fn of(file: &mut (impl Read + Seek), len: u64) -> io::Result<Option<Self>> {
        for most in LABELS {
            let records = Self { labels: most.len() as u64 };
            let whole = len > 0 && len.is_multiple_of(records.size());
            if whole && records.have_labels(file, len / records.size(), most)? {
                return Ok(Some(records));
            }
        }
        Ok(None)
    }

    fn size(self) -> u64 {
        self.labels + PIXELS
    }

    fn have_labels(
        self,
        file: &mut (impl Read + Seek),
        count: u64,
        most: &[u8],
    ) -> io::Result<bool> {
        let sample = count.min(SAMPLE);
        for i in 0..sample {
            let mut labels = vec![0; most.len()];
            file.seek(SeekFrom::Start(i * count / sample * self.size()))?;
            file.read_exact(&mut labels)?;
            if labels.iter().zip(most).any(|(label, most)| label >= most) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The images, with their names.
    pub(super) fn images(
        self,
        data: &Section,
        limits: &mut Limits,
    ) -> Result<Vec<(String, Member)>, String> {
        let image = |i: u64| {
            limits.take_member()?;
            let start = i * self.size() + self.labels;
            let planes = data.part(start..start + PIXELS).ok_or("is cut off")?;
            Ok((format!("image {i}"), Member::Planes(planes)))
        };
        (0..data.len() / self.size()).map(image).collect()
    }
}

/// Planes to pixels.
pub(crate) fn interleaved(planes: &[u8]) -> Vec<u8> {
    let plane = SIDE * SIDE;
    (0..planes.len()).map(|i| planes[i % 3 * plane + i / 3]).collect()
}
