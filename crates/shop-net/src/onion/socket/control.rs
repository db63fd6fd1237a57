//! The control connection to one tor: authentication, and one command after it.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use data_encoding::{HEXLOWER_PERMISSIVE, HEXUPPER};
use hmac::{Hmac, Mac as _};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
    sync::mpsc,
    time::timeout,
};
use tor_llcrypto::d::Sha256;
use zeroize::Zeroizing;

/// Longest line of tor, in bytes. Its answers here have about 150.
const MAX_LINE: u64 = 1024;

/// Most lines of one answer.
const MAX_LINES: usize = 32;

/// Longest time for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a cookie and of a nonce.
const COOKIE: usize = 32;

/// Names of the two hashes, from tor's control protocol.
const SERVER: &[u8] = b"Tor safe cookie authentication server-to-controller hash";
const CONTROLLER: &[u8] = b"Tor safe cookie authentication controller-to-server hash";

/// Errors of a control connection, in words for the seller.
#[derive(Debug, thiserror::Error)]
pub(super) enum ControlError {
    #[error(
        "tor is not running, or has no control socket at {}; start it (systemctl start tor), and \
         check its settings (cryptocart onion torrc)",
        .0.display()
    )]
    NotThere(PathBuf),
    #[error(
        "tor's {} {} cannot be used: {}; the shop's user has to be in the group debian-tor, and \
         the shop to be started again after that",
        .0, .1.display(), .2
    )]
    NotAllowed(&'static str, PathBuf, io::Error),
    #[error(
        "tor's cookie {} cannot be read: {}; is CookieAuthentication 1 in its settings?",
        .0.display(), .1
    )]
    NoCookie(PathBuf, io::Error),
    #[error("tor does not offer {0}; compare its settings with: cryptocart onion torrc")]
    NotOffered(&'static str),
    #[error("tor does not accept the cookie {}; does it belong to this tor?", .0.display())]
    Refused(PathBuf),
    #[error("the program at {} does not answer as tor does", .0.display())]
    NotTor(PathBuf),
    #[error("tor has ended, or closed its control socket")]
    Ended,
}

/// An open control connection.
#[derive(Debug)]
pub(super) struct Control {
    stream: BufReader<UnixStream>,
}

impl Control {
    /// Connects and authenticates.
    pub(super) async fn open(path: &Path, cookie: Option<&Path>) -> Result<Self, ControlError> {
        let stream = UnixStream::connect(path).await.map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => {
                ControlError::NotAllowed("control socket", path.into(), error)
            }
            _ => ControlError::NotThere(path.into()),
        })?;
        let mut control = Self { stream: BufReader::new(stream) };
        let late = |_| ControlError::NotTor(path.into());
        let authenticated = async {
            match cookie {
                Some(cookie) => control.with_cookie(path, cookie).await,
                None => control.without(path).await,
            }
        };
        let authenticated = timeout(PATIENCE, authenticated).await;
        authenticated.map_err(late)??;
        Ok(control)
    }

    /// Closes the circuits whose numbers come, until tor ends.
    pub(super) async fn serve(mut self, numbers: &mut mpsc::Receiver<u32>) -> ControlError {
        loop {
            tokio::select! {
                // Nothing was asked: this is the end, or what nobody asked for.
                read = self.stream.fill_buf() => match read.map(<[u8]>::len) {
                    Ok(length) if length > 0 => self.stream.consume(length),
                    _ => return ControlError::Ended,
                },
                Some(number) = numbers.recv() => {
                    let command = format!("CLOSECIRCUIT {number}");
                    // A circuit that is gone already is as good as closed.
                    if !matches!(timeout(PATIENCE, self.ask(&command)).await, Ok(Ok(_))) {
                        return ControlError::Ended;
                    }
                }
            }
        }
    }

    async fn without(&mut self, path: &Path) -> Result<(), ControlError> {
        let answer =
            self.ask("AUTHENTICATE").await.map_err(|_| ControlError::NotTor(path.into()))?;
        if is_good(&answer) {
            Ok(())
        } else {
            Err(ControlError::NotOffered("access without a cookie"))
        }
    }

    /// Proves to know the cookie, and has tor prove the same.
    /// No other program that listens there learns it.
    async fn with_cookie(&mut self, path: &Path, cookie: &Path) -> Result<(), ControlError> {
        let secret = read_cookie(cookie)?;
        let not_tor = |_| ControlError::NotTor(path.into());
        let offered = self.ask("PROTOCOLINFO 1").await.map_err(not_tor)?;
        let is_offered = |line: &String| {
            let methods = line.strip_prefix("250-AUTH METHODS=");
            let methods = methods.and_then(|rest| rest.split(' ').next()).unwrap_or_default();
            methods.split(',').any(|method| method == "SAFECOOKIE")
        };
        if !offered.iter().any(is_offered) {
            return Err(ControlError::NotOffered("cookie authentication"));
        }
        let mut own = [0; COOKIE];
        random(&mut own).map_err(|()| ControlError::NotTor(path.into()))?;
        let challenge = format!("AUTHCHALLENGE SAFECOOKIE {}", HEXUPPER.encode(&own));
        let answer = self.ask(&challenge).await.map_err(not_tor)?;
        let (hash, theirs) =
            challenged(&answer).ok_or_else(|| ControlError::NotTor(path.into()))?;
        let nonces = [own, theirs].concat();
        if keyed(SERVER, &secret, &nonces).verify_slice(&hash).is_err() {
            return Err(ControlError::Refused(cookie.into()));
        }
        let proof = keyed(CONTROLLER, &secret, &nonces).finalize().into_bytes();
        let proof = format!("AUTHENTICATE {}", HEXUPPER.encode(&proof));
        let answer = self.ask(&proof).await.map_err(not_tor)?;
        if is_good(&answer) { Ok(()) } else { Err(ControlError::Refused(cookie.into())) }
    }

    /// Sends a command, and reads the lines of the answer.
    async fn ask(&mut self, command: &str) -> io::Result<Vec<String>> {
        self.stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let mut lines = Vec::new();
        while lines.len() < MAX_LINES {
            let line = self.line().await?;
            // The last line of an answer has a space behind its number.
            let is_last = line.as_bytes().get(3) == Some(&b' ');
            lines.push(line);
            if is_last {
                return Ok(lines);
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    /// Reads one line, without its end.
    async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        (&mut self.stream).take(MAX_LINE).read_until(b'\n', &mut line).await?;
        let line = line.strip_suffix(b"\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        String::from_utf8(line.to_vec()).map_err(|_| io::ErrorKind::InvalidData.into())
    }
}

/// Fills the bytes with randomness, by the provider that TLS uses.
fn random(bytes: &mut [u8]) -> Result<(), ()> {
    let provider = rustls::crypto::ring::default_provider();
    provider.secure_random.fill(bytes).map_err(drop)
}

fn is_good(answer: &[String]) -> bool {
    answer.last().is_some_and(|line| line.starts_with("250 "))
}

/// Returns the hash and the nonce of tor's answer to the challenge.
fn challenged(answer: &[String]) -> Option<([u8; COOKIE], [u8; COOKIE])> {
    let words = answer.last()?.strip_prefix("250 AUTHCHALLENGE SERVERHASH=")?;
    let (hash, nonce) = words.split_once(" SERVERNONCE=")?;
    let bytes = |text: &str| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok();
    Some((bytes(hash)?, bytes(nonce)?))
}

fn keyed(name: &[u8], cookie: &[u8; COOKIE], nonces: &[u8]) -> Hmac<Sha256> {
    let mut hash = Hmac::<Sha256>::new_from_slice(name).expect("a key of any length");
    hash.update(cookie);
    hash.update(nonces);
    hash
}

fn read_cookie(path: &Path) -> Result<Zeroizing<[u8; COOKIE]>, ControlError> {
    let bytes = std::fs::read(path).map(Zeroizing::new).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => ControlError::NotAllowed("cookie", path.into(), error),
        _ => ControlError::NoCookie(path.into(), error),
    })?;
    let cookie = <[u8; COOKIE]>::try_from(bytes.as_slice()).map(Zeroizing::new);
    cookie.map_err(|_| ControlError::NoCookie(path.into(), io::ErrorKind::InvalidData.into()))
}

#[cfg(test)]
mod tests;
