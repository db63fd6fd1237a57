//! Contents in few sizes, so that a size tells little.

use zeroize::Zeroizing;

/// Pads contents to the smallest of `sizes` (ascending) with room for `around` more bytes.
/// The result is their length as four little-endian bytes, the contents, and zeros. It is as long
/// as that size less `around`; beyond the last of `sizes`, a multiple of it.
pub(crate) fn pad(plain: &[u8], sizes: &[usize], around: usize) -> Zeroizing<Vec<u8>> {
    let length = u32::try_from(plain.len()).expect("nothing sealed is near 4 GiB");
    let needed = around + size_of::<u32>() + plain.len();
    let largest = sizes.last().copied().unwrap_or(1);
    let fits = sizes.iter().copied().find(|size| needed <= *size);
    let size = fits.unwrap_or_else(|| needed.next_multiple_of(largest));
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    padded.extend_from_slice(&length.to_le_bytes());
    padded.extend_from_slice(plain);
    padded.resize(size - around, 0);
    padded
}

/// Returns the contents.
pub(crate) fn unpad(padded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some(Zeroizing::new(rest.get(..length)?.to_vec()))
}
