//! Nodes of other makes, as they answered: what each says differently is understood.

use crate::mock::{Act, Script, node};
use alloy_primitives::B256;
use serde_json::{Value, json};
use shop_chain::{
    ChainWatcher, LookUp, ReceiptsMethod, WatchList,
    ethereum::{Ethereum, Settings},
};
use shop_core::{
    money::AssetId,
    pay_to::PayTo,
    time::UnixTime,
    view::{BlockAt, BlockHash, Height},
};
use std::{sync::Arc, time::Duration};

/// Recorded answers of a node about a few blocks: as they came, errors without their data.
struct Recording(Value);

impl Recording {
    fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("JSON"))
    }

    fn us(&self) -> PayTo {
        shop_chain::pay_to(AssetId::ETH, self.0["us"].as_str().expect("text")).expect("an address")
    }

    /// The recorded answer; `null` to what was not asked then.
    fn answer(&self, method: &str, params: &Value) -> Value {
        let recorded = self.0["answers"].get(format!("{method} {params}"));
        recorded.map_or(Value::Null, |recorded| recorded["answer"].clone())
    }

    /// A watcher of this node, when its newest block was this one.
    fn watch_at(self: &Arc<Self>, tip: Option<&'static str>) -> Ethereum {
        let recording = Arc::clone(self);
        let script: Script = Arc::new(move |method, params| {
            if let ("eth_blockNumber", Some(tip)) = (method, tip) {
                return Act::Say(json!(tip));
            }
            let answer = recording.answer(method, params);
            match answer.get("error") {
                Some(_) => Act::Whole(answer.to_string().into_bytes()),
                None => Act::Say(answer["result"].clone()),
            }
        });
        let settings = Settings {
            chain_id: self.0["chainId"].as_u64().expect("a number"),
            retry_pause: Duration::from_millis(1),
            ..Settings::default()
        };
        Ethereum::new(vec![node(script)], settings).expect("a node")
    }

    /// The first block, as the shop has read it.
    fn genesis(&self) -> BlockAt {
        let told = self.answer("eth_getBlockByNumber", &json!(["0x0", false]));
        let hash: B256 = serde_json::from_value(told["result"]["hash"].clone()).expect("a hash");
        BlockAt { height: Height(0), hash: BlockHash(hash.0), time: UnixTime(0).coarse() }
    }

    fn transactions(&self) -> impl Iterator<Item = &str> {
        self.0["transactions"].as_array().expect("a list").iter().filter_map(Value::as_str)
    }
}

/// A shop can be opened beside a node that has only its first block, and says what it can ask.
async fn reads_first_block(
    recording: &Arc<Recording>,
    watch_list: &WatchList,
    receipts: ReceiptsMethod,
) {
    let watch = recording.watch_at(Some("0x0"));
    let begun = watch.next_update(&[], watch_list).await.expect("readable");
    assert_eq!(begun.blocks.iter().map(|block| block.height.0).collect::<Vec<_>>(), [0]);
    let report = watch.probe().await.remove(0);
    assert_eq!((report.block_proved, report.receipts), (true, Some(receipts)), "{report:?}");
}

/// Every payment is found, alone and by its id, and nothing is left unread.
async fn reads_all(text: &str, amounts: &[u128], receipts: ReceiptsMethod) {
    let recording = Arc::new(Recording::parse(text));
    let watch_list = WatchList { watched: [recording.us()].into(), ..WatchList::default() };
    let watch = recording.watch_at(None);
    let report = watch.probe().await.remove(0);
    assert!(report.block_proved && report.trouble.is_none(), "{report:?}");
    assert_eq!(report.receipts, Some(receipts), "{report:?}");
    reads_first_block(&recording, &watch_list, receipts).await;
    let mut known = vec![recording.genesis()];
    let mut mined = Vec::new();
    loop {
        let advance = watch.next_update(&known, &watch_list).await.expect("readable");
        assert!(advance.logs_unread.is_empty());
        known.extend(advance.blocks);
        mined.extend(advance.mined);
        if advance.blocks_behind == 0 {
            break;
        }
    }
    let paid: Vec<u128> = mined.iter().map(|transfer| transfer.amount.units()).collect();
    assert_eq!(paid, amounts);
    let found: Vec<_> = mined.iter().map(|transfer| transfer.id.0.clone()).collect();
    for txid in recording.transactions() {
        let told = watch.look_up(txid, &watch_list).await.expect("readable");
        let is_found = matches!(told, LookUp::Found(_));
        assert_eq!(is_found, found.iter().any(|id| id == txid), "{txid}: {told:?}");
    }
    let unknown = format!("0x{}", "ab".repeat(32));
    let told = watch.look_up(&unknown, &watch_list).await.expect("readable");
    assert!(matches!(told, LookUp::NotFound), "{told:?}");
}

#[tokio::test]
async fn hardhat_two_is_read_receipt_by_receipt() {
    let recorded = include_str!("recorded/hardhat-2.json");
    reads_all(recorded, &[7, 8, 9, 10], ReceiptsMethod::OneByOne).await;
}

#[tokio::test]
async fn hardhat_three_is_read_receipt_by_receipt() {
    let recorded = include_str!("recorded/hardhat-3.json");
    reads_all(recorded, &[7, 8, 9, 10], ReceiptsMethod::OneByOne).await;
}

/// The last ones whose virtual machine was not Rust.
#[tokio::test]
async fn hardhat_before_edr_is_read_receipt_by_receipt() {
    let recorded = include_str!("recorded/hardhat-2.12.json");
    reads_all(recorded, &[7, 8, 9, 10], ReceiptsMethod::OneByOne).await;
}

#[tokio::test]
async fn ganache_cli_is_read_receipt_by_receipt() {
    let recorded = include_str!("recorded/ganache-cli-6.json");
    reads_all(recorded, &[7, 8, 9, 10], ReceiptsMethod::OneByOne).await;
}

/// It writes that a transaction failed as a byte 0 where RLP has the empty string.
#[tokio::test]
async fn ganache_seven_is_read_receipt_by_receipt() {
    let recorded = include_str!("recorded/ganache-7.json");
    reads_all(recorded, &[7, 8, 9, 10], ReceiptsMethod::OneByOne).await;
}
