//! An allocator that looks through every block once more before it is given back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

pub(crate) struct Searching;

static IS_WATCHING: AtomicBool = AtomicBool::new(false);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicUsize = AtomicUsize::new(0);
static NEEDLES: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// How many blocks were given back while `run` ran, and how many still held one of the needles.
pub(crate) struct Freed {
    pub(crate) blocks: usize,
    pub(crate) with_secrets: usize,
}

pub(crate) fn watch<T>(needles: &[Vec<u8>], run: impl FnOnce() -> T) -> (T, Freed) {
    *NEEDLES.lock().unwrap_or_else(PoisonError::into_inner) = needles.to_vec();
    BLOCKS.store(0, Ordering::SeqCst);
    FOUND.store(0, Ordering::SeqCst);
    IS_WATCHING.store(true, Ordering::SeqCst);
    let result = run();
    IS_WATCHING.store(false, Ordering::SeqCst);
    let (blocks, with_secrets) = (BLOCKS.load(Ordering::SeqCst), FOUND.load(Ordering::SeqCst));
    (result, Freed { blocks, with_secrets })
}

/// The memory that a value takes itself, without what it points to.
pub(crate) fn bytes_of<T>(value: &T) -> Vec<u8> {
    let start = std::ptr::from_ref(value).cast::<u8>();
    // SAFETY: `start` is the first of `size_of::<T>()` bytes that the reference keeps alive. Bytes between the fields
    // may be uninitialised, so they are read one by one, and as `read_volatile`, which the compiler takes as they are.
    (0..size_of::<T>()).map(|at| unsafe { start.add(at).read_volatile() }).collect()
}

pub(crate) fn holds_one(haystack: &[u8], needles: &[Vec<u8>]) -> bool {
    needles.iter().any(|needle| haystack.windows(needle.len()).any(|window| window == needle))
}

// SAFETY: memory comes from the system's allocator and goes back to it, with the layout it was asked for with. `realloc`
// is the default one, so that a block that moves is looked through as well.
unsafe impl GlobalAlloc for Searching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of `System`. Zeroed, because a block that nobody wrote to would still
        // hold what its last owner left there, and be counted as if its next owner had.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if IS_WATCHING.load(Ordering::SeqCst)
            && let Ok(needles) = NEEDLES.try_lock()
        {
            // SAFETY: the block is as long as its layout says, was zeroed when it was made, and is nobody else's.
            let content = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            BLOCKS.fetch_add(1, Ordering::SeqCst);
            FOUND.fetch_add(usize::from(holds_one(content, &needles)), Ordering::SeqCst);
        }
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}
