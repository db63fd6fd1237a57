//! Lines of a program that may never end one.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    time::sleep,
};

use super::handshake::TransportError;

/// Most bytes of a line, its end included.
const LONGEST: u64 = 4 << 10;

/// Pause after each piece that is read to be forgotten.
const PAUSE: Duration = Duration::from_millis(5);

/// Reader of lines.
pub(super) struct Lines<R>(BufReader<R>);

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(output: R) -> Self {
        Self(BufReader::new(output))
    }

    /// Returns the next line without its end; none when the program has closed its output.
    /// What is dropped in the middle loses a part of a line.
    pub(super) async fn next(&mut self) -> Result<Option<String>, TransportError> {
        let mut line = Vec::new();
        let read = (&mut self.0).take(LONGEST).read_until(b'\n', &mut line).await;
        if read.map_err(TransportError::Io)? == 0 {
            return Ok(None);
        }
        // One that was cut off by the program's end is no line.
        if line.pop() != Some(b'\n') {
            return if line.len() + 1 < LONGEST as usize {
                Ok(None)
            } else {
                Err(TransportError::TooMuch)
            };
        }
        String::from_utf8(line).map(Some).map_err(|_| TransportError::Malformed)
    }

    /// Reads on until the end, and keeps nothing.
    /// A program that never stops talking is read slowly: it would occupy this process.
    pub(super) async fn discard(&mut self) {
        // An output that breaks is one that has ended.
        while let Ok([_, ..]) = self.0.fill_buf().await {
            let read = self.0.buffer().len();
            self.0.consume(read);
            sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> (Vec<String>, Option<TransportError>) {
        let mut lines = Lines::new(bytes);
        let mut read = Vec::new();
        loop {
            match lines.next().await {
                Ok(Some(line)) => read.push(line),
                Ok(None) => return (read, None),
                Err(error) => return (read, Some(error)),
            }
        }
    }

    #[tokio::test]
    async fn lines_end_with_the_output_and_a_part_of_one_is_none() {
        let (lines, error) = read(b"VERSION 1\n\nCMETHODS DO").await;
        assert_eq!(lines, ["VERSION 1", ""]);
        assert!(error.is_none());
    }

    #[tokio::test]
    async fn line_without_an_end_is_read_up_to_a_limit() {
        let longest = vec![b'x'; LONGEST as usize - 1];
        let whole = [longest.as_slice(), b"\n"].concat();
        assert_eq!(read(&whole).await.0.len(), 1);
        let (lines, error) = read(&[longest.as_slice(), b"xx\n"].concat()).await;
        assert!(lines.is_empty() && matches!(error, Some(TransportError::TooMuch)));
        // Endless, without one end of a line.
        let mut endless = Lines::new(tokio::io::repeat(b'x'));
        assert!(matches!(endless.next().await, Err(TransportError::TooMuch)));
    }

    #[tokio::test]
    async fn bytes_that_are_no_text_are_malformed() {
        let (lines, error) = read(b"VERSION \xff\xfe\n").await;
        assert!(lines.is_empty() && matches!(error, Some(TransportError::Malformed)));
    }
}
