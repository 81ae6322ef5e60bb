//! An allocator that looks through every block once more before it is given back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

pub(crate) struct Searching;

static IS_WATCHING: AtomicBool = AtomicBool::new(false);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicUsize = AtomicUsize::new(0);
static SIZE: AtomicUsize = AtomicUsize::new(0);
static NEEDLES: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// How many blocks were given back while `run` ran, and how many still held one of the needles.
pub(crate) struct Freed {
    pub(crate) blocks: usize,
    pub(crate) with_secrets: usize,
    /// The length of the last of these.
    pub(crate) len: usize,
}

pub(crate) fn watch<T>(needles: &[Vec<u8>], run: impl FnOnce() -> T) -> (T, Freed) {
    *NEEDLES.lock().unwrap_or_else(PoisonError::into_inner) = needles.to_vec();
    BLOCKS.store(0, Ordering::SeqCst);
    FOUND.store(0, Ordering::SeqCst);
    IS_WATCHING.store(true, Ordering::SeqCst);
    let result = run();
    IS_WATCHING.store(false, Ordering::SeqCst);
    let [blocks, with_secrets, len] = [&BLOCKS, &FOUND, &SIZE].map(|n| n.load(Ordering::SeqCst));
    (result, Freed { blocks, with_secrets, len })
}

/// Whether the memory that a value takes itself, without what it points to, holds one of the needles. Nothing is copied:
/// a copy would be found as well.
pub(crate) fn stands_in<T>(value: &T, needles: &[Vec<u8>]) -> bool {
    let start = std::ptr::from_ref(value).cast::<u8>();
    // SAFETY: `start` is the first of `size_of::<T>()` bytes that the reference keeps alive. What lies between the fields
    // may be uninitialised, so bytes are read one by one, and as `read_volatile`, which takes them as they are.
    let byte = |at: usize| unsafe { start.add(at).read_volatile() };
    let is_at = |at: usize, needle: &[u8]| (0..needle.len()).all(|n| byte(at + n) == needle[n]);
    needles.iter().any(|needle| {
        let last = size_of::<T>().saturating_sub(needle.len());
        (0..=last).any(|at| is_at(at, needle))
    })
}

fn holds_one(haystack: &[u8], needles: &[Vec<u8>]) -> bool {
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
            if holds_one(content, &needles) {
                FOUND.fetch_add(1, Ordering::SeqCst);
                SIZE.store(layout.size(), Ordering::SeqCst);
            }
        }
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}
