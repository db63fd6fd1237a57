//! Messages between this process and a child that makes pictures.
//!
//! A message is a number and a few strings of bytes.

use std::io::{self, ErrorKind, Read, Write};

/// Largest string of bytes: a copy of a transparent picture may have 10 MB.
const LARGEST_PART: u32 = 16 * 1024 * 1024;
/// Most of them.
const MOST_PARTS: u8 = 4;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) number: u8,
    pub(super) parts: Vec<Vec<u8>>,
}

pub(super) fn write(out: &mut impl Write, frame: &Frame) -> io::Result<()> {
    let count = u8::try_from(frame.parts.len()).map_err(|_| ErrorKind::InvalidInput)?;
    out.write_all(&[frame.number, count])?;
    for part in &frame.parts {
        let length = u32::try_from(part.len()).map_err(|_| ErrorKind::InvalidInput)?;
        out.write_all(&length.to_le_bytes())?;
        out.write_all(part)?;
    }
    out.flush()
}

/// Reads the next message; none if the other side has ended.
pub(super) fn read(input: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut head = [0; 2];
    if input.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut head[1..])?;
    let [number, count] = head;
    if count > MOST_PARTS {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut parts = Vec::new();
    for _ in 0..count {
        let mut length = [0; 4];
        input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > LARGEST_PART {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut part = Vec::new();
        // Room comes with the bytes, not with what their number is said to be.
        if input.take(length.into()).read_to_end(&mut part)? != length as usize {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        parts.push(part);
    }
    Ok(Some(Frame { number, parts }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_is_read_back_unless_cut_or_too_large() {
        let frame = Frame { number: 7, parts: vec![b"one".to_vec(), Vec::new()] };
        let mut bytes = Vec::new();
        write(&mut bytes, &frame).unwrap();
        assert_eq!(read(&mut bytes.as_slice()).unwrap(), Some(frame));
        assert_eq!(read(&mut [].as_slice()).unwrap(), None);
        for end in 1..bytes.len() {
            assert!(read(&mut &bytes[..end]).is_err(), "{end}");
        }
        assert!(read(&mut [0, 5].as_slice()).is_err());
        assert!(read(&mut [0, 1, 0, 0, 0, 2].as_slice()).is_err());
    }
}
