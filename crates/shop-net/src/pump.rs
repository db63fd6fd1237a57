//! Copying between a role's end of a pair and a stream of the network.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, sink, split},
    net::UnixStream,
    time::timeout,
};

use crate::Stream;

/// Bytes that are read at once. Both ends are bounded by their sockets; this is all we add.
const CHUNK: usize = 16 << 10;

/// Longest time an answer may still take after our side has said all.
/// It is long enough for any answer, and an end to streams nobody reads.
const LAST_WORDS: Duration = Duration::from_secs(60);

/// Longest time a browser may go on sending after the answer is complete.
/// Closing at once would take the answer from one that still sends.
pub(crate) const LINGER: Duration = Duration::from_secs(2);

/// Joins a pair to the connection of a browser on this machine.
/// Calls `moved` whenever bytes came from either side.
///
/// It is done when the shop has finished its answer, whether the browser closes its own half or
/// not: `linger` later at most. A browser that has finished speaking still hears the answer.
pub(crate) async fn with_browser(
    near: UnixStream,
    far: impl Stream,
    linger: Duration,
    moved: impl Fn(),
) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = split(far);
    {
        let answer = telling(&mut near_in, &mut far_out, &moved);
        tokio::pin!(answer);
        tokio::select! {
            _ = &mut answer => {}
            _ = telling(&mut far_in, &mut near_out, &moved) => {
                answer.await;
            }
        }
    }
    let _ = timeout(linger, copy(&mut far_in, &mut sink())).await;
}

/// Joins a pair to a node on this machine.
/// Either side may finish speaking and go on listening.
pub(crate) async fn with_node(near: UnixStream, far: impl Stream) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = split(far);
    let question = one_way(&mut near_in, &mut far_out);
    let answer = one_way(&mut far_in, &mut near_out);
    tokio::pin!(question, answer);
    tokio::select! {
        () = &mut answer => drop(timeout(LAST_WORDS, question).await),
        () = &mut question => drop(timeout(LAST_WORDS, answer).await),
    }
}

/// Joins a pair to a stream a visitor opened through Tor.
///
/// A Tor stream cannot be closed by halves: its end ends both directions. So the stream is done
/// when the shop has finished its answer, and also when the visitor has gone. A shop that reads no more
/// of what is sent, as of a form that is too large, has still to answer.
pub(crate) async fn with_visitor(near: UnixStream, far: impl Stream) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = split(far);
    let answer = one_way(&mut near_in, &mut far_out);
    tokio::pin!(answer);
    tokio::select! {
        () = &mut answer => {}
        was_heard = telling(&mut far_in, &mut near_out, &|| {}) => {
            if !was_heard {
                let _ = timeout(LAST_WORDS, answer).await;
            }
        }
    }
}

/// Joins a pair to a stream the shop opened through Tor.
///
/// When the shop has finished speaking, the Tor stream is not told: that would end the answer too.
pub(crate) async fn with_target(near: UnixStream, far: impl Stream) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = split(far);
    let answer = one_way(&mut far_in, &mut near_out);
    tokio::pin!(answer);
    tokio::select! {
        () = &mut answer => return,
        _ = copy(&mut near_in, &mut far_out) => {}
    }
    let _ = timeout(LAST_WORDS, answer).await;
}

/// Copies as [`one_way`] does, and tells of every piece. Returns false if the other side took no
/// more.
async fn telling(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    moved: &impl Fn(),
) -> bool {
    let mut piece = vec![0; CHUNK];
    let mut takes_all = true;
    while let Ok(count) = from.read(&mut piece).await {
        moved();
        let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else { break };
        // A Tor stream sends what is flushed: an answer on a kept connection would wait in it.
        takes_all = to.write_all(read).await.is_ok() && to.flush().await.is_ok();
        if !takes_all {
            break;
        }
        moved();
    }
    let _ = to.shutdown().await;
    takes_all
}

/// Copies until the end, then passes the end on. Errors are ends too: what was read before one is
/// passed on first (tokio's `copy` would drop it).
async fn one_way(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) {
    telling(from, to, &|| {}).await;
}

#[cfg(test)]
mod tests {
    use tokio::{io::duplex, net::TcpListener};

    use super::*;
    use crate::pair;

    #[tokio::test]
    async fn a_side_that_has_finished_speaking_still_hears_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (ours, theirs) = pair::new().unwrap();
        let far = tokio::net::TcpStream::connect(at).await.unwrap();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = String::new();
            stream.read_to_string(&mut heard).await.unwrap();
            stream.write_all(format!("you said {heard}").as_bytes()).await.unwrap();
        };
        let client = async {
            let mut stream = pair::from_fd(theirs).unwrap();
            stream.write_all(b"all of it").await.unwrap();
            stream.shutdown().await.unwrap();
            let mut heard = String::new();
            stream.read_to_string(&mut heard).await.unwrap();
            heard
        };
        let ((), heard, ()) = tokio::join!(server, client, with_node(ours, far));
        assert_eq!(heard, "you said all of it");
    }

    /// The browser has closed its half and waits.
    #[tokio::test]
    async fn browser_that_has_finished_speaking_hears_the_answer() {
        let (ours, theirs) = pair::new().unwrap();
        let (far, mut browser) = duplex(64);
        let shop = async {
            let mut stream = pair::from_fd(theirs).unwrap();
            let mut asked = Vec::new();
            stream.read_to_end(&mut asked).await.unwrap();
            stream.write_all(&vec![b'x'; 300_000]).await.unwrap();
        };
        let browser = async {
            browser.write_all(b"GET").await.unwrap();
            browser.shutdown().await.unwrap();
            let mut heard = Vec::new();
            browser.read_to_end(&mut heard).await.unwrap();
            heard.len()
        };
        let pump = with_browser(ours, far, LINGER, || {});
        let ((), length, ()) = tokio::join!(shop, browser, pump);
        assert_eq!(length, 300_000);
    }

    /// The browser never closes its half: without an end of its own the pump would wait for ever.
    #[tokio::test]
    async fn half_open_browser_is_let_go_when_the_shop_has_finished() {
        let (ours, theirs) = pair::new().unwrap();
        let (far, browser) = duplex(64);
        drop(theirs);
        with_browser(ours, far, Duration::from_millis(10), || {}).await;
        drop(browser);
    }

    /// A Tor stream cannot be closed by halves: the pump must not pass the end on.
    #[tokio::test]
    async fn half_closed_dial_still_receives_the_answer_through_tor() {
        let (ours, theirs) = pair::new().unwrap();
        let (tor, mut target) = duplex(64);
        let client = async {
            let mut stream = pair::from_fd(theirs).unwrap();
            stream.write_all(b"question").await.unwrap();
            stream.shutdown().await.unwrap();
            let mut heard = String::new();
            stream.read_to_string(&mut heard).await.unwrap();
            heard
        };
        let server = async {
            let mut question = [0; 8];
            target.read_exact(&mut question).await.unwrap();
            target.write_all(b"answer").await.unwrap();
            // Had the pump passed the client's end on, this would not have arrived in a Tor stream.
            target.write_all(b" in two parts").await.unwrap();
            drop(target);
        };
        let (heard, (), ()) = tokio::join!(client, server, with_target(ours, tor));
        assert_eq!(heard, "answer in two parts");
    }

    #[tokio::test]
    async fn the_shops_last_byte_reaches_the_visitor_before_the_end() {
        let (ours, theirs) = pair::new().unwrap();
        let (tor, mut visitor) = duplex(64);
        let shop = async {
            let mut stream = pair::from_fd(theirs).unwrap();
            let mut asked = [0; 3];
            stream.read_exact(&mut asked).await.unwrap();
            stream.write_all(&vec![b'x'; 300_000]).await.unwrap();
        };
        let reads = async {
            visitor.write_all(b"GET").await.unwrap();
            let mut heard = Vec::new();
            visitor.read_to_end(&mut heard).await.unwrap();
            heard.len()
        };
        let ((), length, ()) = tokio::join!(shop, reads, with_visitor(ours, tor));
        assert_eq!(length, 300_000);
    }

    /// A stream of arti keeps bytes until it is flushed. The connection stays open for more requests.
    #[tokio::test]
    async fn answer_on_a_kept_connection_is_flushed_to_the_visitor() {
        let (ours, theirs) = pair::new().unwrap();
        let (tor, mut visitor) = duplex(64);
        let mut shop = pair::from_fd(theirs).unwrap();
        let asks = async {
            shop.write_all(b"answer").await.unwrap();
            let mut heard = [0; 6];
            let heard = timeout(LAST_WORDS, visitor.read_exact(&mut heard)).await;
            drop(visitor);
            heard.is_ok()
        };
        let (arrived, ()) = tokio::join!(asks, with_visitor(ours, tokio::io::BufStream::new(tor)));
        assert!(arrived);
    }

    /// As of a form that is too large: the answer says so.
    #[tokio::test]
    async fn answer_of_a_shop_that_reads_no_more_arrives_whole() {
        let (ours, theirs) = pair::new().unwrap();
        let (tor, visitor) = duplex(64);
        let shop = async {
            let mut stream = pair::from_fd(theirs).unwrap();
            let mut asked = [0; 4];
            stream.read_exact(&mut asked).await.unwrap();
            stream.write_all(&vec![b'x'; 300_000]).await.unwrap();
        };
        let (mut hears, mut says) = split(visitor);
        let visitor = async {
            let mut heard = Vec::new();
            // It goes on sending until nobody is there.
            let form = vec![b'y'; 2_000_000];
            let (_, answer) = tokio::join!(says.write_all(&form), hears.read_to_end(&mut heard));
            answer.unwrap();
            heard.len()
        };
        let ((), length, ()) = tokio::join!(shop, visitor, with_visitor(ours, tor));
        assert_eq!(length, 300_000);
    }
}
