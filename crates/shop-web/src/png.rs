//! Writer of the smallest PNG: one bit a pixel, which is all a QR code needs.
//! <https://www.w3.org/TR/png-3/>

use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;

/// Writes a black and white picture; `black` says of each pixel (column, row) what it is.
pub(crate) fn black_and_white(
    width: usize,
    height: usize,
    black: impl Fn(usize, usize) -> bool,
) -> Vec<u8> {
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    for y in 0..height {
        let mut row = vec![0u8; 1 + width.div_ceil(8)];
        for x in (0..width).filter(|&x| !black(x, y)) {
            if let Some(byte) = row.get_mut(1 + x / 8) {
                *byte |= 0x80 >> (x % 8);
            }
        }
        rows.write_all(&row).expect("writing to memory does not fail");
    }
    let pixels = rows.finish().expect("writing to memory does not fail");
    let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = Vec::new();
    header.extend(side(width));
    header.extend(side(height));
    // One bit a pixel, grey, and the only compression, filter and interlacing we use.
    header.extend([1, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &pixels);
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let mut sum = Crc::new();
    sum.update(&name);
    sum.update(data);
    file.extend(name);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}
