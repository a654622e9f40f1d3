use super::Cut;

/// Every picture lies in one group of one span, and a span's groups have as many lanes as they need: where
/// pictures are few or many, small or so large that a group of them is more than a span should have.
#[test]
fn spans_are_all_of_a_batch_and_fit_into_their_lanes() {
    for (side, c_in, c_out) in [(8, 8, 16), (16, 64, 128), (32, 32, 64), (64, 256, 512)] {
        for n in [0, 1, 2, 3, 7, 64, 128, 250] {
            let (x, y) = ((n, side, side, c_in), (n, side / 2, side / 2, c_out));
            let cut = Cut::<4, 5>::new(x, y, 64);
            let mut seen = Vec::new();
            for parts in cut.spans(n) {
                let groups: Vec<_> = cut.groups(&parts).collect();
                assert!(
                    groups.len() * cut.lane(c_out) <= cut.lanes(cut.parts(n), c_out),
                    "{n} of {side}: {parts:?}"
                );
                assert!(groups.iter().all(|group| (1..=cut.group).contains(&group.len())));
                let lanes = vec![0.0; cut.lanes(cut.parts(n), 1)];
                let tiles = cut.over_parts(&lanes, &parts, 1).map(|part| part.tiles);
                assert_eq!(tiles, parts.map(|part| cut.tiles(part.len())));
                seen.extend(groups.into_iter().flatten());
            }
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..n), "{n} pictures of {side} × {side}");
        }
    }
}
