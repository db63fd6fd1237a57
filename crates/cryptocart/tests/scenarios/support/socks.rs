//! A SOCKS port like Tor's, which knows one place and remembers the names it was asked for.

use super::proxy::join;
use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// The port.
pub(crate) struct Socks {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// Names in one question.
#[derive(Clone)]
struct Asked {
    /// User name, by which Tor isolates; empty if there was none.
    user: String,
    host: String,
}

impl Socks {
    /// Leads every name to this port of the machine.
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let names = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if let Ok(asked) = lead(stream, target) {
                    names.lock().expect("no holder panics").push(asked);
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
        self.all().into_iter().map(|asked| asked.host).collect()
    }

    /// Returns each user name with the name that was asked for under it.
    pub(crate) fn isolations(&self) -> BTreeSet<(String, String)> {
        self.all().into_iter().map(|asked| (asked.user, asked.host)).collect()
    }

    fn all(&self) -> Vec<Asked> {
        self.asked.lock().expect("no holder panics").clone()
    }
}

/// Answers as RFC 1928 says, to a client that asks for a name; numbers are refused.
fn lead(mut near: TcpStream, target: u16) -> io::Result<Asked> {
    let mut methods = [0; 2];
    near.read_exact(&mut methods)?;
    let mut offered = vec![0; usize::from(methods[1])];
    near.read_exact(&mut offered)?;
    let mut user = String::new();
    if offered.contains(&2) {
        near.write_all(&[5, 2])?;
        near.read_exact(&mut [0])?;
        user = counted(&mut near)?;
        counted(&mut near)?;
        near.write_all(&[1, 0])?;
    } else {
        near.write_all(&[5, 0])?;
    }
    let mut head = [0; 4];
    near.read_exact(&mut head)?;
    if head != [5, 1, 0, 3] {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let host = counted(&mut near)?;
    near.read_exact(&mut [0; 2])?;
    near.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let far = TcpStream::connect(("127.0.0.1", target))?;
    join(&near, &far)?;
    join(&far, &near)?;
    Ok(Asked { user, host })
}

/// Reads a text with its length before it.
fn counted(near: &mut TcpStream) -> io::Result<String> {
    let mut length = [0];
    near.read_exact(&mut length)?;
    let mut text = vec![0; usize::from(length[0])];
    near.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData.into())
}
