//! Tests of nodes as they are: limited, lagging, behind proxies, of other makes.
//!
//! Reading gets on.

use crate::{
    heavy::{US, amounts, at_receipts, genesis, settings, watch_list, watch_with},
    stand::{Act, Script, Stand, pack},
    synthetic::{Made, Synthetic, like_mainnet},
};
use serde_json::{Value, json};
use shop_chain::{ChainWatcher, NodeError, WatchError, WatchList, ethereum::Settings};
use shop_core::{
    time::{CoarseTime, UnixTime},
    view::Height,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::Instant;

/// Returns a chain of so many blocks after the first, each of which pays us one unit more.
fn chain_of(blocks: u128) -> Synthetic {
    let mut chain = Synthetic::new(1_000_000);
    for units in 1..=blocks {
        chain.push(&[Made::payment(US, units), Made::log0(2)]);
    }
    chain
}

fn http(status: &str, headers: &str, body: &str) -> Act {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
    Act::Raw(text.into_bytes())
}

/// Returns a node that does this at each question of which `is_bad` is so, counted from 1.
fn bad_when(
    is_bad: impl Fn(usize) -> bool + Send + Sync + 'static,
    act: impl Fn() -> Act + Send + Sync + 'static,
) -> Script {
    Arc::new(move |number, _, _| if is_bad(number) { act() } else { Act::Honest })
}

/// Reads the whole of a chain of twenty blocks from one node with this script.
async fn read_all(script: Script) -> Result<usize, String> {
    let chain = chain_of(20);
    let mut known = genesis(&chain);
    let watch = watch_with(&[&Stand::with(chain, script)], settings());
    let mut paid = Vec::new();
    for call in 1..=5 {
        let advance =
            watch.next_update(&known, &watch_list()).await.map_err(|error| error.to_string())?;
        paid.extend(amounts(&advance));
        known.extend(advance.blocks);
        if known.len() == 21 {
            assert_eq!(paid, (1..=20).collect::<Vec<_>>());
            return Ok(call);
        }
    }
    Err(format!("only {} blocks were read", known.len() - 1))
}

/// However a provider says that it was asked too much, its pause is waited out.
#[tokio::test]
async fn every_form_of_too_many_requests_is_waited_out() {
    let error = |id: &str, code: i64, message: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{code},"message":"{message}"}}}}"#)
    };
    let forms = [
        ("429 Too Many Requests", "Retry-After: 0\r\n", String::new()),
        ("429 Too Many Requests", "", "<html>slow down</html>".into()),
        ("503 Service Unavailable", "Retry-After: 1\r\n", String::new()),
        ("200 OK", "", error("null", 429, "compute units")),
        ("200 OK", "", error("null", -32_005, "daily request count exceeded")),
        ("200 OK", "", error("1", -32_000, "Too Many Requests")),
        ("400 Bad Request", "", error("null", -32_029, "rate limit reached")),
    ];
    for (status, headers, body) in forms {
        let form = format!("{status} {headers} {body}");
        let act = move || http(status, headers, &body);
        // 8 in 100, and the first three.
        let script = bad_when(|number| number <= 3 || number % 12 == 0, act);
        assert_eq!(read_all(script).await, Ok(1), "{form}");
    }
}

/// Twenty questions a second: more of them are refused, and do not count.
#[tokio::test]
async fn node_with_a_rate_limit_is_read_at_its_rate() {
    let window = Mutex::new((Instant::now(), 0));
    let script: Script = Arc::new(move |_, _, _| {
        let mut window = window.lock().expect("no panic before");
        if window.0.elapsed() > Duration::from_secs(1) {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        if window.1 > 20 { http("429 Too Many Requests", "", "") } else { Act::Honest }
    });
    assert_eq!(read_all(script).await, Ok(1));
}

/// A pause too long to sit out is the caller's, and it is told how long it is.
#[tokio::test]
async fn long_pause_a_node_asks_for_is_reported() {
    let script = bad_when(|_| true, || http("429 Too Many Requests", "Retry-After: 120\r\n", ""));
    let chain = chain_of(1);
    let known = genesis(&chain);
    let watch = watch_with(&[&Stand::with(chain, script)], settings());
    let error = watch.next_update(&known, &watch_list()).await.expect_err("asked to wait");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
}

/// Replicas behind one address lag, are ill, or are not there.
#[tokio::test]
async fn one_bad_answer_of_a_replica_stops_nothing() {
    let acts: [fn() -> Act; 5] = [
        || Act::Result("null".into()),
        || http("200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html><p>Just a moment"),
        || http("502 Bad Gateway", "", "bad gateway"),
        || Act::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"jsonrpc\"".to_vec()),
        || Act::Raw(Vec::new()),
    ];
    for (form, act) in acts.into_iter().enumerate() {
        // Not the first: what is asked before any block is asked of all.
        let script = bad_when(|number| number > 3 && number % 9 == 0, act);
        // A block asked for twice may meet it twice: then one more call reads on. How often that
        // happens depends on which question comes first.
        let calls = read_all(script).await;
        assert!(calls.is_ok(), "form {form}: {calls:?}");
    }
}

/// A block that fails does not take those before it along; the next call goes on there.
#[tokio::test]
async fn failing_step_keeps_what_is_proved_and_goes_on() {
    let chain = chain_of(20);
    let known = genesis(&chain);
    let ill = Arc::new(AtomicUsize::new(7));
    let is_ill = Arc::clone(&ill);
    let stand = Stand::with(
        chain,
        Arc::new(move |_, method, params| {
            let bad = json!(format!("{:#x}", is_ill.load(SeqCst)));
            if method == "eth_getBlockByNumber" && params[0] == bad {
                http("500 Internal Server Error", "", "")
            } else {
                Act::Honest
            }
        }),
    );
    let watch = watch_with(&[&stand], settings());
    let first = watch.next_update(&known, &watch_list()).await.expect("six blocks are proved");
    assert_eq!((first.blocks.len(), first.blocks_behind), (6, 14));
    assert!(
        watch.next_update(&first.blocks, &watch_list()).await.is_err(),
        "the seventh is not there"
    );
    ill.store(99, SeqCst);
    let mut known = first.blocks;
    let mut steps = Vec::new();
    while known.len() < 20 {
        let advance = watch.next_update(&known, &watch_list()).await.expect("it is well again");
        steps.push(advance.blocks.len());
        known.extend(advance.blocks);
    }
    assert_eq!(steps, [6, 8], "as large as what was read, then larger again");
}

/// The number of the tip comes from one replica, its block from another.
#[tokio::test]
async fn null_at_the_tip_means_the_block_before_it() {
    let chain = chain_of(3);
    let known = genesis(&chain);
    let one_more = || -> Script {
        Arc::new(|_, method, _| match method {
            "eth_blockNumber" => Act::Result("\"0x4\"".into()),
            _ => Act::Honest,
        })
    };
    let stand = || Stand::with(chain.clone(), one_more());
    for stands in [vec![stand()], vec![stand(), stand()], vec![stand(), stand(), stand()]] {
        let watch = watch_with(&stands.iter().collect::<Vec<_>>(), settings());
        let advance =
            watch.next_update(&known, &watch_list()).await.expect("three blocks are there");
        assert_eq!(amounts(&advance), [1, 2, 3]);
        let nothing = watch.next_update(&advance.blocks, &watch_list()).await.expect("nothing new");
        assert_eq!((nothing.blocks.len(), nothing.blocks_behind, nothing.nodes_behind), (0, 0, 0));
        let begin = watch.next_update(&[], &watch_list()).await.expect("the tip that is there");
        assert_eq!(begin.blocks[0].height, Height(3));
    }
}

/// A node that has not the block that would tell clears nothing up.
/// It says neither that the blocks read before stand, nor that they do not.
#[tokio::test]
async fn block_that_a_node_lacks_clears_up_no_doubt() {
    let chain = chain_of(5);
    let good = Stand::new(chain.clone());
    let known = watch_with(&[&good], settings())
        .next_update(&genesis(&chain), &watch_list())
        .await
        .expect("readable")
        .blocks;
    let lacks = |tip: &'static str| -> Script {
        Arc::new(move |_, method, _| match method {
            "eth_blockNumber" => Act::Result(format!("\"{tip}\"")),
            "eth_getBlockByNumber" => Act::Result("null".into()),
            _ => Act::Honest,
        })
    };
    for tip in ["0x3", "0x5", "0x6"] {
        let stand = Stand::with(chain.clone(), lacks(tip));
        let advance = watch_with(&[&stand], settings()).next_update(&known, &watch_list()).await;
        let advance = advance.expect("nothing happened");
        assert!(advance.branch_unknown && advance.contested_from.is_none(), "{tip}");
    }
    // One that has what was read, but not yet the block above, has said that it stands.
    let ahead: Script = Arc::new(|_, method, _| match method {
        "eth_blockNumber" => Act::Result("\"0x6\"".into()),
        _ => Act::Honest,
    });
    let watch = watch_with(&[&Stand::with(chain.clone(), ahead.clone())], settings());
    let advance = watch.next_update(&known, &watch_list()).await.expect("nothing happened");
    assert!(!advance.branch_unknown && advance.contested_from.is_none());
    // One that has another block there contests it, though it lacks the block above.
    let mut other = chain.fork(3);
    for _ in 3..=5 {
        other.push(&[]);
    }
    let watch = watch_with(&[&Stand::with(other, ahead)], settings());
    let advance = watch.next_update(&known, &watch_list()).await.expect("nothing is read");
    assert_eq!((advance.blocks.len(), advance.contested_from), (0, Some(Height(3))));
}

/// A node that fetches the chain again says 0.
/// It is alone, one of two, or one of three with a dead one.
#[tokio::test]
async fn low_tip_takes_nothing_back_and_keeps_the_position() {
    let chain = chain_of(5);
    let low = || {
        let script: Script = Arc::new(|_, method, _| match method {
            "eth_blockNumber" => Act::Result("\"0x0\"".into()),
            _ => Act::Honest,
        });
        Stand::with(chain.clone(), script)
    };
    let dead = || Stand::with(chain.clone(), Arc::new(|_, _, _| Act::Raw(Vec::new())));
    let good = || Stand::new(chain.clone());
    let known = watch_with(&[&good()], settings())
        .next_update(&genesis(&chain), &watch_list())
        .await
        .expect("readable")
        .blocks;
    for stands in [vec![low()], vec![low(), good()], vec![good(), low(), dead()]] {
        let watch = watch_with(&stands.iter().collect::<Vec<_>>(), settings());
        let advance = watch.next_update(&known, &watch_list()).await.expect("nothing happened");
        assert_eq!((advance.reorg_from, advance.blocks.len(), advance.blocks_behind), (None, 0, 0));
        assert_eq!((advance.nodes_behind, advance.contested_from), (5, None));
    }
}

/// One of three follows another branch, which is longer: the many decide.
#[tokio::test]
async fn longer_branch_of_one_node_takes_nothing_back() {
    let chain = chain_of(5);
    let mut other = chain.fork(3);
    for _ in 0..9 {
        other.push(&[]);
    }
    let one = Stand::new(chain.clone());
    let two = Stand::new(chain.clone());
    let alone = Stand::new(other);
    let known = watch_with(&[&one], settings())
        .next_update(&genesis(&chain), &watch_list())
        .await
        .expect("readable")
        .blocks;
    for stands in [[&one, &two, &alone], [&alone, &one, &two], [&one, &alone, &two]] {
        let watch = watch_with(&stands, settings());
        let advance = watch.next_update(&known, &watch_list()).await.expect("two agree");
        assert_eq!((advance.reorg_from, advance.contested_from), (None, None));
    }
    // Alone, it is the chain.
    let advance = watch_with(&[&alone], settings()).next_update(&known, &watch_list()).await;
    assert_eq!(advance.expect("readable").reorg_from, Some(Height(3)));
}

/// A first reading does not begin at the tip of a node that has only the chain's beginning.
#[tokio::test]
async fn first_reading_refuses_nodes_that_still_fetch_the_chain() {
    let chain = chain_of(5);
    let tip_hour = UnixTime(crate::synthetic::FIRST_TIME + 60).coarse().hours();
    let watch = watch_with(&[&Stand::new(chain)], settings());
    let at = |hour| WatchList { now: Some(CoarseTime::from_hours(hour)), ..watch_list() };
    let refused = watch.next_update(&[], &at(tip_hour + 25)).await;
    assert!(matches!(refused, Err(WatchError::NodesSyncing { hours: 25 })));
    let begun = watch.next_update(&[], &at(tip_hour + 24)).await.expect("a slow chain");
    assert_eq!(begun.blocks.len(), 1);
}

/// Some clients do not know a block's receipts.
/// They are hardhat, ganache, and one as the specification has it.
#[tokio::test]
async fn receipts_are_read_one_by_one_where_the_method_is_missing() {
    for code in [-32_601, -32_004, -32_700] {
        let refuse = move || {
            let error = json!({ "code": code, "message": "Method not found" });
            let body = json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
            http("200 OK", "", &body)
        };
        assert_eq!(read_all(at_receipts(refuse)).await, Ok(1), "{code}");
        let chain = chain_of(4);
        let watch = watch_with(&[&Stand::with(chain, at_receipts(refuse))], settings());
        let report = watch.probe().await.remove(0);
        assert_eq!(report.receipts, Some(shop_chain::ReceiptsMethod::OneByOne), "{report:?}");
    }
}

/// A chain that has changed is not a node that lies.
#[tokio::test]
async fn new_kinds_of_blocks_say_that_the_program_is_too_old() {
    let chain = chain_of(2);
    let known = genesis(&chain);
    let script: Script = Arc::new({
        let chain = chain.clone();
        move |_, method, params| {
            let mut block: Value = match method {
                "eth_getBlockByNumber" => {
                    serde_json::from_str(&chain.answer(method, params)).expect("JSON")
                }
                _ => return Act::Honest,
            };
            block["inclusionListRoot"] = block["hash"].clone();
            block["hash"] = json!(format!("0x{}", "5a".repeat(32)));
            Act::Result(block.to_string())
        }
    });
    let stand = || Stand::with(chain.clone(), Arc::clone(&script));
    for stands in [vec![stand()], vec![stand(), stand(), stand()]] {
        let watch = watch_with(&stands.iter().collect::<Vec<_>>(), settings());
        let error =
            watch.next_update(&known, &watch_list()).await.expect_err("it cannot be proved");
        assert!(error.is_too_old(), "{error}");
        assert!(error.to_string().contains("too old"), "{error}");
        let report = watch.probe().await.remove(0);
        assert!(matches!(report.trouble, Some(NodeError::TooNew(_))), "{report:?}");
    }
}

/// Old servers and proxies: no length, no keeping open, pieces, gzip in pieces.
#[tokio::test]
async fn every_way_to_send_a_body_is_understood() {
    let chain = chain_of(20);
    let answers = move |method: &str, params: &Value, id: usize| {
        let result = chain.answer(method, params);
        format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)
    };
    // The number of a question is its id as long as every question is answered.
    type Form = fn(&str) -> Vec<u8>;
    let forms: [Form; 4] = [
        |body| format!("HTTP/1.0 200 OK\r\n\r\n{body}").into_bytes(),
        |body| format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}").into_bytes(),
        |body| {
            let (one, two) = body.split_at(body.len() / 2);
            let a = one.len();
            let b = two.len();
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            format!("{head}{a:x}\r\n{one}\r\n{b:x}\r\n{two}\r\n0\r\n\r\n").into_bytes()
        },
        |body| {
            let head = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
            [&head[..], &pack(body.as_bytes())].concat()
        },
    ];
    for (number, form) in forms.into_iter().enumerate() {
        let answers = answers.clone();
        let script: Script =
            Arc::new(move |id, method, params| Act::Raw(form(&answers(method, params, id))));
        let one_stream = Settings { connections: 1, ..settings() };
        let chain = chain_of(20);
        let known = genesis(&chain);
        let watch = watch_with(&[&Stand::with(chain, script)], one_stream);
        let advance = watch.next_update(&known, &watch_list()).await;
        let advance = advance.unwrap_or_else(|error| panic!("form {number}: {error}"));
        assert_eq!(amounts(&advance).len(), 20, "form {number}");
    }
}

/// Streams outlive a call, and there are never more than the settings say.
#[tokio::test]
async fn streams_are_used_again_and_never_too_many() {
    let mut stand = Stand::new(chain_of(20));
    stand.delay = Duration::from_millis(2);
    let known = genesis(&stand.chain.lock().expect("no panic before"));
    let watch = watch_with(&[&stand], settings());
    let advance = watch.next_update(&known, &watch_list()).await.expect("readable");
    assert_eq!(advance.blocks.len(), 20);
    let opened = stand.open.load(SeqCst);
    watch.next_update(&advance.blocks, &watch_list()).await.expect("readable");
    assert_eq!(stand.open.load(SeqCst), opened, "none was closed and none opened");
    assert!(stand.most_open.load(SeqCst) <= settings().connections);
    assert!(stand.most_open.load(SeqCst) > 1, "side by side");
}

/// A dead node holds reading up no more than the grace that is given to a slow one.
/// It takes streams and says nothing, or cannot even be dialled in time.
#[tokio::test]
async fn dead_node_of_three_does_not_hold_up_reading() {
    let chain = chain_of(6);
    let silent = || Stand::with(chain.clone(), Arc::new(|_, _, _| Act::Hang));
    let unreachable = || Stand { delay: Duration::from_secs(3_600), ..Stand::new(chain.clone()) };
    let good = || Stand::new(chain.clone());
    let quick = Settings { race_after: Duration::from_millis(200), ..settings() };
    for dead in [silent(), unreachable()] {
        for place in 0..3 {
            let mut stands = vec![good(), good()];
            stands.insert(place, dead.clone());
            let watch = watch_with(&stands.iter().collect::<Vec<_>>(), quick);
            let began = Instant::now();
            let advance =
                watch.next_update(&genesis(&chain), &watch_list()).await.expect("two answer");
            assert_eq!(amounts(&advance), [1, 2, 3, 4, 5, 6]);
            assert!(began.elapsed() < quick.idle_time);
        }
    }
}

/// Counts which nodes are asked how much.
#[tokio::test]
async fn only_one_node_is_asked_for_whole_blocks() {
    let chain = chain_of(20);
    let counts: Arc<Mutex<HashMap<usize, usize>>> = Arc::default();
    let counting = |node: usize| -> Stand {
        let counts = Arc::clone(&counts);
        let script: Script = Arc::new(move |_, _, params| {
            if params[1] == true {
                *counts.lock().expect("no panic before").entry(node).or_default() += 1;
            }
            Act::Honest
        });
        Stand::with(chain.clone(), script)
    };
    let stands = [counting(0), counting(1), counting(2)];
    let watch = watch_with(&stands.iter().collect::<Vec<_>>(), settings());
    let advance = watch.next_update(&genesis(&chain), &watch_list()).await.expect("readable");
    assert_eq!(amounts(&advance).len(), 20);
    let counts = counts.lock().expect("no panic before");
    assert_eq!(counts.values().copied().collect::<Vec<_>>(), [20]);
}

/// Checks the cost of a block like those of the main chain, to the node read and the others.
#[tokio::test]
async fn block_like_mainnet_costs_nodes_no_more_than_promised() {
    let mut chain = Synthetic::new(45_000_000);
    chain.push(&like_mainnet(1, 332));
    let known = genesis(&chain);
    let stands = [0; 3].map(|_| Stand::new(chain.clone()));
    let watch = watch_with(&stands.iter().collect::<Vec<_>>(), settings());
    let advance = watch.next_update(&known, &watch_list()).await.expect("readable");
    assert_eq!((advance.blocks.len(), advance.logs_unread.len()), (1, 0));
    let mut sent = stands.map(|stand| stand.sent.load(SeqCst));
    sent.sort_unstable();
    assert!(sent[2] > 150_000 && sent[2] < 250_000, "{sent:?}");
    assert!(sent[0] < 15_000 && sent[1] < 15_000, "{sent:?}");
}
