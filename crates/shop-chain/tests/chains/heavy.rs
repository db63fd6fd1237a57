//! Tests of large and slow blocks and answers: reading gets on, or says why not.

use crate::{
    stand::{Act, Script, Stand, pack},
    synthetic::{Made, Synthetic},
};
use shop_chain::{
    ChainWatcher, LookUp, WatchError, WatchList,
    ethereum::{Ethereum, Settings},
};
use shop_core::{
    money::AssetId,
    pay_to::PayTo,
    view::{BlockAt, BlockHash, ChainUpdate, Height},
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

pub(crate) const US: &str = "0x5403000000000000000000000000000000000001";
/// Gas for an empty log, of which the heaviest blocks are made.
const LOG_GAS: usize = 375;

fn us() -> PayTo {
    shop_chain::pay_to(AssetId::ETH, US).expect("an address")
}

pub(crate) fn watch_list() -> WatchList {
    WatchList { watched: [us()].into(), ..WatchList::default() }
}

pub(crate) fn settings() -> Settings {
    Settings {
        chain_id: crate::synthetic::CHAIN_ID,
        retry_pause: Duration::from_millis(1),
        ..Settings::default()
    }
}

pub(crate) fn watch_with(stands: &[&Stand], settings: Settings) -> Ethereum {
    let nodes = stands.iter().map(|stand| stand.node()).collect();
    Ethereum::new(nodes, settings).expect("nodes")
}

/// Returns the first block, as the shop has read it.
pub(crate) fn genesis(chain: &Synthetic) -> Vec<BlockAt> {
    let time = shop_core::time::UnixTime(crate::synthetic::FIRST_TIME).coarse();
    vec![BlockAt { height: Height(0), hash: BlockHash(chain.blocks[0].hash.0), time }]
}

/// Returns blocks with two transactions that log nothing, as often as this, and payments.
fn chain_of(logs: usize, gas_limit: u64) -> Synthetic {
    let mut chain = Synthetic::new(gas_limit);
    let half = Made::log0(logs);
    chain.push(&[half.clone(), half.clone(), Made::payment(US, 7)]);
    chain.push(&[half.clone(), Made::sent_on(US, 8), half]);
    chain.push(&[Made::payment(US, 9)]);
    chain
}

/// Returns a chain on which it is the node that is heavy.
fn light_chain() -> Synthetic {
    chain_of(3, 1_000_000)
}

pub(crate) fn amounts(advance: &ChainUpdate) -> Vec<u128> {
    advance.mined.iter().map(|transfer| transfer.amount.units()).collect()
}

/// Returns a node that does this when it is asked for the receipts of a block.
pub(crate) fn at_receipts(act: impl Fn() -> Act + Send + Sync + 'static) -> Script {
    Arc::new(move |_, method, _| if method == "eth_getBlockReceipts" { act() } else { Act::Honest })
}

/// Reads until a block goes through without its logs: that is the second try.
async fn read_twice(watch: &Ethereum, known: &[BlockAt]) -> (WatchError, ChainUpdate) {
    let first = watch.next_update(known, &watch_list()).await.expect_err("not the first time");
    (first, watch.next_update(known, &watch_list()).await.expect("without its logs"))
}

#[tokio::test]
async fn two_full_log0_blocks_are_read_whole() {
    let chain = chain_of(9_000_000 / LOG_GAS, 30_000_000);
    assert!(chain.blocks[1].receipts.len() > 16_000_000, "as large as the case");
    let known = genesis(&chain);
    let watch = watch_with(&[&Stand::new(chain.clone())], settings());
    let advance = watch.next_update(&known, &watch_list()).await.expect("readable");
    assert_eq!((advance.blocks.len(), amounts(&advance)), (3, vec![7, 8, 9]));
    assert_eq!(advance.logs_unread, []);
    let txid = chain.blocks[1].transactions[2].to_string();
    let found = watch.look_up(&txid, &watch_list()).await.expect("readable");
    assert!(matches!(found, LookUp::Found(_)));
}

/// 4 MB that take longer than a node may be silent, but never stop coming.
#[tokio::test]
async fn slow_line_that_goes_on_is_waited_for() {
    let mut chain = Synthetic::new(30_000_000);
    chain.push(&[Made::log0(4_300_000 / LOG_GAS), Made::payment(US, 7)]);
    let mut stand = Stand::new(chain.clone());
    // Packed a hundredfold, so slower by as much.
    stand.rate = pack(chain.blocks[1].receipts.as_bytes()).len() as u64;
    let quick = Settings { idle_time: Duration::from_millis(600), floor: 1_000, ..settings() };
    let advance = watch_with(&[&stand], quick).next_update(&genesis(&chain), &watch_list()).await;
    assert_eq!(amounts(&advance.expect("readable")), [7]);
}

#[tokio::test]
async fn gzip_bomb_is_stopped_and_the_block_goes_through_without_logs() {
    let chain = light_chain();
    let bomb = pack(&vec![b'0'; 64 << 20]);
    assert!(bomb.len() < 70 << 10, "a thousandfold");
    let text = pack(br#"{"jsonrpc":"2.0","id":1,"result":[{"logs":[{"data":"0x"#);
    // Two members of one gzip stream.
    let body = [text, bomb].concat();
    let stand = Stand::with(chain.clone(), at_receipts(move || Act::Packed(body.clone())));
    let watch = watch_with(&[&stand], settings());
    let (error, advance) = read_twice(&watch, &genesis(&chain)).await;
    assert_eq!(error.to_string(), "node 1: sent an answer that is too large");
    assert_eq!((amounts(&advance), &*advance.logs_unread), (vec![7], &[Height(1)][..]));
    assert!(advance.blocks_behind > 0);
}

#[tokio::test]
async fn endless_answer_is_stopped_and_the_block_read_without_logs() {
    let chain = light_chain();
    let log = format!(r#"{{"address":"{US}","topics":[],"data":"0x"}},"#);
    let piece = log.repeat(1_000).into_bytes();
    let endless = move || Act::Endless(piece.clone(), Duration::ZERO);
    let stand = Stand::with(chain.clone(), at_receipts(endless));
    let watch = watch_with(&[&stand], settings());
    let (error, advance) = read_twice(&watch, &genesis(&chain)).await;
    assert_eq!(error.to_string(), "node 1: sent an answer that is too large");
    assert_eq!((amounts(&advance), &*advance.logs_unread), (vec![7], &[Height(1)][..]));
}

#[tokio::test]
async fn trickler_is_given_up_and_the_block_goes_through_without_logs() {
    let chain = light_chain();
    let trickle = || Act::Endless(b" ".to_vec(), Duration::from_millis(20));
    let stand = Stand::with(chain.clone(), at_receipts(trickle));
    let quick = Settings { idle_time: Duration::from_millis(400), ..settings() };
    let watch = watch_with(&[&stand], quick);
    let began = Instant::now();
    let (error, advance) = read_twice(&watch, &genesis(&chain)).await;
    assert_eq!(error.to_string(), "node 1: did not answer in time");
    assert_eq!((amounts(&advance), &*advance.logs_unread), (vec![7], &[Height(1)][..]));
    assert!(began.elapsed() < quick.block_time, "it was not the end of the block's time");
}

/// An endless answer that comes quickly enough takes a minute of the reader's time at most.
#[tokio::test]
async fn one_node_holds_a_block_up_for_a_limited_time() {
    let chain = light_chain();
    let slow = || Act::Endless(vec![b' '; 1024], Duration::from_millis(10));
    let stand = Stand::with(chain.clone(), at_receipts(slow));
    let quick = Settings { block_time: Duration::from_millis(700), ..settings() };
    let watch = watch_with(&[&stand], quick);
    let (error, advance) = read_twice(&watch, &genesis(&chain)).await;
    assert_eq!(error.to_string(), "node 1: did not answer in time");
    assert_eq!(advance.logs_unread, [Height(1)]);
}

#[tokio::test]
async fn slow_block_is_raced_by_another_node() {
    let chain = light_chain();
    let slow = Stand::with(chain.clone(), at_receipts(|| Act::Hang));
    let good = Stand::new(chain.clone());
    let other = Stand::new(chain.clone());
    let quick = Settings { race_after: Duration::from_millis(100), ..settings() };
    for place in 0..3 {
        let mut stands = vec![&good, &other];
        stands.insert(place, &slow);
        let began = Instant::now();
        let watch = watch_with(&stands, quick);
        let advance = watch.next_update(&genesis(&chain), &watch_list()).await.expect("readable");
        assert_eq!(amounts(&advance), [7, 8, 9]);
        assert!(began.elapsed() < quick.idle_time, "nobody waited for the slow one");
    }
}

/// A failed transaction is no payment, and one whose fate nobody can tell is not told.
#[tokio::test]
async fn status_without_receipts_is_what_a_majority_tells() {
    let mut chain = Synthetic::new(30_000_000);
    let failed = Made { succeeds: false, ..Made::payment(US, 8) };
    chain.push(&[Made::payment(US, 7), failed, Made::sent_on(US, 9)]);
    let no_receipts = |lie: bool| -> Script {
        let failed = chain.blocks[1].transactions[1].to_string();
        Arc::new(move |_, method, params| match method {
            "eth_getBlockReceipts" => Act::Result("null".into()),
            "eth_getTransactionReceipt" if lie && params[0] == failed.as_str() => Act::Result(
                r#"{"status":"0x1","cumulativeGasUsed":"0xa410","logs":[],"type":"0x2"}"#.into(),
            ),
            _ => Act::Honest,
        })
    };
    let stand = |lie| Stand::with(chain.clone(), no_receipts(lie));
    let honest = stand(false);
    let other = stand(false);
    let liar = stand(true);
    let known = genesis(&chain);
    let watch = watch_with(&[&honest, &liar, &other], settings());
    let (_, advance) = read_twice(&watch, &known).await;
    assert_eq!((amounts(&advance), &*advance.logs_unread), (vec![7], &[Height(1)][..]));
    for two in [[&honest, &liar], [&liar, &honest]] {
        let (_, advance) = read_twice(&watch_with(&two, settings()), &known).await;
        assert_eq!(amounts(&advance), [7], "they do not tell the same of the other one");
    }
    let watch = watch_with(&[&honest, &liar], settings());
    // Tried again, once one node has the receipts.
    let block = advance.blocks[0];
    let again = watch.read_logs(block, &watch_list()).await;
    assert!(again.is_err(), "still unread");
    let watch = watch_with(&[&honest, &Stand::new(chain.clone())], settings());
    let all = watch.read_logs(block, &watch_list()).await.expect("readable now");
    let all = all.transfers;
    assert_eq!(all.iter().map(|t| t.amount.units()).collect::<Vec<_>>(), [7, 9]);
}

/// The id a buyer names is found in a block nobody gives the receipts of.
/// A dead node, a liar and a heavy block delay nothing else.
#[tokio::test]
async fn named_payment_is_found_in_a_block_without_receipts() {
    let chain = light_chain();
    let stand = || Stand::with(chain.clone(), at_receipts(|| Act::Result("null".into())));
    let one = stand();
    let two = stand();
    let lie = r#"{"blockNumber":"0x3"}"#;
    let liar = Stand::with(
        chain.clone(),
        Arc::new(move |_, method, _| match method {
            "eth_getTransactionReceipt" => Act::Result(lie.into()),
            _ => Act::Honest,
        }),
    );
    let watch = watch_with(&[&liar, &one, &two], settings());
    let ask = async |block: usize, place: usize| {
        let txid = chain.blocks[block].transactions[place].to_string();
        watch.look_up(&txid, &watch_list()).await.map_err(|error| error.to_string())
    };
    let Ok(LookUp::Found(found)) = ask(1, 2).await else { panic!("it pays us") };
    assert_eq!(found[0].amount.units(), 7);
    let Ok(LookUp::Found(found)) = ask(2, 1).await else { panic!("a contract sent it on") };
    assert_eq!(found[0].amount.units(), 8);
    assert_eq!(ask(2, 0).await, Ok(LookUp::NotOurs));
    let unknown = format!("0x{}", "77".repeat(32));
    let liar_alone = watch.look_up(&unknown, &watch_list()).await;
    assert_eq!(liar_alone.ok(), Some(LookUp::NotFound), "two do not know it");
}
