//! How deep the stack grew: it is painted, and what has lost its colour was used.

use core::hint::black_box;
use core::ptr;

const COLOUR: u32 = 0xa5c3_5a3c;

/// Of the painter's own frame.
const MARGIN: usize = 256;

unsafe extern "C" {
    static mut _stack_end: u32;
}

pub(super) struct Paint {
    top: usize,
}

impl Paint {
    /// Paints all of the stack below the caller.
    #[inline(never)]
    pub(super) fn new() -> Self {
        let here = black_box(0_u32);
        let top = ptr::from_ref(&here).addr();
        for place in places(top - MARGIN) {
            // SAFETY: it lies between the end of all statics and the frame of this function.
            unsafe { place.write_volatile(COLOUR) };
        }
        Self { top }
    }

    /// Bytes from the caller to the deepest place that was written.
    #[inline(never)]
    pub(super) fn used(&self) -> u32 {
        // SAFETY: as above.
        let is_used = |place: &*mut u32| unsafe { place.read_volatile() } != COLOUR;
        let deepest = places(self.top - MARGIN).find(is_used);
        deepest.map_or(0, |place| self.top - place.addr()) as u32
    }
}

/// From the end of the stack upwards.
fn places(top: usize) -> impl Iterator<Item = *mut u32> {
    let end = &raw mut _stack_end;
    (0..(top - end.addr()) / 4).map(move |index| end.wrapping_add(index))
}
