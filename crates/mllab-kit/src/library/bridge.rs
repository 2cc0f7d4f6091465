//! Our generator for libraries that want rand 0.8.

use mllab_core::Stream;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_core_06::{Error, RngCore};

/// ChaCha8 of a [`Stream`] as a generator of rand 0.8: the same numbers, another trait.
///
/// ```
/// use mllab_core::Stream;
/// use mllab_kit::library::OldRng;
/// use rand::Rng;
///
/// let stream = Stream::root(7);
/// assert_eq!(rand_core_06::RngCore::next_u64(&mut OldRng::new(&stream)), stream.rng().next_u64());
/// ```
#[derive(Debug, Clone)]
pub struct OldRng(ChaCha8Rng);

impl OldRng {
    /// The generator of `stream`, at its start.
    pub fn new(stream: &Stream) -> Self {
        OldRng(stream.rng())
    }
}

impl RngCore for OldRng {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}
