//! The shop's preview, asked as a visitor asks.

use crate::{
    error::{CliError, IoContext},
    runtime::block_on,
};
use shop_net::outbound::{LoopbackDialer, Target};
use std::{
    io::{Read, Write},
    net::SocketAddr,
    os::unix::net::UnixStream,
    time::Duration,
};

/// Longest answer that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Time that one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Name of this connection in shop-net's list of them.
const PURPOSE: &str = "preview";

/// Sends a request, such as `GET /policy`, and returns all of the answer.
pub(super) fn ask(preview: SocketAddr, request: &str) -> Result<String, CliError> {
    let doing = || "asking the preview".to_owned();
    let host = preview.ip().to_string();
    let target = Target::on_loopback(PURPOSE, &host, preview.port(), false)
        .map_err(|error| CliError::misconfigured(error.to_string()))?;
    let dialer = LoopbackDialer::new(vec![target]);
    let (ours, theirs) = UnixStream::pair().io_context(doing)?;
    ours.set_read_timeout(Some(PATIENCE)).io_context(doing)?;
    let text = format!("{request} HTTP/1.1\r\nHost: {preview}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            (&ours).write_all(text.as_bytes())?;
            let read = (&ours).take(LONGEST).read_to_end(&mut answer);
            // The dialler copies until both ends are shut.
            drop(ours.shutdown(std::net::Shutdown::Both));
            read
        });
        block_on(async {
            let answered = dialer.answer(PURPOSE, theirs.into());
            drop(tokio::time::timeout(PATIENCE, answered).await);
            Ok(())
        })?;
        asked.join().map_or(Ok(0), |read| read.io_context(doing))
    })?;
    if answer.is_empty() {
        return Err(CliError::misconfigured("the preview does not answer"));
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
