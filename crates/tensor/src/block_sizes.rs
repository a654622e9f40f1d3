use crate::caches::Caches;

/// How much of a batch the kernels process at a time, so that it stays in a cache: the blocking of minimal
/// filtering, whose transformed images and weights are many times larger than a cache.
///
/// These sizes affect the speed alone. Every float of a result is summed in the same order whatever they
/// are, and sums over a batch are divided by the geometry, not by a cache: the bits of a run do not depend on
/// the processor's caches.
///
/// | what | should stay in | share |
/// |---|---|---|
/// | a group of tiles, through the products at all points | L2 | 32 tiles for each MiB |
/// | the tiles and products of a span of images | last level | 5/16 |
/// | all transformed weights, if they are computed once | last level | 1/8 |
/// | a second copy of them, for the other half of the pool | last level | 1/32 |
///
/// The shares were found by measurement on an AMD Zen 5 with 1 MiB and 32 MiB, where a group takes slightly
/// more than L2: it is written and read once, in order. `just tune` measures others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockSizes {
    /// Tiles of a group.
    pub group_tiles: usize,
    /// The most floats of transformed images and products in a span.
    pub span_floats: usize,
    /// The most floats of transformed weights that are computed once for all groups; more are computed panel
    /// by panel, each for a whole span.
    pub kept_weights: usize,
    /// The most floats of transformed weights that are computed twice, once for each half of the pool.
    pub copied_weights: usize,
}

impl BlockSizes {
    /// The sizes for these caches.
    pub fn for_caches(caches: Caches) -> Self {
        let floats = caches.last_level / size_of::<f32>();
        Self {
            group_tiles: (caches.l2 / (32 << 10)).clamp(16, 128),
            span_floats: floats / 16 * 5,
            kept_weights: floats / 8,
            copied_weights: floats / 32,
        }
    }

    /// The sizes for this machine's caches.
    pub fn detect() -> Self {
        Self::for_caches(Caches::detect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The caches on which the shares were measured have the sizes that were best there.
    #[test]
    fn shares_are_those_that_were_measured() {
        let sizes = BlockSizes::for_caches(Caches { l2: 1 << 20, last_level: 32 << 20 });
        let measured = BlockSizes {
            group_tiles: 32,
            span_floats: 5 << 19,
            kept_weights: 1 << 20,
            copied_weights: 1 << 18,
        };
        assert_eq!(sizes, measured);
    }

    /// However small or large the caches, there is something in a block.
    #[test]
    fn no_cache_makes_an_impossible_size() {
        let tiny = BlockSizes::for_caches(Caches { l2: 0, last_level: 0 });
        assert_eq!(
            tiny,
            BlockSizes { group_tiles: 16, span_floats: 0, kept_weights: 0, copied_weights: 0 }
        );
        let huge = BlockSizes::for_caches(Caches { l2: usize::MAX, last_level: usize::MAX });
        assert_eq!(huge.group_tiles, 128);
    }
}
