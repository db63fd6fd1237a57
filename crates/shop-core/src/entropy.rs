//! Randomness as an argument, so that tests can repeat themselves.

/// A source of unpredictable bytes.
/// The program passes the operating system's; tests pass a seed.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`. There is no error: a program without randomness must not go on.
    fn fill(&self, bytes: &mut [u8]);
}

/// Returns `N` fresh bytes from `source`.
pub fn bytes<const N: usize>(source: &dyn Entropy) -> [u8; N] {
    let mut out = [0; N];
    source.fill(&mut out);
    out
}

/// A repeatable source for tests: the same seed gives the same bytes.
///
/// It is *not* fit for keys (xorshift64*, Marsaglia 2003 / Vigna 2016).
#[derive(Debug)]
pub struct Seeded(std::sync::Mutex<u64>);

impl Seeded {
    /// Creates a source from `seed`; zero is replaced, because xorshift would stay there.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(std::sync::Mutex::new(if seed == 0 { 0x9e37_79b9 } else { seed }))
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().expect("no holder panics");
        for byte in bytes {
            *state ^= *state >> 12;
            *state ^= *state << 25;
            *state ^= *state >> 27;
            *byte = (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8;
        }
    }
}
