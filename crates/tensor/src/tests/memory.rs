use crate::pool::{Halves, split_count};
use crate::{AlignedBuffer, Scratch};

#[test]
fn new_scratch_memory_is_nan_and_other_memory_zero() {
    let mut scratch = Scratch::default();
    assert!(scratch.take(1000).iter().all(|float| float.is_nan()));
    scratch.take(1000).fill(1.0);
    assert!(scratch.take(5000).iter().all(|float| float.is_nan()), "it grew, and is new again");
    assert_eq!(&*AlignedBuffer::zeros(1000), [0.0; 1000]);
    assert!(AlignedBuffer::zeros(0).is_empty());
}

/// However much a kernel takes, one half of the pool has its buffers before the middle and the other half
/// after it. Buffers whose length is a multiple of a cache line are aligned to one.
#[test]
fn each_half_of_the_pool_keeps_to_its_side() {
    let mut scratch = Scratch::default();
    let middle = scratch.take(16 * 1000).as_ptr_range().start.wrapping_add(8 * 1000);
    for (count, len) in [(2, 16 * 500), (2, 16 * 100), (4, 16 * 30), (8, 16)] {
        for (i, buffer) in scratch.per_task(count, len).enumerate() {
            assert_eq!(buffer.as_ptr() < middle, i < count / 2, "buffer {i} of {count}");
            assert_eq!(buffer.as_ptr().addr() % 64, 0, "buffer {i} of {count}");
        }
    }
}

/// The buffers of both halves are one sequence, which can be taken from either end.
#[test]
fn halves_have_their_buffers_in_order() {
    for (count, taken_first) in [(0, 0), (1, 1), (5, 2), (6, 6), (7, 0)] {
        let mut memory: Vec<f32> = (0..3 * count + 4).map(|i| i as f32).collect();
        let (mut halves, rest) = Halves::new(&mut memory, split_count(count), 3);
        assert_eq!(rest.len(), 4);
        let mut buffers = halves.buffers();
        assert_eq!(buffers.len(), count);
        let mut order: Vec<f32> =
            buffers.by_ref().take(taken_first).map(|piece| piece[0]).collect();
        let mut last: Vec<f32> = buffers.rev().map(|piece| piece[0]).collect();
        last.reverse();
        order.extend(last);
        assert_eq!(order.len(), count);
        assert!(order.is_sorted(), "{order:?}");
    }
}
