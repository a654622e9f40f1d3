const MARKER: u8 = 0xff;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// Sixteen bytes of ones, as entropy-coded data spells them. No Huffman code consists of ones alone.
const GUARD: [u8; 32] = {
    let mut guard = [0; 32];
    let mut i = 0;
    while i < guard.len() {
        guard[i] = MARKER;
        i += 2;
    }
    guard
};

/// Whether a file has an end-of-image marker of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Found,
    Missing,
}

/// The file with a guard after each scan: a decoder that runs out of data reads an invalid code
/// there, where it would otherwise continue with zeros. If all scans are complete the guards change
/// nothing, and neither does a missing end of image, which is added.
///
/// `None` if the file ends within a segment, or before a scan.
pub(super) fn guarded(file: &[u8]) -> Option<(Vec<u8>, End)> {
    let mut out = Vec::with_capacity(file.len() + 16 * GUARD.len());
    let (mut at, mut scans) = (2, 0);
    out.extend_from_slice(file.get(..at)?);
    loop {
        // What precedes a marker belongs to no segment.
        let Some(marker) = find_marker(file, at) else {
            out.extend([MARKER, END_OF_IMAGE]);
            return (scans > 0).then_some((out, End::Missing));
        };
        match file[marker + 1] {
            END_OF_IMAGE => {
                out.extend([MARKER, END_OF_IMAGE]);
                return Some((out, End::Found));
            }
            0x01 | 0xd0..=0xd8 => {
                at = marker + 2;
                out.extend_from_slice(&file[marker..at]);
            }
            kind => {
                let length = file.get(marker + 2..marker + 4)?;
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                at = marker + 2 + length;
                out.extend_from_slice(file.get(marker..at)?);
                if kind == START_OF_SCAN {
                    let end = end_of_scan(file, at);
                    out.extend_from_slice(&file[at..end]);
                    out.extend(GUARD);
                    at = end;
                    scans += 1;
                }
            }
        }
    }
}

/// The place of the next marker at or after `from`.
fn find_marker(file: &[u8], from: usize) -> Option<usize> {
    let pairs = file.get(from..)?.windows(2);
    let found =
        pairs.into_iter().position(|pair| pair[0] == MARKER && !matches!(pair[1], 0 | MARKER));
    found.map(|i| from + i)
}

/// Where the entropy-coded data from `from` on end; restarts belong to them.
fn end_of_scan(file: &[u8], mut from: usize) -> usize {
    while let Some(marker) = find_marker(file, from) {
        if !matches!(file[marker + 1], 0xd0..=0xd7) {
            return marker;
        }
        from = marker + 2;
    }
    // A last lone 0xff is half a marker.
    (file.len() - usize::from(file.ends_with(&[MARKER]))).max(from)
}
