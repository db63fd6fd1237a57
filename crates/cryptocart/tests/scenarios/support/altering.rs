//! A node whose answers are changed on their way to the shop.

use serde_json::Value;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// Change that is made to a block.
pub(crate) type Alter = fn(&mut Value);

/// From this height on blocks are changed like this.
type Altered = Option<(u64, Alter)>;

/// A port of this machine that speaks JSON-RPC, with the answers of another one.
pub(crate) struct Altering {
    port: u16,
    alter: Arc<Mutex<Altered>>,
}

impl Altering {
    /// A node with the answers of the one at this address.
    pub(crate) fn new(url: &str) -> Self {
        let target = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let alter: Arc<Mutex<Altered>> = Arc::default();
        let shared = Arc::clone(&alter);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let target = target.clone();
                let alter = Arc::clone(&shared);
                // The shop closes its streams when it likes.
                thread::spawn(move || drop(serve(&stream, &target, &alter)));
            }
        });
        Self { port, alter }
    }

    /// As it stands in the settings.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Changes blocks from this height on.
    pub(crate) fn alter(&self, from: u64, alter: Alter) {
        *self.alter.lock().expect("no holder panics") = Some((from, alter));
    }

    /// Changes nothing any more.
    pub(crate) fn be_honest(&self) {
        *self.alter.lock().expect("no holder panics") = None;
    }
}

fn serve(stream: &TcpStream, target: &str, alter: &Mutex<Altered>) -> io::Result<()> {
    let mut questions = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if questions.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(told) = line.strip_prefix("content-length:") {
                length = told.trim().parse().map_err(io::Error::other)?;
            } else if line.is_empty() {
                break;
            }
        }
        let mut question = vec![0; length];
        questions.read_exact(&mut question)?;
        let mut answer = asked(target, &question)?;
        let question: Value = serde_json::from_slice(&question)?;
        let altered = *alter.lock().expect("no holder panics");
        if let Some((from, alter)) = altered
            && question["method"] == "eth_getBlockByNumber"
            && number(&answer["result"]).is_some_and(|height| height >= from)
        {
            alter(&mut answer["result"]);
        }
        let body = answer.to_string();
        let mut stream = stream;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    }
}

fn number(block: &Value) -> Option<u64> {
    u64::from_str_radix(block["number"].as_str()?.strip_prefix("0x")?, 16).ok()
}

/// Asks the true node.
fn asked(target: &str, question: &[u8]) -> io::Result<Value> {
    let mut node = TcpStream::connect(target)?;
    write!(
        node,
        "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        question.len()
    )?;
    node.write_all(question)?;
    let mut answer = Vec::new();
    node.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = end.and_then(|end| answer.get(end + 4..)).unwrap_or_default();
    Ok(serde_json::from_slice(body)?)
}
