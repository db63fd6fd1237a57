//! Tokens on Ethereum: the suite on a real node, and what only tokens have.

use crate::{
    ether::Ether,
    suite::{Reader, TestChain, chain_suite},
    synthetic::{Made, Synthetic},
};
use alloy_primitives::{Address, B256, Log, LogData, U256};
use serde_json::json;
use shop_chain::{ChainWatcher, LookUp, WatchList};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};

/// Address of the token, as on the main chain.
const CONTRACT: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
/// Topic of a transfer's log.
const TRANSFER: &str = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

fn usdc() -> AssetId {
    let rules = shop_chain::rules(AssetId::ETH.chain()).expect("the chain");
    rules.token(CONTRACT, "USDC", 6).expect("a token")
}

/// Code that logs the transfer whose receiver stands at this place of the call, and its value
/// behind it.
///
/// CALLDATACOPY(0, at + 32, 32); LOG3(0, 32, Transfer, CALLER, calldata[at..at + 32])
fn logs_transfer(at: u8) -> String {
    let value = at + 32;
    format!("602060{value:02x}5f3760{at:02x}35337f{TRANSFER}60205fa3")
}

/// A stand-in for a token: `transfer` logs what it is told, and answers true.
fn token_code() -> String {
    format!("0x{}60015f5260205ff3", logs_transfer(4))
}

/// The same for a call that pays two.
fn paying_two() -> String {
    format!("0x{}{}00", logs_transfer(4), logs_transfer(68))
}

fn word(digits: &str) -> String {
    format!("{:0>64}", digits.trim_start_matches("0x"))
}

/// The call of `transfer(address,uint256)`.
fn transfer_call(to: &PayTo, units: u128) -> String {
    format!("0xa9059cbb{}{}", word(to.as_str()), word(&format!("{units:x}")))
}

struct Tokens {
    ether: Ether,
}

impl Tokens {
    fn start() -> Self {
        let ether = Ether::start();
        ether.anvil.ask("anvil_setCode", json!([CONTRACT, token_code()]));
        // A reorganisation must not take the contract with it.
        ether.anvil.mine(1);
        Self { ether }
    }

    /// Calls the contract, or another that stands in for it.
    fn call(&mut self, contract: &str, data: &str) -> String {
        self.ether.send(json!({ "to": contract, "data": data, "gas": "0x30d40" }))
    }
}

impl TestChain for Tokens {
    fn asset(&self) -> AssetId {
        usdc()
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        self.ether.watch()
    }
    fn most_blocks(&self) -> u32 {
        self.ether.most_blocks()
    }
    fn shows_unmined(&self) -> bool {
        false
    }
    fn pay_to(&mut self) -> PayTo {
        self.ether.pay_to().with_asset(usdc())
    }
    fn unknown_txid(&self) -> String {
        self.ether.unknown_txid()
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        let data = transfer_call(to, amount.units());
        self.call(CONTRACT, &data)
    }
    async fn mine(&mut self, blocks: u32) {
        self.ether.mine(blocks).await;
    }
    async fn reorg(&mut self, depth: u32) {
        self.ether.reorg(depth).await;
    }
    async fn shrink(&mut self, depth: u32) {
        self.ether.shrink(depth).await;
    }
    async fn again(&mut self, txid: &str) {
        self.ether.again(txid).await;
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        self.ether.double_spend(txid, depth).await;
    }
}

chain_suite!(async { Tokens::start() });

/// A contract that pays many: each of them is told its own, of one transaction.
#[tokio::test]
async fn one_transaction_that_pays_many_pays_each_of_them() {
    let mut bench = Tokens::start();
    let to = [bench.pay_to(), bench.pay_to()];
    let mut reader = Reader::new(&bench, &[&to[0], &to[1]]);
    reader.catch_up().await;
    bench.ether.anvil.ask("anvil_setCode", json!([CONTRACT, paying_two()]));
    let second = transfer_call(&to[1], 11);
    let data = format!("{}{}", transfer_call(&to[0], 7), second.trim_start_matches("0xa9059cbb"));
    let txid = bench.call(CONTRACT, &data);
    bench.mine(1).await;
    reader.catch_up().await;
    for (place, (to, units)) in to.iter().zip([7, 11]).enumerate() {
        let seen = reader.payments(to);
        assert_eq!(seen.len(), 1);
        let (id, amount, _) = &seen[0];
        let wanted = (format!("{txid}:{place}"), Amount::new(usdc(), units));
        assert_eq!((id.0.clone(), *amount), wanted);
    }
    let LookUp::Found(found) = reader.look_up(&txid).await else { panic!("it pays us") };
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn transfer_of_nothing_or_by_another_contract_is_no_money() {
    let mut bench = Tokens::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let nothing = bench.pay(&to, Amount::new(usdc(), 0)).await;
    let spam = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB49".to_lowercase();
    bench.ether.anvil.ask("anvil_setCode", json!([spam, token_code()]));
    let data = transfer_call(&to, 25_000_000);
    let spam = bench.call(&spam, &data);
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    for txid in [nothing, spam] {
        assert_eq!(reader.look_up(&txid).await, LookUp::NotOurs);
    }
}

/// The right amount in the wrong asset, both ways.
#[tokio::test]
async fn money_of_another_known_asset_is_told_as_what_it_is() {
    let mut bench = Tokens::start();
    let asks_token = bench.pay_to();
    let asks_ether = bench.ether.pay_to();
    let mut reader = Reader::new(&bench, &[&asks_token, &asks_ether]);
    reader.know([AssetId::ETH, usdc()]);
    reader.catch_up().await;
    let ether_there = asks_token.with_asset(AssetId::ETH);
    let token_there = asks_ether.with_asset(usdc());
    bench.ether.pay(&ether_there, Amount::new(AssetId::ETH, 5)).await;
    bench.pay(&token_there, Amount::new(usdc(), 6)).await;
    bench.mine(1).await;
    reader.catch_up().await;
    for (to, units) in [(&ether_there, 5), (&token_there, 6)] {
        let seen: Vec<_> = reader.payments(to).into_iter().map(|(_, amount, _)| amount).collect();
        assert_eq!(seen, [Amount::new(to.asset(), units)]);
    }
    for to in [&asks_token, &asks_ether] {
        assert_eq!(reader.payments(to), [], "nothing that was asked for");
    }
}

/// A transaction with logs of the token, made up with true hashes.
fn made(logs: Vec<Log>) -> Made {
    Made { logs, ..Made::payment(CONTRACT, 0) }
}

fn log(contract: &str, to: &PayTo, units: u64) -> Log {
    let to: Address = to.as_str().parse().expect("an address");
    let topics = vec![TRANSFER.parse().expect("a topic"), B256::repeat_byte(1), to.into_word()];
    let data = U256::from(units).to_be_bytes::<32>().to_vec().into();
    let address = contract.parse().expect("an address");
    Log { address, data: LogData::new_unchecked(topics, data) }
}

/// Returns the units told of a chain by nodes that may change its blocks.
async fn told(chain: Synthetic, to: &PayTo) -> Result<Vec<u128>, String> {
    use crate::{
        heavy::{genesis, settings, watch_with},
        stand::Stand,
    };
    let known = genesis(&chain);
    let watch = watch_with(&[&Stand::new(chain)], settings());
    let watch_list = WatchList { watched: [to.clone()].into(), ..WatchList::default() };
    let update = watch.next_update(&known, &watch_list).await;
    let update = update.map_err(|error| error.to_string())?;
    assert!(update.logs_unread.is_empty());
    Ok(update.mined.iter().map(|transfer| transfer.amount.units()).collect())
}

fn ours() -> PayTo {
    let text = format!("0x5403{:036x}", 1);
    shop_chain::pay_to(usdc(), &text).expect("an address")
}

/// The word for it is no part of what is under the root.
#[tokio::test]
async fn log_that_a_node_calls_removed_counts_as_its_block_proves_it() {
    let mut chain = Synthetic::new(1_000_000);
    chain.push(&[made(vec![log(CONTRACT, &ours(), 9)])]);
    for block in &mut chain.blocks {
        block.receipts = block.receipts.replace("\"removed\":false", "\"removed\":true");
    }
    assert_eq!(told(chain, &ours()).await, Ok(vec![9]));
}

#[tokio::test]
async fn log_that_a_node_made_up_or_left_out_is_a_lie() {
    let mut chain = Synthetic::new(1_000_000);
    chain.push(&[made(vec![log(CONTRACT, &ours(), 9)])]);
    let nine = format!("{:064x}", 9);
    for (from, to) in [(nine.clone(), format!("{:064x}", 8)), (nine, String::new())] {
        let mut lying = chain.clone();
        for block in &mut lying.blocks {
            block.receipts = block.receipts.replace(&from, &to);
        }
        let refused = told(lying, &ours()).await;
        assert!(refused.as_ref().is_err_and(|error| error.contains("receipts")), "{refused:?}");
    }
    assert_eq!(told(chain, &ours()).await, Ok(vec![9]));
}

/// Blooms are under the hash too, and they decide nothing: each log is looked at.
#[tokio::test]
async fn payment_that_no_bloom_shows_counts() {
    let mut chain = Synthetic::new(1_000_000);
    chain.push_without_bloom(&[made(vec![log(CONTRACT, &ours(), 9)])]);
    assert_eq!(told(chain, &ours()).await, Ok(vec![9]));
}
