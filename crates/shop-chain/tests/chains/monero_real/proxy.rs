//! Node that passes questions on to a real one, and changes its answers.

use crate::{
    monero_node::{Script, read_question, reply},
    monerod,
};
use shop_chain::{
    BoxFuture,
    transport::{Dial, Node, Stream},
};
use std::{io, sync::Arc};
use tokio::io::DuplexStream;

/// A node before the one at a port.
#[derive(Clone)]
struct Proxy {
    port: u16,
    script: Script,
}

/// Returns a node that does this with the answers of the node at a port.
pub(crate) fn before(port: u16, script: Script) -> Node {
    let proxy = Proxy { port, script };
    Node { dial: Arc::new(proxy), host: format!("127.0.0.1:{port}"), path: "/".into() }
}

impl Proxy {
    async fn serve(&self, mut stream: DuplexStream) -> io::Result<()> {
        loop {
            let (path, question) = read_question(&mut stream).await?;
            let method = question["method"].as_str().unwrap_or(&path).to_owned();
            let asked = question.clone();
            let port = self.port;
            let told = tokio::task::spawn_blocking(move || monerod::told(port, &path, &asked));
            let honest = told.await.map_err(io::Error::other)?.map_err(io::Error::other)?;
            reply(&mut stream, (self.script)(&method, &question, &honest), &honest).await?;
        }
    }
}

impl Dial for Proxy {
    #[expect(clippy::disallowed_methods, reason = "a test's node needs no lifecycle")]
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let proxy = self.clone();
        Box::pin(async move {
            let (near, far) = tokio::io::duplex(1 << 16);
            // The watcher may go whenever it has heard enough.
            tokio::spawn(async move { drop(proxy.serve(far).await) });
            Ok(Box::new(near) as Box<dyn Stream>)
        })
    }
}
