//! Node that says what a real one said, or anything else.

use serde_json::{Value, json};
use shop_chain::{
    BoxFuture,
    ethereum::{Ethereum, Node},
    transport::{Dial, Stream},
};
use shop_core::{
    money::AssetId,
    pay_to::PayTo,
    view::{BlockAt, BlockHash, Height},
};
use std::{
    io,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Answers of a real node about a chain of four blocks.
pub(crate) static RECORDED: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("recorded/four-blocks.json")).expect("JSON")
});

/// Returns the pay-to that is paid in the recording.
pub(crate) fn us() -> PayTo {
    recorded_pay_to("us")
}

/// Returns a pay-to of the recording.
pub(crate) fn recorded_pay_to(name: &str) -> PayTo {
    shop_chain::pay_to(AssetId::ETH, RECORDED[name].as_str().expect("text")).expect("an address")
}

/// Returns the id of a transaction of the recording.
pub(crate) fn txid(name: &str) -> &'static str {
    RECORDED["transactions"][name].as_str().expect("recorded")
}

/// Returns the recording's first block: what the shop had read before the node went bad.
pub(crate) fn first() -> BlockAt {
    let told = honest("eth_getBlockByNumber", &json!(["0x1", false]));
    let hash: alloy_primitives::B256 = serde_json::from_value(told["hash"].clone()).expect("hash");
    let time = shop_core::time::UnixTime(1_795_348_800).coarse();
    BlockAt { height: Height(1), hash: BlockHash(hash.0), time }
}

/// Returns the honest answer; `null` to what was not recorded.
pub(crate) fn honest(method: &str, params: &Value) -> Value {
    if method == "eth_getBlockReceipts" && params[0].as_str().is_some_and(|of| of.len() < 66) {
        // Recorded by hash.
        let block = honest("eth_getBlockByNumber", &json!([params[0], false]));
        return match &block["hash"] {
            Value::Null => Value::Null,
            hash => honest(method, &json!([hash])),
        };
    }
    RECORDED["answers"].get(format!("{method} {params}")).cloned().unwrap_or(Value::Null)
}

/// Reaction of a node to a question.
pub(crate) enum Act {
    /// Answers with this result.
    Say(Value),
    /// Answers with this result, and closes.
    SayAndClose(Value),
    /// Answers with this as the whole JSON-RPC answer.
    Whole(Vec<u8>),
    /// Sends these bytes instead of HTTP, and closes.
    Bytes(Vec<u8>),
    /// Sends a head, and then a body without end.
    Flood,
    /// Says nothing more, and keeps the stream open.
    Hang,
}

/// Function from a question to what the node does.
pub(crate) type Script = Arc<dyn Fn(&str, &Value) -> Act + Send + Sync>;

/// Returns a node that follows a script, over streams in memory.
pub(crate) fn node(script: Script) -> Node {
    Node { dial: Arc::new(Mock(script)), host: "mock".into(), path: "/".into() }
}

/// Returns a watcher of such nodes.
pub(crate) fn watch(scripts: Vec<Script>) -> Ethereum {
    patient_watch(scripts, shop_chain::ethereum::Settings::default().idle_time)
}

/// Returns a watcher of such nodes that waits this long for an answer.
pub(crate) fn patient_watch(scripts: Vec<Script>, idle_time: Duration) -> Ethereum {
    let mut settings = crate::anvil::settings();
    settings.idle_time = idle_time;
    settings.retry_pause = Duration::from_millis(1);
    Ethereum::new(scripts.into_iter().map(node).collect(), settings).expect("nodes")
}

/// Returns a node that only tells the recording.
pub(crate) fn honestly() -> Script {
    Arc::new(|method, params| Act::Say(honest(method, params)))
}

struct Mock(Script);

impl Dial for Mock {
    #[expect(clippy::disallowed_methods, reason = "a test's node needs no lifecycle")]
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let (near, far) = tokio::io::duplex(4096);
        let script = Arc::clone(&self.0);
        tokio::spawn(async move {
            // The watcher may go whenever it has heard enough.
            let _ = serve(far, script).await;
        });
        Box::pin(async { Ok(Box::new(near) as Box<dyn Stream>) })
    }
}

async fn serve(mut stream: DuplexStream, script: Script) -> io::Result<()> {
    loop {
        let question = read_question(&mut stream).await?;
        let params = &question["params"];
        let act = script(question["method"].as_str().unwrap_or_default(), params);
        let last = matches!(act, Act::SayAndClose(_));
        let answer = match act {
            Act::Say(result) | Act::SayAndClose(result) => {
                json!({ "jsonrpc": "2.0", "id": question["id"], "result": result })
                    .to_string()
                    .into_bytes()
            }
            Act::Whole(answer) => answer,
            Act::Bytes(bytes) => return stream.write_all(&bytes).await,
            Act::Flood => {
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                stream.write_all(head).await?;
                let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
                loop {
                    stream.write_all(chunk.as_bytes()).await?;
                }
            }
            Act::Hang => return std::future::pending().await,
        };
        let close = if last { "Connection: close\r\n" } else { "" };
        let length = answer.len();
        let head = format!("HTTP/1.1 200 OK\r\n{close}Content-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&answer).await?;
        if last {
            return Ok(());
        }
    }
}

async fn read_question(stream: &mut DuplexStream) -> io::Result<Value> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.expect("a length").parse().expect("a number")];
    stream.read_exact(&mut body).await?;
    Ok(serde_json::from_slice(&body)?)
}
