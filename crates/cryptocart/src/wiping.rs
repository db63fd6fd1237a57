//! Memory that is wiped as it is freed.
//!
//! A buyer's words pass through many buffers, most of them of libraries, and none of them may keep
//! them: types that wipe themselves cannot reach those.

use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{fs::File, os::unix::fs::FileExt};

    const CANARY: &str = "CANARY-IN-A-FREED-BLOCK. ";

    /// Reads memory by its address, also where nothing lives any more. All it needs is there from the
    /// start: what it took later could be the very block that is looked at.
    struct Memory {
        file: File,
        bytes: Vec<u8>,
    }

    impl Memory {
        fn of(text: &str) -> Self {
            let file = File::open("/proc/self/mem").expect("one's own memory");
            Self { file, bytes: vec![0; text.len()] }
        }

        fn has_canary_at(&mut self, address: usize) -> bool {
            self.file.read_exact_at(&mut self.bytes, address as u64).expect("mapped memory");
            // The C library writes over the first bytes of a freed block.
            self.bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes())
        }
    }

    #[test]
    fn block_that_is_freed_is_wiped() {
        let text = CANARY.repeat(20);
        let mut memory = Memory::of(&text);
        let address = text.as_ptr().addr();
        assert!(memory.has_canary_at(address));
        drop(text);
        assert!(!memory.has_canary_at(address));
    }

    #[test]
    fn block_that_a_growing_text_leaves_is_wiped() {
        let mut text = CANARY.repeat(20);
        let mut memory = Memory::of(&text);
        let address = text.as_ptr().addr();
        text.reserve(1 << 20);
        assert_ne!(text.as_ptr().addr(), address);
        assert!(!memory.has_canary_at(address));
    }
}
