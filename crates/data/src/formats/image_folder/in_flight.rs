//! Decodes many files in parallel within a given amount of memory.

use std::io;

use rayon::prelude::*;

use super::decode::{Picture, Unusable, broken};
use super::{Unused, content};
use crate::formats::entry::Entry;
use crate::{Receiver, Shape};

/// The format and the (width, height) of an image that has been decoded.
pub(super) type Outcome = Result<(&'static str, (usize, usize)), Unused>;

/// An image that waits until the others are done, because it needs this much memory.
struct Large<'a> {
    index: usize,
    file: &'a Entry,
    memory: u64,
    out: &'a mut [u8],
}

/// Writes the image of each file to its place in `out`, and calls `done` after each of them.
///
/// Each thread has an equal share of the memory, and decodes the images that fit in it. Then follow
/// the others, as many at a time as there is memory for.
pub(super) fn decode_all(
    files: &[Entry],
    shape: Shape,
    out: &mut [u8],
    memory: &mut dyn Receiver,
    done: &(dyn Fn() + Sync),
) -> io::Result<Vec<Outcome>> {
    let share = memory.room(0)? / rayon::current_num_threads() as u64;
    let places = out.par_chunks_exact_mut(shape.len());
    let (mut outcomes, large): (Vec<Option<Outcome>>, Vec<Option<Large>>) = files
        .par_iter()
        .zip(places)
        .enumerate()
        .map(|(index, (file, out))| match decode_within(share, file, shape, out) {
            Ok(outcome) => {
                done();
                (Some(outcome), None)
            }
            Err(memory) => (None, Some(Large { index, file, memory, out })),
        })
        .unzip();
    let mut large: Vec<Large> = large.into_iter().flatten().collect();
    let most = large.iter().map(|large| large.memory).max().unwrap_or(0);
    let room = if most > 0 { memory.room(most)? } else { 0 };
    while !large.is_empty() {
        let rest = large.split_off(fitting(&large, room));
        let decoded: Vec<(usize, Outcome)> = large
            .into_par_iter()
            .map(|Large { index, file, out, .. }| {
                let outcome = decode_within(room, file, shape, out);
                done();
                (index, outcome.unwrap_or_else(|memory| Err(too_large(memory, room))))
            })
            .collect();
        for (index, outcome) in decoded {
            outcomes[index] = Some(outcome);
        }
        large = rest;
    }
    Ok(outcomes.into_iter().flatten().collect())
}

/// Decodes an image if it needs no more memory than that; otherwise returns what it needs.
fn decode_within(most: u64, file: &Entry, shape: Shape, out: &mut [u8]) -> Result<Outcome, u64> {
    if let Some(why) = content::exclusion(file) {
        return Ok(Err(Unused::Excluded(why)));
    }
    // What has to be decompressed as a whole takes memory before its header is known.
    if file.memory() > most {
        return Err(file.memory());
    }
    let opened = file.open().map_err(Unusable::from);
    let picture = match opened.and_then(|bytes| Picture::open(file, bytes)).map_err(Unused::from) {
        Ok(picture) => picture,
        Err(why) => return Ok(Err(why)),
    };
    let memory = picture.memory(shape).saturating_add(file.memory());
    if memory > most {
        return Err(memory);
    }
    let about = (picture.format, picture.size);
    Ok(picture.decode(shape, out).map(|()| about).map_err(Unused::from))
}

/// How many of the first images fit into `room` together; at least one.
fn fitting(large: &[Large], room: u64) -> usize {
    let mut sum = 0u64;
    let fits = |large: &&Large| {
        sum = sum.saturating_add(large.memory);
        sum <= room
    };
    large.iter().take_while(fits).count().max(1)
}

fn too_large(memory: u64, room: u64) -> Unused {
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
    Unused::from(broken(&format!(
        "needs {} MB to decode, more than the memory limit allows ({} MB)",
        megabytes(memory),
        room / 1_000_000
    )))
}
