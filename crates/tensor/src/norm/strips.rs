//! Channels, so many at a time that what is kept for each of them stays in registers.

/// What is done to all pixels of a picture, for the `N` channels from `first` on.
pub(super) trait Strips {
    fn strip<const N: usize>(&mut self, first: usize);
}

/// Goes through all of c channels: in strips of 64 while there are as many, then in narrower ones.
#[inline(always)]
pub(super) fn each_strip(c: usize, mut work: impl Strips) {
    let mut first = 0;
    while c - first >= 64 {
        work.strip::<64>(first);
        first += 64;
    }
    if c - first >= 32 {
        work.strip::<32>(first);
        first += 32;
    }
    if c - first >= 16 {
        work.strip::<16>(first);
        first += 16;
    }
    while c - first >= 4 {
        work.strip::<4>(first);
        first += 4;
    }
    while c > first {
        work.strip::<1>(first);
        first += 1;
    }
}

/// A strip of a row of channels.
#[inline(always)]
pub(super) fn of<const N: usize>(row: &[f32], first: usize) -> &[f32; N] {
    row[first..].first_chunk().expect("a strip is a part of the channels")
}

/// The same, to write to.
#[inline(always)]
pub(super) fn of_mut<const N: usize>(row: &mut [f32], first: usize) -> &mut [f32; N] {
    row[first..].first_chunk_mut().expect("a strip is a part of the channels")
}
