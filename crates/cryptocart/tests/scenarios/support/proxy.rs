//! The way to a node, which can be cut and opened again.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A port of this machine that leads to another one while it is open.
pub(crate) struct Proxy {
    port: u16,
    is_open: Arc<AtomicBool>,
}

impl Proxy {
    /// A way to this address.
    pub(crate) fn to(url: &str) -> Self {
        let target = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let is_open = Arc::new(AtomicBool::new(true));
        let open = Arc::clone(&is_open);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if open.load(Ordering::SeqCst)
                    && let Ok(far) = TcpStream::connect(&target)
                {
                    drop(join(&stream, &far));
                    drop(join(&far, &stream));
                }
            }
        });
        Self { port, is_open }
    }

    /// As it stands in the settings.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// New connections end at once.
    pub(crate) fn cut(&self) {
        self.is_open.store(false, Ordering::SeqCst);
    }

    /// New connections lead on.
    pub(crate) fn mend(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }
}

/// Copies one way on a thread of its own.
fn join(from: &TcpStream, to: &TcpStream) -> io::Result<()> {
    let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
    thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
    Ok(())
}
