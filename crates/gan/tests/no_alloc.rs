//! After the first step, a step allocates nothing. Alone in its process, since other tests do.
#![expect(unsafe_code, reason = "a global allocator is unsafe by its signature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use dcgan_gan::{Augment, Config, Trainer};

/// `matrixmultiply` allocates one buffer for its packed operands in each product, on a boundary of
/// a vector; nothing else here asks for so coarse a boundary.
const VECTOR: usize = 32;

static PACKED: AtomicUsize = AtomicUsize::new(0);
static OTHER: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: passes every call on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let counter = if layout.align() >= VECTOR { &PACKED } else { &OTHER };
        counter.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn counts() -> (usize, usize) {
    (PACKED.load(Ordering::Relaxed), OTHER.load(Ordering::Relaxed))
}

fn monitored(trainer: &mut Trainer) {
    let losses = trainer.step();
    assert!(trainer.non_finite(&losses).is_none());
    assert!(trainer.monitor().is_empty());
}

#[test]
fn a_step_allocates_nothing_but_the_products_packing() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let config = Config { image_size: 32, ngf: 8, ndf: 8, batch_size: 16, ..Config::default() };
    for augment in [Augment::NONE, Augment::ALL] {
        // Inside the pool, as training runs: entering it from outside would allocate a job.
        pool.install(|| check(Config { augment, ..config }));
    }
}

fn check(config: Config) {
    let mut trainer = Trainer::new(config).unwrap();
    trainer.real().fill(0.5);
    // The monitor reads the images every tenth step.
    for _ in 0..8 {
        monitored(&mut trainer);
    }
    let a = counts();
    monitored(&mut trainer);
    let b = counts();
    monitored(&mut trainer);
    let c = counts();
    let (first, second) = ((b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1));
    assert_eq!(first.1, 0, "allocations other than the packing");
    assert_eq!(second.1, 0, "allocations other than the packing");
    assert!(first.0 > 0, "the packing is no longer on a boundary of {VECTOR}");
    assert_eq!(first.0, second.0, "every step does the same products");
}
