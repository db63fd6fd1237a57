//! One order on a node of its own, its parties, and how they act.

use crate::anvil::{Anvil, CHAIN_ID};
use serde_json::{Value, json};
use shop_chain::ethereum::escrow::{
    Act, Call, Domain, Key, PINNED, Transaction, act_digest, attest_call, attestors_hash,
    decode_event, decode_owed, decode_state, delivered_digest, extend_call, extend_digest, id_of,
    release_hash, tracking_commitment, vault_of,
};
use shop_core::{
    escrow::{
        Account, Action, AttestorSet, DueCall, Ending, EscrowState, EventAt, Hash, History,
        MatchLevel, OutcomeReason, Outlook, Party, Report, Shares, SignedExtension, SignedReport,
        Situation, Terms, Tracking, outlook,
    },
    time::UnixTime,
};

pub(super) const DAY: u64 = 86_400;
pub(super) const PRICE: u128 = 250_000_000_000_000_000;
pub(super) const SECRET: &[u8] = b"correct horse battery staple";
const TIP: u128 = 1_000_000_000_000_000;
/// Wei for the fees of whoever sends transactions.
const FEES: &str = "0x8ac7230489e80000";

pub(super) struct Stage {
    anvil: Anvil,
    pub(super) terms: Terms,
    pub(super) id: Hash,
    pub(super) vault: Account,
    pub(super) operator: Key,
    pub(super) buyer: Key,
    pub(super) arbiter: Key,
    keeper: Key,
    attestors: Vec<Key>,
    set: AttestorSet,
    tracking: Tracking,
    history: History,
}

fn key(number: u8) -> Key {
    Key::from_bytes(&[number; 32]).expect("a key")
}

impl Stage {
    /// Starts a node with the contract, and makes an order that `change` may change.
    pub(super) fn new(change: impl FnOnce(&mut Terms)) -> Self {
        let anvil = Anvil::start();
        let operator = key(2);
        let buyer = key(4);
        let arbiter = key(5);
        let attestors: Vec<Key> = (11..14).map(key).collect();
        let set = AttestorSet::new(2, attestors.iter().map(Key::account).collect()).expect("a set");
        let now = time(&anvil);
        let mut terms = Terms {
            chain_id: CHAIN_ID,
            seller: Account([0xa1; 20]),
            operator: operator.account(),
            refund_to: Account([0xa2; 20]),
            buyer_key: Some(buyer.account()),
            arbiter: Some(arbiter.account()),
            token: None,
            price: PRICE,
            ship_by: now.plus_seconds(5 * DAY),
            deliver_by: now.plus_seconds(65 * DAY),
            dispute_window: 5 * 86_400,
            arbiter_window: 14 * 86_400,
            arbiter_fee_bps: 500,
            keeper_tip: TIP,
            min_match: MatchLevel::POSTAL_CODE,
            attestors: attestors_hash(&set),
            release_hash: Some(release_hash(SECRET)),
            order: Hash([9; 32]),
        };
        change(&mut terms);
        let id = id_of(&terms);
        let stage = Self {
            vault: vault_of(PINNED.contract, id),
            anvil,
            terms,
            id,
            operator,
            buyer,
            arbiter,
            keeper: key(6),
            attestors,
            set,
            tracking: tracking_commitment("cpc", "1234567890123452", Hash([8; 32])),
            history: History::default(),
        };
        stage.deploy();
        stage
    }

    fn deploy(&self) {
        let keeper = self.keeper.account().to_string();
        self.anvil.ask("anvil_setBalance", json!([keeper, FEES]));
        let receipt = self.transact(PINNED.deployer, PINNED.deploy_data());
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        let code = self.anvil.ask("eth_getCode", json!([PINNED.contract.to_string(), "latest"]));
        assert!(PINNED.is_code(&bytes(&code)), "another code stands there");
    }

    pub(super) fn domain(&self) -> Domain {
        Domain { chain_id: CHAIN_ID, contract: PINNED.contract }
    }

    pub(super) fn digest(&self, act: Act) -> Hash {
        act_digest(self.domain(), self.id, act)
    }

    pub(super) fn now(&self) -> UnixTime {
        time(&self.anvil)
    }

    pub(super) fn balance(&self, account: Account) -> u128 {
        number(&self.anvil.ask("eth_getBalance", json!([account.to_string(), "latest"])))
    }

    /// Pays as a buyer does: by a plain transfer.
    pub(super) fn pay(&self, amount: u128) {
        let to = self.vault.to_string();
        self.anvil.send(json!({ "to": to, "value": format!("{amount:#x}") }));
        self.anvil.mine(1);
    }

    fn next_block_at(&self, time: u64) {
        self.anvil.ask("evm_setNextBlockTimestamp", json!([time]));
    }

    /// Returns the state by events, and holds it to what the contract tells.
    pub(super) fn state(&self) -> EscrowState {
        let told = decode_state(&self.call(Call::state_of(self.id))).expect("an answer");
        let ours = self.history.state(&self.terms);
        match ours {
            EscrowState::Closed(_) => assert_eq!(told, EscrowState::Closed(None)),
            _ => assert_eq!(told, ours),
        }
        ours
    }

    /// Returns what comes next, for the next block.
    fn outlook(&self) -> Outlook {
        let owed = decode_owed(&self.call(Call::owed(self.id, None, self.terms.seller)));
        outlook(&Situation {
            terms: &self.terms,
            state: self.state(),
            balance: Some(self.balance(self.vault)),
            owed: owed.expect("an answer"),
            chain_id: CHAIN_ID,
            now: self.now().plus_seconds(1),
        })
    }

    pub(super) fn can(&self, party: Party, action: Action) -> bool {
        let allowed = self.outlook().allowed;
        allowed.iter().any(|allowed| allowed.party == party && allowed.action == action)
    }

    /// Waits until the order ends by itself, ends it, and holds the money to what was said.
    pub(super) fn end_by_itself(&mut self, call: DueCall, reason: OutcomeReason, ending: Ending) {
        let outcome = self.outlook().next.expect("it has not ended");
        assert_eq!((outcome.call, outcome.reason), (call, reason));
        if outcome.from > self.now() {
            self.next_block_at(outcome.from.0);
        }
        let sent = match call {
            DueCall::RefundLate => Call::RefundLate,
            DueCall::Finalize => Call::Finalize,
            DueCall::ArbiterTimeout => Call::ArbiterTimeout,
        };
        assert!(self.send(&sent), "it was said to be due");
        self.has_ended(ending, outcome.shares);
    }

    /// Holds event and balances to what was said.
    pub(super) fn has_ended(&self, ending: Ending, shares: Shares) {
        let EscrowState::Closed(Some(closing)) = self.state() else { panic!("it has not ended") };
        assert_eq!(closing.ending, ending);
        let told = Shares {
            to_seller: closing.to_seller,
            to_buyer: closing.to_buyer,
            fee: closing.fee,
            tip: closing.tip,
        };
        assert_eq!(told, shares);
        assert_eq!(self.balance(self.terms.seller), shares.to_seller);
        assert_eq!(self.balance(self.terms.refund_to), shares.to_buyer);
        assert_eq!(self.balance(self.arbiter.account()), shares.fee);
        assert_eq!(self.balance(self.vault), 0);
        assert_eq!(self.history.owed(), []);
    }

    pub(super) fn try_ship(&mut self) -> bool {
        let signature = self.operator.sign(self.digest(Act::Ship(self.tracking)));
        self.send(&Call::Ship(self.tracking, Some(signature)))
    }

    pub(super) fn ship(&mut self) {
        assert!(self.try_ship(), "the contract refused the shipment");
    }

    pub(super) fn dispute(&mut self) {
        assert!(self.can(Party::BuyerKey, Action::Dispute));
        let by = self.buyer.account();
        let signature = Some(self.buyer.sign(self.digest(Act::Dispute)));
        assert!(self.send(&Call::Dispute { by, signature }));
    }

    /// Has these attestors report the delivery, and sends it even if they are too few.
    pub(super) fn try_attest(&mut self, who: &[usize], match_level: MatchLevel) -> bool {
        let delivered_at = self.now();
        let report =
            Report { accepted_at: UnixTime(1), delivered_at, match_level, evidence: Hash([7; 32]) };
        let digest = delivered_digest(self.domain(), self.id, self.tracking, &report);
        let signed = |index: &usize| {
            let attestor = &self.attestors[*index];
            SignedReport { attestor: attestor.account(), report, signature: attestor.sign(digest) }
        };
        let reports: Vec<SignedReport> = who.iter().map(signed).collect();
        match attest_call(&self.terms, &self.set, &reports) {
            Ok(data) => self.send_data(data),
            Err(_) => false,
        }
    }

    pub(super) fn attest(&mut self, who: &[usize]) {
        let is_taken = self.try_attest(who, MatchLevel(MatchLevel::REFERENCE.0 | 8));
        assert!(is_taken, "the contract refused the reports");
    }

    pub(super) fn extend(&mut self, until: UnixTime, who: &[usize]) {
        let digest = extend_digest(self.domain(), self.id, until);
        let signed = |index: &usize| {
            let attestor = &self.attestors[*index];
            SignedExtension {
                attestor: attestor.account(),
                until,
                signature: attestor.sign(digest),
            }
        };
        let signed: Vec<SignedExtension> = who.iter().map(signed).collect();
        let data = extend_call(&self.terms, &self.set, until, &signed).expect("enough");
        assert!(self.send_data(data), "the contract refused the extension");
    }

    /// Sends a call for whoever it is by, and returns true if the contract took it.
    pub(super) fn send(&mut self, call: &Call<'_>) -> bool {
        self.send_data(call.encode(&self.terms))
    }

    /// Sends a call in a block of this time.
    pub(super) fn send_at(&mut self, time: u64, call: &Call<'_>) -> bool {
        self.next_block_at(time);
        self.send(call)
    }

    fn send_data(&mut self, data: Vec<u8>) -> bool {
        let receipt = self.transact(PINNED.contract, data);
        for log in receipt["logs"].as_array().expect("logs") {
            self.record(log);
        }
        receipt["status"] == "0x1"
    }

    fn record(&mut self, log: &Value) {
        assert_eq!(log["address"], PINNED.contract.to_string());
        let topics = log["topics"].as_array().expect("topics").iter();
        let topics: Vec<[u8; 32]> =
            topics.map(|topic| bytes(topic).try_into().expect("32 bytes")).collect();
        let event = decode_event(&topics, &bytes(&log["data"]), self.now());
        let (id, event) = event.expect("sound").expect("an event of the contract");
        assert_eq!(id, self.id);
        let at = EventAt {
            height: u64::try_from(number(&log["blockNumber"])).expect("small"),
            index: u32::try_from(number(&log["logIndex"])).expect("small"),
        };
        self.history.record(at, event);
    }

    /// Signs and sends a transaction of the keeper, mines it, and returns its receipt.
    fn transact(&self, to: Account, data: Vec<u8>) -> Value {
        let keeper = self.keeper.account().to_string();
        let nonce = number(&self.anvil.ask("eth_getTransactionCount", json!([keeper, "latest"])));
        let transaction = Transaction {
            chain_id: CHAIN_ID,
            nonce: u64::try_from(nonce).expect("small"),
            to,
            value: 0,
            data,
            gas_limit: 6_000_000,
            max_fee_per_gas: 4_000_000_000,
            max_priority_fee_per_gas: 1_000_000_000,
        };
        let signed = transaction.sign(&self.keeper);
        let raw = hex(&signed.raw);
        let id = self.anvil.ask("eth_sendRawTransaction", json!([raw]));
        assert_eq!(id, signed.hash.to_string());
        self.anvil.mine(1);
        self.anvil.ask("eth_getTransactionReceipt", json!([id]))
    }

    fn call(&self, data: Vec<u8>) -> Vec<u8> {
        let call = json!({ "to": PINNED.contract.to_string(), "data": hex(&data) });
        bytes(&self.anvil.ask("eth_call", json!([call, "latest"])))
    }
}

fn time(anvil: &Anvil) -> UnixTime {
    let block = anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
    UnixTime(u64::try_from(number(&block["timestamp"])).expect("a time"))
}

fn number(value: &Value) -> u128 {
    let digits = value.as_str().expect("text").trim_start_matches("0x");
    u128::from_str_radix(digits, 16).expect("a number")
}

fn hex(bytes: &[u8]) -> String {
    alloy_primitives::hex::encode_prefixed(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    alloy_primitives::hex::decode(value.as_str().expect("text")).expect("hexadecimal digits")
}
