//! The way to a node, which can be cut and opened again.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A port of this machine that leads to another one while it is open.
pub(crate) struct Proxy {
    port: u16,
    is_open: Arc<AtomicBool>,
    /// Both ends of what was let through.
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// Opens a way to this address.
    pub(crate) fn to(url: &str) -> Self {
        let target = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let is_open = Arc::new(AtomicBool::new(true));
        let streams: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let open = Arc::clone(&is_open);
        let through = Arc::clone(&streams);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if open.load(Ordering::SeqCst)
                    && let Ok(far) = TcpStream::connect(&target)
                {
                    drop(join(&stream, &far));
                    drop(join(&far, &stream));
                    through.lock().expect("no holder panics").extend([stream, far]);
                }
            }
        });
        Self { port, is_open, streams }
    }

    /// Returns the URL as it stands in the settings.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends connections at once, those that were made before too.
    pub(crate) fn cut(&self) {
        self.is_open.store(false, Ordering::SeqCst);
        for stream in self.streams.lock().expect("no holder panics").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Lets new connections lead on.
    pub(crate) fn mend(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }
}

/// Copies one way on a thread of its own.
pub(super) fn join(from: &TcpStream, to: &TcpStream) -> io::Result<()> {
    let mut from = from.try_clone()?;
    let mut to = to.try_clone()?;
    thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
    Ok(())
}
