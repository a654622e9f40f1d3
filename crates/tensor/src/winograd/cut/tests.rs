use std::iter::zip;
use std::ops::Range;

use super::{Cut, pitch};
use crate::sides::{Pieces, Sides};

/// Every picture lies in one group of one span, and a span's groups have as many lanes as they need: where
/// pictures are few or many, small or so large that a group of them is more than a span should have.
#[test]
fn spans_are_all_of_a_batch_and_fit_into_their_lanes() {
    for (side, c_in, c_out) in [(8, 8, 16), (16, 64, 128), (32, 32, 64), (64, 256, 512)] {
        for n in [0, 1, 2, 3, 7, 64, 128, 250] {
            let (x, y) = ((n, side, side, c_in), (n, side / 2, side / 2, c_out));
            let cut = Cut::new(x, y, 64);
            let mut seen = Vec::new();
            for parts in cut.spans(n) {
                let groups: Vec<_> = cut.groups(&parts).collect();
                let counts = cut.counts(&parts);
                assert_eq!(groups.len(), counts.iter().sum());
                assert!(
                    counts.iter().all(|&count| count <= cut.aside()),
                    "{n} of {side}: {parts:?}"
                );
                assert!(groups.iter().all(|group| (1..=cut.group).contains(&group.len())));
                let mut lanes = vec![0.0; 2 * cut.aside() * cut.lane(1)];
                let (mut sides, _) = Sides::of(&mut lanes, [cut.aside(); 2], cut.lane(1));
                number_tiles(&cut, groups.iter().map(Range::len), sides.first(counts));
                let lanes = cut.over_parts(&sides, &parts, 1);
                let tiles = lanes.iter().flat_map(|part| part.at(7)).flat_map(|(own, _)| own);
                let all: usize = parts.iter().map(|part| cut.tiles(part.len())).sum();
                assert!(tiles.copied().eq((0..all).map(|tile| tile as f32)), "{n}: {parts:?}");
                assert_eq!(lanes.map(|part| part.tiles), parts.map(|part| cut.tiles(part.len())));
                seen.extend(groups.into_iter().flatten());
            }
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..n), "{n} pictures of {side} × {side}");
        }
    }
}

/// Gives all tiles of these groups their numbers, in the matrix of the seventh point.
fn number_tiles(cut: &Cut, groups: impl Iterator<Item = usize>, lanes: Pieces) {
    let mut number = 0;
    for (pictures, lane) in zip(groups, lanes) {
        let tiles = cut.tiles(pictures);
        for tile in &mut lane[7 * pitch(tiles)..][..tiles] {
            *tile = number as f32;
            number += 1;
        }
    }
}
