use std::iter::zip;
use std::ops::Range;

use super::{Blocking, pitch};
use crate::conv::problem::Problem;
use crate::pool::{Buffers, Halves};
use crate::{Backend, Window};

/// Every image is in one group of one span, and a span's groups have the buffers they need: for few or
/// many images, small ones or ones so large that a group exceeds a span.
#[test]
fn spans_are_all_of_a_batch_and_fit_into_their_buffers() {
    for (side, c_in, c_out) in [(8, 8, 16), (16, 64, 128), (32, 32, 64), (64, 256, 512)] {
        for n in [0, 1, 2, 3, 7, 64, 128, 250] {
            let (x, y) = ((n, side, side, c_in), (n, side / 2, side / 2, c_out));
            let win = Window { kernel: 4, stride: 2, pad: 1 };
            let conv = Problem::new(x, y, 16 * c_in * c_out, win, Backend::default());
            let blocking = Blocking::of_sums(&conv);
            let mut seen = Vec::new();
            for parts in blocking.spans(n) {
                let groups: Vec<_> = blocking.groups(&parts).collect();
                let counts = blocking.counts(&parts);
                assert_eq!(groups.len(), counts.iter().sum());
                assert!(
                    counts.iter().all(|&count| count <= blocking.groups_in_half()),
                    "{n} of {side}: {parts:?}"
                );
                assert!(groups.iter().all(|group| (1..=blocking.group).contains(&group.len())));
                let mut memory = vec![0.0; 2 * blocking.groups_in_half() * blocking.buffer(1)];
                let (mut halves, _) =
                    Halves::new(&mut memory, [blocking.groups_in_half(); 2], blocking.buffer(1));
                number_tiles(&blocking, groups.iter().map(Range::len), halves.first(counts));
                let tiles = blocking.tiles_of_parts(&halves, &parts, 1);
                let numbers = tiles.iter().flat_map(|part| part.at(7)).flat_map(|(own, _)| own);
                let all: usize = parts.iter().map(|part| blocking.tiles(part.len())).sum();
                assert!(numbers.copied().eq((0..all).map(|tile| tile as f32)), "{n}: {parts:?}");
                assert_eq!(
                    tiles.map(|part| part.tiles),
                    parts.map(|part| blocking.tiles(part.len()))
                );
                seen.extend(groups.into_iter().flatten());
            }
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..n), "{n} images of {side} × {side}");
        }
    }
}

/// Numbers the tiles of these groups, in the matrix of point 7.
fn number_tiles(blocking: &Blocking, groups: impl Iterator<Item = usize>, buffers: Buffers) {
    let mut number = 0;
    for (images, buffer) in zip(groups, buffers) {
        let tiles = blocking.tiles(images);
        for tile in &mut buffer[7 * pitch(tiles)..][..tiles] {
            *tile = number as f32;
            number += 1;
        }
    }
}
