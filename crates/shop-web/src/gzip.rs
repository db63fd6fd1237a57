//! Compression of what is sent often.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::cell::RefCell;

/// Level of compression: above this, pages get hardly smaller and take much longer.
const LEVEL: u32 = 7;
/// Header without name, time or system (RFC 1952): nothing of this machine is in it.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

thread_local! {
    /// Compressor, whose tables take 300 KB.
    /// Made for each of ten thousand pages, they left holes in glibc's heap that no others fitted
    /// into (aligned blocks are not found again before glibc 2.38): gigabytes.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(LEVEL), false));
}

/// Compresses text, in no more room than it needs; none if that made it no smaller.
pub(crate) fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    // What gets larger than this is of no use.
    let mut out = Vec::with_capacity(plain.len() + HEAD.len());
    out.extend_from_slice(&HEAD);
    let ended = DEFLATE.with_borrow_mut(|deflate| {
        deflate.reset();
        deflate.compress_vec(plain, &mut out, FlushCompress::Finish)
    });
    if !matches!(ended, Ok(Status::StreamEnd)) {
        return None;
    }
    let mut crc = Crc::new();
    crc.update(plain);
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    out.shrink_to_fit();
    (out.len() < plain.len()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    proptest! {
        #[test]
        fn every_text_comes_back_whichever_went_before(texts in prop::collection::vec("[a-e]{0,3000}", 1..4)) {
            for text in texts {
                let Some(gzip) = gzip(text.as_bytes()) else { continue };
                let mut plain = String::new();
                GzDecoder::new(&gzip[..]).read_to_string(&mut plain).unwrap();
                prop_assert!(gzip.len() < text.len());
                prop_assert_eq!(plain, text);
            }
        }
    }

    #[test]
    fn what_gets_no_smaller_stays_as_it_is() {
        assert!(gzip(b"").is_none() && gzip(b"short").is_none());
        assert!(gzip("and again ".repeat(50).as_bytes()).is_some_and(|gzip| gzip.len() < 60));
    }
}
