//! How pixels are divided between workgroups that sum them for each channel.

/// Channels of a workgroup of `channels.wgsl`.
const CHANNELS: usize = 16;

/// Pixels in a chunk, at least.
const PIXELS: usize = 256;

/// Chunks, about: enough workgroups for a device, few enough to merge.
const CHUNKS: usize = 64;

/// Pixels of a workgroup that merges chunks, at least.
const MIN_BLOCK: usize = 64;

/// Blocks of a chunk, about, at most.
const MAX_BLOCKS: usize = 256;

/// Equal chunks of pixels, the last of which may be smaller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunks {
    /// Pixels in one.
    pub(crate) len: usize,
    pub(crate) count: usize,
}

impl Chunks {
    /// Pixels of a workgroup that first merges what there is of each chunk: few, so that there are many workgroups, but
    /// more if it has much to merge, or if there would be more workgroups than a dispatch can have.
    pub(crate) fn block(&self) -> usize {
        (4 * self.count).max(MIN_BLOCK).max(self.len / MAX_BLOCKS)
    }

    /// Depends on the number of pixels alone, so that sums do.
    pub(crate) fn of(pixels: usize) -> Self {
        let len = PIXELS.max(pixels.div_ceil(CHUNKS));
        Self { len, count: pixels.div_ceil(len) }
    }
}

/// Workgroups for the channels.
pub(crate) fn channel_groups(c: usize) -> usize {
    c.div_ceil(CHANNELS)
}
