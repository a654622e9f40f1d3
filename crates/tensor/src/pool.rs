//! Threads and memory: how work is divided over a pool's threads, and the buffers that they work in.

mod aligned_buffer;
mod halves;
mod parallel_for;
mod partition;
mod processors;
mod scratch;
mod threads;

pub use self::aligned_buffer::AlignedBuffer;
pub(crate) use self::halves::{Buffers, Halves, centre, split_count};
pub(crate) use self::parallel_for::{all_threads, parallel_for, parallel_for_chunked};
pub(crate) use self::partition::{Partition, groups};
pub(crate) use self::processors::count_processors;
pub use self::scratch::Scratch;
pub use self::threads::{Threads, ThreadsError};
