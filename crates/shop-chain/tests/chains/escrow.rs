//! The escrow contract on a real node: its code, its events, and the balance of a vault.

use crate::{
    anvil::{Anvil, node, settings},
    suite::Reader,
};
use serde_json::json;
use shop_chain::{
    ChainWatcher, WatchError, WatchList,
    ethereum::{
        Ethereum,
        escrow::{Call, PINNED, attestors_hash, checksum, id_of, pay_to_of, vault_of},
    },
};
use shop_core::{
    escrow::{Account, AttestorSet, Ending, Event, Hash, MatchLevel, Terms, Tracking},
    money::AssetId,
    time::UnixTime,
    view::{EscrowKey, EscrowSeen},
};

/// Account that sends all transactions: the node holds its key.
const SENDER: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const PRICE: u128 = 50_000_000_000_000_000;
const GAS: &str = "0x7a1200";

struct Contract {
    anvil: Anvil,
    terms: Terms,
    watch_list: WatchList,
    known: Vec<shop_core::view::BlockAt>,
}

impl Contract {
    /// Deploys the contract and makes the terms of an order.
    async fn deploy() -> Self {
        let anvil = Anvil::start();
        let deployer = checksum(PINNED.deployer);
        anvil.send(json!({ "to": deployer, "data": hex(&PINNED.deploy_data()), "gas": GAS }));
        anvil.mine(1);
        let newest = anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
        let time = newest["timestamp"].as_str().expect("a time").trim_start_matches("0x");
        let now = UnixTime(u64::from_str_radix(time, 16).expect("a number"));
        let attestors = AttestorSet::new(1, vec![Account([3; 20])]).expect("attestors");
        let terms = Terms {
            chain_id: crate::anvil::CHAIN_ID,
            seller: Account([1; 20]),
            operator: Account::parse(SENDER).expect("an address"),
            refund_to: Account([2; 20]),
            buyer_key: None,
            arbiter: None,
            token: None,
            price: PRICE,
            ship_by: now.plus_seconds(86_400),
            deliver_by: now.plus_seconds(10 * 86_400),
            dispute_window: 86_400,
            arbiter_window: 3 * 86_400,
            arbiter_fee_bps: 0,
            keeper_tip: 0,
            min_match: MatchLevel::NOTHING,
            attestors: attestors_hash(&attestors),
            release_hash: None,
            order: Hash([4; 32]),
        };
        let key = EscrowKey { contract: PINNED.contract, id: id_of(&terms) };
        let vault = vault_of(PINNED.contract, key.id);
        let vault = pay_to_of(AssetId::ETH, vault).expect("an address");
        let watch_list =
            WatchList { watched: [vault].into(), escrows: [key].into(), ..WatchList::default() };
        let mut contract = Self { anvil, terms, watch_list, known: Vec::new() };
        contract.read().await;
        contract
    }

    fn watch(&self) -> Ethereum {
        Ethereum::new(vec![node(self.anvil.port())], settings()).expect("a node")
    }

    fn vault(&self) -> &shop_core::pay_to::PayTo {
        self.watch_list.watched.iter().next().expect("a vault")
    }

    /// Sends a call of the contract, and mines it.
    fn call(&self, call: Call<'_>) {
        let data = hex(&call.encode(&self.terms));
        self.anvil.send(json!({ "to": checksum(PINNED.contract), "data": data, "gas": GAS }));
        self.anvil.mine(1);
    }

    /// Reads on, and returns the events that were told.
    async fn read(&mut self) -> Vec<EscrowSeen> {
        let mut seen = Vec::new();
        loop {
            let update = self.watch().next_update(&self.known, &self.watch_list).await;
            let update = update.expect("the chain can be read");
            if let Some(from) = update.reorg_from {
                self.known.retain(|block| block.height < from);
            }
            for event in &update.escrow {
                assert!(update.blocks.contains(&event.block), "in one of the blocks just read");
            }
            self.known.extend(update.blocks);
            seen.extend(update.escrow);
            if update.blocks_behind == 0 {
                return seen;
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    format!("0x{}", digits.collect::<String>())
}

#[tokio::test]
async fn real_contract_is_followed_and_taken_back() {
    let mut contract = Contract::deploy().await;
    let code = contract.watch().code_hash(PINNED.contract).await.expect("code");
    assert_eq!(code, PINNED.code_hash, "the code that is pinned comes to stand there");
    let vault = contract.vault().clone();
    let pays = json!({ "to": vault.as_str(), "value": format!("{PRICE:#x}") });
    contract.anvil.send(pays);
    contract.anvil.mine(1);
    assert!(contract.read().await.is_empty(), "a payment is no event");
    let tip = *contract.known.last().expect("blocks");
    let balance = contract.watch().balance(&vault, tip).await.expect("proved");
    assert_eq!((balance.amount.units(), balance.block), (PRICE, tip));
    contract.call(Call::Ship(Tracking([9; 21]), None));
    let seen = contract.read().await;
    let [shipped] = seen.as_slice() else { panic!("one event: {seen:?}") };
    assert!(contract.watch_list.escrows.contains(&shipped.key));
    let is_it =
        |event: &Event| matches!(event, Event::Shipped { tracking, .. } if tracking.0 == [9; 21]);
    assert!(is_it(&shipped.event), "{shipped:?}");
    let again = contract.watch().read_logs(shipped.block, &contract.watch_list).await;
    assert_eq!(again.expect("readable").escrow, seen);
    // The branch with the shipment is gone: its block is dropped, and the seller sends the money back.
    contract.anvil.ask("anvil_reorg", json!([1, []]));
    contract.anvil.mine(1);
    assert!(contract.read().await.is_empty());
    assert!(!contract.known.contains(&shipped.block));
    contract.call(Call::Refund(None));
    let seen = contract.read().await;
    let closed = seen.iter().find_map(|seen| match seen.event {
        Event::Closed(closing) => Some(closing),
        _ => None,
    });
    let closed = closed.expect("it ended");
    assert_eq!((closed.ending, closed.to_buyer, closed.to_seller), (Ending::Refunded, PRICE, 0));
    let tip = *contract.known.last().expect("blocks");
    let balance = contract.watch().balance(&vault, tip).await.expect("proved");
    assert!(balance.amount.is_zero(), "it was paid out");
}

/// Nothing is offered, and no money counts, on what nodes cannot show.
#[tokio::test]
async fn missing_contract_and_unread_block_prove_nothing() {
    let anvil = Anvil::start();
    let watch = Ethereum::new(vec![node(anvil.port())], settings()).expect("a node");
    let code = watch.code_hash(PINNED.contract).await.expect("an answer");
    assert_ne!(code, PINNED.code_hash);
    let to = shop_chain::pay_to(AssetId::ETH, "0x5403000000000000000000000000000000000001");
    let to = to.expect("an address");
    anvil.send(json!({ "to": to.as_str(), "value": "0x7" }));
    anvil.mine(1);
    let mut block = *Reader::tip_of(&watch).await.last().expect("a block");
    let balance = watch.balance(&to, block).await.expect("proved");
    assert_eq!(balance.amount.units(), 7);
    block.hash.0[0] ^= 1;
    let refused = watch.balance(&to, block).await;
    assert!(matches!(refused, Err(WatchError::Node { number: 1, .. })), "{refused:?}");
}
