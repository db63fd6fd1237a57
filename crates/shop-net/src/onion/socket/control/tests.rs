use std::sync::Arc;

use tokio::net::UnixListener;

use super::*;

const SECRET: [u8; COOKIE] = [7; COOKIE];

/// A program that listens as tor does, in a folder of its own.
struct Fake {
    folder: tempfile::TempDir,
    listener: UnixListener,
}

impl Fake {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("control")).unwrap();
        std::fs::write(folder.path().join("cookie"), SECRET).unwrap();
        Self { folder, listener }
    }

    fn control(&self) -> PathBuf {
        self.folder.path().join("control")
    }

    fn cookie(&self) -> PathBuf {
        self.folder.path().join("cookie")
    }

    /// Answers the next client as tor does, with this cookie. Returns its stream.
    async fn authenticate(&self, secret: [u8; COOKIE]) -> BufReader<UnixStream> {
        let mut client = BufReader::new(self.listener.accept().await.unwrap().0);
        assert_eq!(heard(&mut client).await, "PROTOCOLINFO 1");
        let offer = "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE \
                     COOKIEFILE=\"/run/tor/control.authcookie\"\r\n250-VERSION \
                     Tor=\"0.4.9.11\"\r\n250 OK\r\n";
        client.write_all(offer.as_bytes()).await.unwrap();
        let challenge = heard(&mut client).await;
        let nonce = challenge.strip_prefix("AUTHCHALLENGE SAFECOOKIE ").unwrap();
        let nonce: [u8; COOKIE] = HEXUPPER.decode(nonce.as_bytes()).unwrap().try_into().unwrap();
        let nonces = [nonce, [9; COOKIE]].concat();
        let hash = keyed(SERVER, &secret, &nonces).finalize().into_bytes();
        let hash = HEXUPPER.encode(&hash);
        let own = HEXUPPER.encode(&[9; COOKIE]);
        let answer = format!("250 AUTHCHALLENGE SERVERHASH={hash} SERVERNONCE={own}\r\n");
        client.write_all(answer.as_bytes()).await.unwrap();
        let proof = keyed(CONTROLLER, &secret, &nonces).finalize().into_bytes();
        let said = heard(&mut client).await;
        let good = said == format!("AUTHENTICATE {}", HEXUPPER.encode(&proof));
        let answer = if good { "250 OK\r\n" } else { "515 Authentication failed\r\n" };
        let _ = client.write_all(answer.as_bytes()).await;
        client
    }
}

async fn heard(client: &mut BufReader<UnixStream>) -> String {
    let mut line = String::new();
    client.read_line(&mut line).await.unwrap();
    line.trim_end().to_owned()
}

#[tokio::test]
async fn circuits_are_closed_by_their_numbers_until_tor_ends() {
    let fake = Fake::new();
    let (sender, mut numbers) = mpsc::channel(4);
    let client = async {
        let control = Control::open(&fake.control(), Some(&fake.cookie())).await.unwrap();
        control.serve(&mut numbers).await
    };
    let tor = async {
        let mut client = fake.authenticate(SECRET).await;
        for (number, answer) in [(53, "250 OK\r\n"), (54, "552 Unknown circuit \"54\"\r\n")] {
            sender.send(number).await.unwrap();
            assert_eq!(heard(&mut client).await, format!("CLOSECIRCUIT {number}"));
            client.write_all(answer.as_bytes()).await.unwrap();
        }
    };
    let (ended, ()) = tokio::join!(client, tor);
    assert!(matches!(ended, ControlError::Ended));
}

/// Whoever listens in tor's place must not learn what opens the real one.
#[tokio::test]
async fn program_that_does_not_know_the_cookie_is_not_told_it() {
    let fake = Fake::new();
    let control = fake.control();
    let cookie = fake.cookie();
    let client = Control::open(&control, Some(&cookie));
    let impostor = async {
        let listener = Arc::new(&fake);
        let client = Box::pin(listener.authenticate([8; COOKIE]));
        // The client hangs up before it proves anything.
        let _ = tokio::time::timeout(Duration::from_secs(1), client).await;
    };
    let refused = tokio::select! {
        refused = client => refused.unwrap_err(),
        () = impostor => panic!("the client goes on"),
    };
    assert!(matches!(refused, ControlError::Refused(_)), "{refused}");
}

#[tokio::test]
async fn missing_tor_and_cookie_are_said_with_what_helps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control");
    let missing = Control::open(&path, None).await.unwrap_err().to_string();
    assert!(missing.contains("systemctl start tor"), "{missing}");
    let fake = Fake::new();
    for content in [None, Some(b"too short".as_slice())] {
        match content {
            None => std::fs::remove_file(fake.cookie()).unwrap(),
            Some(bytes) => std::fs::write(fake.cookie(), bytes).unwrap(),
        }
        let missing = Control::open(&fake.control(), Some(&fake.cookie())).await.unwrap_err();
        assert!(missing.to_string().contains("CookieAuthentication 1"), "{missing}");
    }
}

#[tokio::test]
async fn rubbish_and_silence_are_not_taken_for_tor() {
    for answer in ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "250 OK\r\n"] {
        let fake = Fake::new();
        let control = fake.control();
        let cookie = fake.cookie();
        let server = async {
            let mut stream = fake.listener.accept().await.unwrap().0;
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let (refused, ()) = tokio::join!(Control::open(&control, Some(&cookie)), server);
        assert!(refused.is_err(), "{answer:?}");
    }
    let fake = Fake::new();
    let server = async {
        let mut stream = fake.listener.accept().await.unwrap().0;
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    };
    let control = fake.control();
    let cookie = fake.cookie();
    let (refused, ()) = tokio::join!(Control::open(&control, Some(&cookie)), server);
    assert!(matches!(refused.unwrap_err(), ControlError::NotTor(_)));
}

#[tokio::test(start_paused = true)]
async fn program_that_says_nothing_is_given_up() {
    let fake = Fake::new();
    let refused = Control::open(&fake.control(), Some(&fake.cookie())).await.unwrap_err();
    assert!(matches!(refused, ControlError::NotTor(_)), "{refused}");
}
