//! A SOCKS port like Tor's, which knows one place and remembers the names it was asked for.

use super::proxy::join;
use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// The port.
pub(crate) struct Socks {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    /// Leads every name to this port of the machine.
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let names = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if let Ok(name) = lead(stream, target) {
                    names.lock().expect("no holder panics").push(name);
                }
            }
        });
        Self { port, asked }
    }

    /// Returns the address of the port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns the names that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no holder panics").clone()
    }
}

/// Answers as RFC 1928 says, to a client that asks for a name; numbers are refused.
fn lead(mut near: TcpStream, target: u16) -> io::Result<String> {
    let mut methods = [0; 2];
    near.read_exact(&mut methods)?;
    let mut rest = vec![0; usize::from(methods[1])];
    near.read_exact(&mut rest)?;
    near.write_all(&[5, 0])?;
    let mut head = [0; 5];
    near.read_exact(&mut head)?;
    if head[..4] != [5, 1, 0, 3] {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut name = vec![0; usize::from(head[4]) + 2];
    near.read_exact(&mut name)?;
    near.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let far = TcpStream::connect(("127.0.0.1", target))?;
    join(&near, &far)?;
    join(&far, &near)?;
    name.truncate(usize::from(head[4]));
    String::from_utf8(name).map_err(|_| io::ErrorKind::InvalidData.into())
}
