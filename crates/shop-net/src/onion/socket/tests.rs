//! The backend with a tor that the test plays, whose control socket asks for nothing.

use std::{path::PathBuf, time::Duration};

use shop_core::entropy::Seeded;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixListener,
    time::timeout,
};

use super::*;
use crate::onion::{Front, OnionKey};

/// Longest time for one thing in a test.
const PATIENCE: Duration = Duration::from_secs(20);

struct Rig {
    folder: tempfile::TempDir,
    backend: Arc<SocketBackend>,
    arrivals: mpsc::Receiver<Arrival>,
    news: mpsc::Receiver<Status>,
    serving: tokio::task::JoinHandle<String>,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Starts a backend with this number of fronts. No tor runs yet.
fn rig(fronts: usize, limits: Limits) -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, index: usize| folder.path().join(format!("{name}{index}"));
    let front = |index| Front {
        socket: at("onion", index),
        control: Some(at("control", index)),
        cookie: None,
        socks: Some(at("socks", index)),
    };
    let address = OnionKey::generate(&Seeded::new(1)).address();
    let plan = SocketPlan { address, fronts: (0..fronts).map(front).collect() };
    let backend = Arc::new(SocketBackend::new(plan, limits));
    let (arrivals_in, arrivals) = mpsc::channel(64);
    let (news_in, news) = mpsc::channel(64);
    let own = Arc::clone(&backend);
    let serving = tokio::spawn(async move { own.serve(arrivals_in, news_in).await });
    Rig { folder, backend, arrivals, news, serving }
}

impl Rig {
    fn path(&self, name: &str, index: usize) -> PathBuf {
        self.folder.path().join(format!("{name}{index}"))
    }

    /// Starts a tor: accepts the control connection and lets it in.
    async fn tor(&self, index: usize) -> BufReader<UnixStream> {
        let path = self.path("control", index);
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(path).unwrap();
        let stream = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap().0;
        let mut stream = BufReader::new(stream);
        assert_eq!(line(&mut stream).await, "AUTHENTICATE");
        stream.write_all(b"250 OK\r\n").await.unwrap();
        stream
    }

    /// Opens a stream of a circuit.
    async fn stream(&self, index: usize, circuit: u32) -> UnixStream {
        let high = circuit >> 16;
        let low = circuit & 0xffff;
        let mut stream = self.connect(index).await;
        let line = format!("PROXY TCP6 fc00:dead:beef:4dad::{high:x}:{low:x} ::1 {low} 80\r\nhi");
        stream.write_all(line.as_bytes()).await.unwrap();
        stream
    }

    async fn connect(&self, index: usize) -> UnixStream {
        let began = std::time::Instant::now();
        loop {
            match UnixStream::connect(self.path("onion", index)).await {
                Ok(stream) => return stream,
                Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn arrival(&mut self) -> Arrival {
        timeout(PATIENCE, self.arrivals.recv()).await.unwrap().unwrap()
    }

    /// Opens a stream and returns both ends.
    async fn visit(&mut self, index: usize, circuit: u32) -> (UnixStream, Arrival) {
        let theirs = self.stream(index, circuit).await;
        let mut arrival = self.arrival().await;
        let mut said = [0; 2];
        arrival.stream.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"hi", "what is behind the line belongs to the stream");
        (theirs, arrival)
    }

    async fn said(&mut self) -> Status {
        timeout(PATIENCE, self.news.recv()).await.unwrap().unwrap()
    }

    async fn reason(&mut self) -> String {
        match self.said().await {
            Status::Waiting { reason } => reason,
            other => panic!("{other:?}"),
        }
    }
}

async fn line(stream: &mut BufReader<UnixStream>) -> String {
    let mut line = String::new();
    timeout(PATIENCE, stream.read_line(&mut line)).await.unwrap().unwrap();
    line.trim_end().to_owned()
}

/// Waits until the other side closes this stream.
async fn closed(mut stream: UnixStream) {
    let end = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
    // What was sent and not read makes the end a reset.
    let _ = end.expect("it ends");
}

#[tokio::test]
async fn streams_of_a_circuit_share_a_number_and_fronts_do_not() {
    let mut rig = rig(2, Limits::default());
    let (_a, one) = rig.visit(0, 53).await;
    let (_b, same) = rig.visit(0, 53).await;
    let (_c, other) = rig.visit(0, 54).await;
    let (_d, elsewhere) = rig.visit(1, 53).await;
    let numbers = [&one, &same, &other, &elsewhere].map(|arrival| arrival.pass.circuit());
    assert_eq!(numbers[0], numbers[1]);
    assert!(numbers[0] != numbers[2] && numbers[0] != numbers[3] && numbers[2] != numbers[3]);
}

#[tokio::test]
async fn stream_above_the_circuits_limit_has_tor_close_it() {
    let mut rig = rig(1, Limits { streams_per_circuit: 2, ..Limits::default() });
    let mut control = rig.tor(0).await;
    let (_bystander, other) = rig.visit(0, 1).await;
    let (_a, one) = rig.visit(0, 0x1_0002).await;
    let _b = rig.visit(0, 0x1_0002).await;
    closed(rig.stream(0, 0x1_0002).await).await;
    assert_eq!(line(&mut control).await, format!("CLOSECIRCUIT {}", 0x1_0002));
    timeout(PATIENCE, one.pass.ended()).await.unwrap();
    assert!(timeout(Duration::from_millis(50), other.pass.ended()).await.is_err());
}

#[tokio::test]
async fn circuit_that_the_shop_ends_is_closed() {
    let mut rig = rig(1, Limits::default());
    let mut control = rig.tor(0).await;
    let (_theirs, arrival) = rig.visit(0, 7).await;
    rig.backend.end_circuit(arrival.pass.circuit());
    assert_eq!(line(&mut control).await, "CLOSECIRCUIT 7");
    control.write_all(b"250 OK\r\n").await.unwrap();
    timeout(PATIENCE, arrival.pass.ended()).await.unwrap();
    let (_theirs, again) = rig.visit(0, 7).await;
    assert_ne!(again.pass.circuit(), arrival.pass.circuit());
}

#[tokio::test]
async fn circuits_above_the_rate_are_closed_unanswered() {
    let rig = rig(1, Limits { circuits_burst: 1, circuits_per_second: 1, ..Limits::default() });
    let mut control = rig.tor(0).await;
    let _first = rig.stream(0, 1).await;
    closed(rig.stream(0, 2).await).await;
    assert_eq!(line(&mut control).await, "CLOSECIRCUIT 2");
}

/// A new tor counts its circuits from the start: a number is somebody else's.
#[tokio::test]
async fn tor_that_starts_again_is_found_and_its_numbers_are_new() {
    let mut rig = rig(1, Limits::default());
    let missing = rig.reason().await;
    assert!(missing.contains("systemctl start tor"), "{missing}");
    let control = rig.tor(0).await;
    assert_eq!(rig.said().await, Status::Announcing);
    let (_theirs, before) = rig.visit(0, 7).await;
    assert_eq!(rig.said().await, Status::Reachable);
    drop(control);
    timeout(PATIENCE, before.pass.ended()).await.unwrap();
    let ended = rig.reason().await;
    assert!(ended.contains("tor has ended"), "{ended}");
    let _control = rig.tor(0).await;
    let (_theirs, after) = rig.visit(0, 7).await;
    assert_ne!(before.pass.circuit(), after.pass.circuit());
}

#[tokio::test]
async fn one_front_that_ends_leaves_the_shop_reachable() {
    let mut rig = rig(2, Limits::default());
    let control = rig.tor(0).await;
    let (_theirs, _arrival) = rig.visit(1, 1).await;
    while rig.said().await != Status::Reachable {}
    drop(control);
    let reason = rig.reason().await;
    assert!(reason.starts_with("front ") && reason.contains("onion0"), "{reason}");
    assert_eq!(rig.said().await, Status::Reachable);
}

#[tokio::test]
async fn stream_without_a_circuit_number_is_closed_with_the_remedy() {
    for sent in ["GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 192.0.2.7 127.0.0.1 1 80\r\n"] {
        let mut rig = rig(1, Limits::default());
        let _control = rig.tor(0).await;
        while rig.said().await != Status::Announcing {}
        let mut stream = rig.connect(0).await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        closed(stream).await;
        let reason = rig.reason().await;
        assert!(reason.contains("HiddenServiceExportCircuitID haproxy"), "{reason}");
        assert!(!reason.contains("192.0.2.7"), "{reason}");
    }
}

#[tokio::test]
async fn dials_go_through_the_first_tor_that_runs() {
    let rig = rig(2, Limits::default());
    let target = Target::through_tor("node", "x.example", 443, true).unwrap();
    let nowhere = rig.backend.dial(&target).await.map(drop).unwrap_err();
    assert_eq!(nowhere.kind(), io::ErrorKind::NotConnected);
    let socks = UnixListener::bind(rig.path("socks", 1)).unwrap();
    let tor = async {
        let (mut stream, _) = socks.accept().await.unwrap();
        stream.read_exact(&mut [0; 3]).await.unwrap();
        stream.write_all(&[5, 2]).await.unwrap();
        let mut name = [0; 8];
        stream.read_exact(&mut name).await.unwrap();
        assert_eq!(&name, b"\x01\x04node\x01x");
        stream.write_all(&[1, 0]).await.unwrap();
        let mut request = [0; 16];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(&request, b"\x05\x01\x00\x03\x09x.example\x01\xbb");
        stream.write_all(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00!").await.unwrap();
    };
    let dial = async { rig.backend.dial(&target).await.unwrap().read_u8().await.unwrap() };
    let both = async { tokio::join!(dial, tor).0 };
    assert_eq!(timeout(PATIENCE, both).await.unwrap(), b'!');
}

/// Nobody visits a new shop, and it has to know that somebody could.
#[tokio::test(start_paused = true)]
async fn shop_without_visitors_visits_its_own_address() {
    let rig = rig(1, Limits::default());
    let socks = UnixListener::bind(rig.path("socks", 0)).unwrap();
    let _control = rig.tor(0).await;
    let (mut stream, _) = socks.accept().await.unwrap();
    stream.read_exact(&mut [0; 3]).await.unwrap();
    stream.write_all(&[5, 2]).await.unwrap();
    let mut name = [0; 15];
    stream.read_exact(&mut name).await.unwrap();
    assert_eq!(&name, b"\x01\x0bown-address\x01x");
    stream.write_all(&[1, 0]).await.unwrap();
    let mut request = [0; 5 + 62 + 2];
    stream.read_exact(&mut request).await.unwrap();
    assert_eq!(&request[5..67], rig.backend.plan.address.as_str().as_bytes());
    assert_eq!(request[67..], [0, 80]);
}

#[tokio::test]
async fn socket_that_another_program_listens_on_ends_the_backend() {
    let first = rig(1, Limits::default());
    let _there = first.connect(0).await;
    let plan = first.backend.plan.clone();
    let (arrivals, _arrivals) = mpsc::channel(1);
    let (news, _news) = mpsc::channel(64);
    let second = SocketBackend::new(plan, Limits::default());
    let reason = timeout(PATIENCE, second.serve(arrivals, news)).await.unwrap();
    assert!(reason.contains("another program is listening"), "{reason}");
}
