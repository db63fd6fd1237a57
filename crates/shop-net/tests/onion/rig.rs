//! A network, a tor role, a shop side, a visitor and a target.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::torbed::{SocksClient, TorNet};
use shop_core::entropy::Seeded;
use shop_net::{
    link::{Link, Message, read_plan},
    onion::{
        self, ArtiPlan, BackendPlan, Front, OnionAddress, OnionKey, SocketPlan, TorPlan,
        limits::Limits,
    },
    outbound::Target,
    roles::{RoleHandle, introduce},
    shop_side::{ClientConnection, Event, ShopSide},
    status::Status,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpStream, UnixListener, UnixStream},
    process::Command,
    time::{Instant, sleep, timeout},
};

/// Page that the shop serves: more than one window of a Tor stream.
pub(crate) const PAGE: &[u8] = &[b'p'; 300_000];

/// Longest wait of a step for one thing. A C tor client alone may retry after 10 s, twice.
const PATIENCE: Duration = Duration::from_secs(120);

/// Longest time of one attempt to reach the shop: C tor's own retry of 10 s and a circuit.
const ATTEMPT: Duration = Duration::from_secs(20);

/// Longest time to read what is there already.
const PROMPT: Duration = Duration::from_millis(100);

/// Runs the role as the program does when started as `role tor`, but for the hardening.
/// Hardening would hide from the test what the role has open.
pub(crate) async fn role() {
    let plan = read_plan().unwrap();
    onion::run(Link::from_stdin().unwrap(), plan).await.unwrap();
}

/// The Tor implementation under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Arti in the role.
    Arti,
    /// Debian's tor next to it.
    Socket,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Arti => "arti",
            Self::Socket => "socket",
        }
    }
}

/// Name of Debian's tor in front of the shop.
const FRONT: &str = "front";

pub(crate) struct Rig {
    net: TorNet,
    front: Front,
    pub(crate) shop: ShopSide,
    pub(crate) target_address: OnionAddress,
    targets: UnixListener,
    visitor: SocksClient,
    to_shop: Link,
    role: Option<RoleHandle>,
    address: Option<OnionAddress>,
    plan: TorPlan,
    greetings: u32,
}

impl Rig {
    pub(crate) async fn start(dir: &Path, kind: Kind) -> Self {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let mut net =
            TorNet::start(&dir.join("net"), cache).await.unwrap_or_else(|e| panic!("{e}"));
        let visitor = net.client("visitor").unwrap();
        let socket = dir.join("target");
        let targets = UnixListener::bind(&socket).unwrap();
        let key = OnionKey::generate(&Seeded::new(2));
        let target_address = net.service("target", &key, &socket).await.unwrap();
        let far = |purpose| Target::through_tor(purpose, target_address.as_str(), 80, false);
        let allowed = vec![far("one").unwrap(), far("two").unwrap()];
        let front = Front {
            socket: dir.join("onion.sock"),
            control: Some(dir.join("net").join(FRONT).join("control")),
            cookie: Some(dir.join("net").join(FRONT).join("cookie")),
            socks: Some(dir.join("net").join(FRONT).join("socks")),
        };
        let backend = match kind {
            Kind::Arti => BackendPlan::Arti(ArtiPlan {
                state_dir: dir.join("state"),
                cache_dir: dir.join("cache"),
                key: shops_key(),
                memory_bytes: onion::default_memory(),
                bridges: Vec::new(),
                transports: Vec::new(),
                client_only: false,
                test_network: Some(net.network()),
            }),
            Kind::Socket => {
                net.front(FRONT, &shops_key(), &front).await.unwrap();
                let fronts = vec![front.clone()];
                BackendPlan::Socket(SocketPlan { address: shops_key().address(), fronts })
            }
        };
        let plan = TorPlan { targets: allowed.clone(), limits: Limits::default(), backend };
        let (to_shop, theirs) = Link::pair().unwrap();
        let shop = ShopSide::start(Link::from_fd(theirs).unwrap(), allowed);
        let mut rig = Self {
            net,
            front,
            shop,
            target_address,
            targets,
            visitor,
            to_shop,
            role: None,
            address: None,
            plan,
            greetings: 0,
        };
        rig.start_role().await;
        rig
    }

    pub(crate) async fn start_role(&mut self) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("role");
        let role = RoleHandle::spawn(command).unwrap();
        let plan = serde_json::to_value(&self.plan).unwrap();
        role.link().send(&Message::Plan(plan), None).await.unwrap();
        introduce(&self.to_shop, &role.link()).await.unwrap();
        self.address = None;
        self.role = Some(role);
    }

    pub(crate) async fn kill_role(&mut self) {
        let mut role = self.role.take().unwrap();
        let id = nix::unistd::Pid::from_raw(i32::try_from(role.id().unwrap()).unwrap());
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGKILL).unwrap();
        assert!(!role.exited().await.unwrap().success());
    }

    pub(crate) async fn stops_when_told(mut self) {
        let status = self.role.take().unwrap().stop(PATIENCE).await.unwrap();
        assert!(status.success(), "{status}");
    }

    pub(crate) fn role_id(&self) -> u32 {
        self.role.as_ref().unwrap().id().unwrap()
    }

    pub(crate) const fn kind(&self) -> Kind {
        match self.plan.backend {
            BackendPlan::Arti(_) => Kind::Arti,
            BackendPlan::Socket(_) => Kind::Socket,
        }
    }

    /// The folder of arti's files.
    pub(crate) fn state_dir(&self) -> PathBuf {
        match &self.plan.backend {
            BackendPlan::Arti(plan) => plan.state_dir.clone(),
            BackendPlan::Socket(_) => panic!("arti alone has one"),
        }
    }

    pub(crate) fn kill_front(&mut self) {
        self.net.kill(FRONT);
    }

    pub(crate) async fn start_front(&mut self) {
        self.net.front(FRONT, &shops_key(), &self.front).await.unwrap();
    }

    /// Reads what the role says until it says that.
    pub(crate) async fn role_says(&mut self, wanted: impl Fn(&Message) -> bool) -> Message {
        let link = self.role.as_ref().unwrap().link();
        let said = async {
            loop {
                let (message, _) = link.recv().await.unwrap();
                if wanted(&message) {
                    return message;
                }
            }
        };
        timeout(PATIENCE, said).await.expect("the role says it")
    }

    /// Returns what the role has said and nobody has asked for.
    async fn last_words(&self) -> Vec<Status> {
        let link = self.role.as_ref().unwrap().link();
        let mut words = Vec::new();
        while let Ok(Ok((Message::Status(status), _))) = timeout(PROMPT, link.recv()).await {
            words.push(status);
        }
        words
    }

    /// The address the role told, once a run.
    pub(crate) async fn address_told(&mut self) -> OnionAddress {
        if self.address.is_none() {
            let is_address =
                |message: &Message| matches!(message, Message::Status(Status::Address { .. }));
            let Message::Status(Status::Address { onion }) = self.role_says(is_address).await
            else {
                unreachable!("it was asked for")
            };
            self.address = Some(onion);
        }
        self.address.clone().unwrap()
    }

    pub(crate) async fn connect(&self, port: u16, isolation: &str) -> io::Result<TcpStream> {
        self.visitor.connect(self.plan.address().as_str(), port, isolation).await
    }

    /// Connects to the shop, which is reachable; both ends of the stream.
    pub(crate) async fn visit(&mut self, isolation: &str) -> (TcpStream, ClientConnection) {
        match timeout(PATIENCE, self.try_visit(isolation)).await {
            Ok(Ok(both)) => both,
            Ok(Err(error)) => panic!("{error}; the role said {:?}", self.last_words().await),
            Err(_) => panic!("the visitor hangs; the role said {:?}", self.last_words().await),
        }
    }

    /// Connects to the shop, if it can be reached.
    pub(crate) async fn try_visit(
        &mut self,
        isolation: &str,
    ) -> io::Result<(TcpStream, ClientConnection)> {
        let mut stream = self.connect(80, isolation).await?;
        self.greetings += 1;
        let greeting = self.greetings;
        stream.write_u32(greeting).await?;
        tokio::select! {
            visit = self.greeted(greeting) => Ok((stream, visit)),
            // Came before the shop and the role had met, and was sent off.
            sent_off = stream.read_u8() => Err(sent_off.map(drop).unwrap_err()),
        }
    }

    /// Connects again until the shop is reached, each time as somebody new.
    /// A C tor that has met a service in the moment of its end waits for it for two minutes.
    async fn reach(&mut self) -> (TcpStream, ClientConnection) {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            self.greetings += 1;
            let isolation = format!("newcomer {}", self.greetings);
            match timeout(ATTEMPT, self.try_visit(&isolation)).await {
                Ok(Ok(both)) => return both,
                // The visitor's tor has no consensus yet, or no descriptor: it answers at once.
                Ok(Err(_)) => sleep(Duration::from_millis(200)).await,
                Err(_) => {}
            }
        }
        panic!("the shop is not reached; the role said {:?}", self.last_words().await)
    }

    /// The visit that says this. What a visitor's tor tried again by itself is sent off.
    async fn greeted(&mut self, greeting: u32) -> ClientConnection {
        let found = async {
            loop {
                let Event::Visit(mut visit) = self.shop.next().await else { panic!("a visit") };
                if visit.stream.read_u32().await.is_ok_and(|said| said == greeting) {
                    return visit;
                }
            }
        };
        timeout(PATIENCE, found).await.expect("the visit comes")
    }

    /// A page, fetched as a browser would.
    pub(crate) async fn page(&mut self) -> Vec<u8> {
        let (mut stream, visit) = self.reach().await;
        let shop = async {
            let mut stream = BufReader::new(visit.stream);
            let mut line = String::new();
            while stream.read_line(&mut line).await.unwrap() > 2 {}
            assert!(line.starts_with("GET / HTTP/1.1\r\n"));
            stream.write_all(PAGE).await.unwrap();
        };
        let browser = async {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n").await.unwrap();
            let mut page = Vec::new();
            stream.read_to_end(&mut page).await.unwrap();
            page
        };
        timeout(PATIENCE, async { tokio::join!(shop, browser).1 }).await.expect("the page arrives")
    }

    /// Dials a purpose, and tells the circuit the target saw it come on.
    pub(crate) async fn dialled_circuit(&mut self, purpose: &str) -> String {
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "the target is not reached");
            let mut ours = self.shop.dialer().dial(purpose).await.unwrap();
            tokio::select! {
                accepted = self.targets.accept() => {
                    let mut far = BufReader::new(accepted.unwrap().0);
                    let mut line = String::new();
                    far.read_line(&mut line).await.unwrap();
                    // A tor that waits too long for its first circuit begins again on another.
                    if answer(&mut far, &mut ours).await.is_err() {
                        continue;
                    }
                    return line.split(' ').nth(2).unwrap().to_owned();
                }
                // Not reachable yet: the role just closes.
                closed = ours.read_u8() => assert!(closed.is_err()),
            }
        }
    }
}

/// The key of the shop's address.
pub(crate) fn shops_key() -> OnionKey {
    OnionKey::generate(&Seeded::new(1))
}

/// Both directions of a dialled stream work.
async fn answer(far: &mut BufReader<UnixStream>, ours: &mut shop_net::BoxStream) -> io::Result<()> {
    ours.write_all(b"?").await?;
    assert_eq!(far.read_u8().await?, b'?');
    far.write_all(b"!").await?;
    assert_eq!(ours.read_u8().await?, b'!');
    Ok(())
}

/// The other side ends this stream.
pub(crate) async fn ends(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    let _ = end.expect("the stream ends");
    assert!(rest.is_empty());
}

/// Asks again until there is an answer.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { dirs.push(path) } else { files.push(path) }
        }
    }
    assert!(!files.is_empty());
    files
}

/// Checks that none of the process's sockets is a listening one.
pub(crate) fn holds_nothing_open_for_others(process: u32) {
    let mut listening = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let Ok(text) = std::fs::read_to_string(format!("/proc/{process}/net/{table}")) else {
            continue;
        };
        for line in text.lines().skip(1) {
            let columns: Vec<_> = line.split_whitespace().collect();
            // 0A is LISTEN; a UDP socket of any state is one too many.
            if table.starts_with("udp") || columns[3] == "0A" {
                listening.push(format!("socket:[{}]", columns[9]));
            }
        }
    }
    for entry in std::fs::read_dir(format!("/proc/{process}/fd")).unwrap() {
        let Ok(open) = std::fs::read_link(entry.unwrap().path()) else { continue };
        assert!(!listening.contains(&open.to_string_lossy().into_owned()), "{}", open.display());
    }
}

/// Returns the backends that a test runner wants run: all, or the one it names.
/// It gets a list, and none to run, where it only asks which there are.
pub(crate) fn chosen(kinds: [Kind; 2]) -> Vec<Kind> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    if has("--list") {
        for kind in kinds.into_iter().filter(|_| !has("--ignored")) {
            println!("{}: test", kind.name());
        }
        return Vec::new();
    }
    let named: Vec<Kind> = kinds.into_iter().filter(|kind| has(kind.name())).collect();
    if named.is_empty() { kinds.to_vec() } else { named }
}
