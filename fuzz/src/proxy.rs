//! The line that a program in front of the shop writes before a stream.

use crate::proxy_line::{self as line, ProxySource};

/// Reads the PROXY line before a stream, and checks which bytes are left behind it.
pub fn proxy_line(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let mut left = bytes;
    let read = line::read(&mut left, line::PATIENCE);
    let Ok(source) = runtime.expect("a runtime").block_on(read) else { return };
    let taken = &bytes[..bytes.len() - left.len()];
    assert!(taken.starts_with(b"PROXY ") && taken.ends_with(b"\r\n"));
    assert!(taken.len() <= line::MAX_LINE);
    assert_eq!(taken.iter().filter(|byte| **byte == b'\n').count(), 1, "one line");
    if source == ProxySource::Unknown {
        assert!(source.circuit().is_none() && taken.starts_with(b"PROXY UNKNOWN"));
    }
}
