//! Schedule of look-ups: which claims, when, with which pauses, and how many at once.

use shop_chain::{LookUp, WatchError};
use shop_core::{order::OrderId, view::Transfer};
use shop_db::{ClaimRefusal, PendingClaim};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use tokio::time::Instant;

/// Number of look-ups at once.
const AT_ONCE: usize = 4;
/// Number of those that may be for orders that had a look-up before.
const AGAIN_AT_ONCE: usize = 3;
/// Number of those that may be for orders that have spent [`SLOW`].
const SLOW_AT_ONCE: usize = 2;
/// Time that look-ups for one order may take before others go before it everywhere.
const SLOW: Duration = Duration::from_secs(30);
/// Time limits for the tries of a claim: the first ones, and all that follow. Most are answered in
/// a few seconds; a heavy block needs the longest, and is worth it only when nobody else waits.
const LIMITS: [Duration; 3] =
    [Duration::from_secs(15), Duration::from_secs(30), Duration::from_secs(60)];
/// The pause after the first try; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);
/// The least that a look-up costs its order.
const LEAST: Duration = Duration::from_nanos(1);
/// Number of times that an unknown transaction is asked for: for 8 minutes, in which a
/// payment that was just sent comes into a block.
const TRIES_UNKNOWN: u32 = 6;
/// Number of times it is asked for while nodes do not answer: for 2 hours and a half.
const TRIES_UNANSWERED: u32 = 12;
/// Time for which the cost of an order's look-ups is remembered, once none of its claims waits.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// Key of a claim: order, transaction id, and true once the seller has accepted it.
/// Its tries begin anew then.
type Key = (OrderId, String, bool);

/// Outcome of one look-up; none if it took too long.
pub(super) type Found = Option<Result<LookUp, WatchError>>;

/// Next step for a claim after a look-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The claim is answered.
    Judge(Result<Vec<Transfer>, ClaimRefusal>),
    /// The claim is tried again after a pause.
    Again,
}

/// A look-up to be made now.
#[derive(Debug)]
pub(super) struct Started {
    /// Claim that is looked up.
    pub(super) claim: PendingClaim,
    /// For at most so long.
    pub(super) limit: Duration,
}

/// Progress of each claim's look-ups, and the time that those of each order took.
///
/// Places are given by order, not by claim: whose look-ups took least goes first. Ids that were made
/// up, mistyped or chosen because their blocks are heavy cost the order they were typed for.
#[derive(Default)]
pub(super) struct Schedule {
    claims: HashMap<Key, Progress>,
    spent: HashMap<OrderId, Spent>,
}

/// Progress of the look-ups of one claim.
struct Progress {
    tries: u32,
    /// Not before this moment again.
    due: Instant,
    /// Since when a look-up is under way.
    running: Option<Instant>,
}

/// Time that the look-ups for one order took.
#[derive(Clone, Copy)]
struct Spent {
    time: Duration,
    last: Instant,
}

impl Schedule {
    /// Chooses which of the claims that wait, oldest first, are looked up from now on. What does not
    /// wait any more is forgotten.
    pub(super) fn start(&mut self, waiting: &[PendingClaim], now: Instant) -> Vec<Started> {
        self.keep_only(waiting, now);
        for claim in waiting {
            let new = Progress { tries: 0, due: now, running: None };
            self.claims.entry(key(claim)).or_insert(new);
        }
        let mut by_cost: Vec<_> = waiting.iter().collect();
        by_cost.sort_by_cached_key(|claim| (self.spent(claim.order), self.tries(claim)));
        let running = self.claims.iter().filter(|(_, one)| one.running.is_some());
        let mut orders: Vec<OrderId> = running.map(|((order, ..), _)| *order).collect();
        let mut started = Vec::new();
        for claim in by_cost {
            if !self.has_place(claim.order, &orders) {
                continue;
            }
            let Some(one) = self.claims.get_mut(&key(claim)).filter(|one| one.due <= now) else {
                continue;
            };
            one.running = Some(now);
            orders.push(claim.order);
            started.push(Started { claim: claim.clone(), limit: limit(one.tries) });
        }
        started
    }

    fn keep_only(&mut self, waiting: &[PendingClaim], now: Instant) {
        let pending: HashSet<Key> = waiting.iter().map(key).collect();
        self.claims.retain(|key, one| one.running.is_some() || pending.contains(key));
        let orders: HashSet<OrderId> = self.claims.keys().map(|(order, ..)| *order).collect();
        let is_recent = |spent: &Spent| now.duration_since(spent.last) < REMEMBERED;
        self.spent.retain(|order, spent| orders.contains(order) || is_recent(spent));
    }

    /// Returns the time that the look-ups for an order took.
    fn spent(&self, order: OrderId) -> Duration {
        self.spent.get(&order).map_or(Duration::ZERO, |spent| spent.time)
    }

    fn tries(&self, claim: &PendingClaim) -> u32 {
        self.claims.get(&key(claim)).map_or(0, |one| one.tries)
    }

    /// Returns true if there is a place for an order, beside those that have one now.
    /// An order has one place at a time.
    fn has_place(&self, order: OrderId, running: &[OrderId]) -> bool {
        if running.contains(&order) || running.len() >= AT_ONCE {
            return false;
        }
        let spent = self.spent(order);
        let at_least = |time| running.iter().filter(|order| self.spent(**order) >= time).count();
        let is_free = |time, most| spent < time || at_least(time) < most;
        is_free(LEAST, AGAIN_AT_ONCE) && is_free(SLOW, SLOW_AT_ONCE)
    }

    /// Notes that a look-up has ended, and says what follows from it.
    pub(super) fn ended(&mut self, claim: &PendingClaim, found: Found, now: Instant) -> Next {
        let Some(one) = self.claims.get_mut(&key(claim)) else { return Next::Again };
        let took = one.running.take().map_or(Duration::ZERO, |since| now.duration_since(since));
        one.tries = one.tries.saturating_add(1);
        one.due = now + pause(one.tries);
        let tries = one.tries;
        let time = self.spent(claim.order).saturating_add(took.max(LEAST));
        self.spent.insert(claim.order, Spent { time, last: now });
        next(claim, tries, found)
    }
}

fn key(claim: &PendingClaim) -> Key {
    (claim.order, claim.txid.clone(), claim.accepted)
}

/// Returns the time that the try after so many may take.
fn limit(tries: u32) -> Duration {
    let at = usize::try_from(tries).unwrap_or(usize::MAX).min(LIMITS.len() - 1);
    LIMITS.get(at).copied().unwrap_or(LIMITS[0])
}

/// The pause after so many tries.
fn pause(tries: u32) -> Duration {
    let doubled = FIRST_PAUSE * 2u32.saturating_pow(tries.saturating_sub(1).min(20));
    doubled.min(LONGEST_PAUSE)
}

/// Returns the next step after the try of this number.
/// A claim that the seller has accepted is looked for as long as its order is kept.
fn next(claim: &PendingClaim, tries: u32, found: Found) -> Next {
    let refusal = match found {
        Some(Ok(LookUp::Found(transfers))) => {
            return Next::Judge(of_order(claim, transfers));
        }
        Some(Ok(LookUp::NotOurs)) => return Next::Judge(Err(ClaimRefusal::NotOurs)),
        Some(Ok(LookUp::Failed)) => return Next::Judge(Err(ClaimRefusal::Failed)),
        Some(Ok(LookUp::NotFound)) if tries >= TRIES_UNKNOWN => ClaimRefusal::NotFound,
        Some(Err(_)) | None if tries >= TRIES_UNANSWERED => ClaimRefusal::Unanswered,
        _ => return Next::Again,
    };
    if claim.accepted { Next::Again } else { Next::Judge(Err(refusal)) }
}

/// Returns those of a transaction's transfers that may pay the order.
fn of_order(claim: &PendingClaim, transfers: Vec<Transfer>) -> Result<Vec<Transfer>, ClaimRefusal> {
    let is_at_address =
        |transfer: &Transfer| transfer.pay_to.with_asset(claim.pay_to.asset()) == claim.pay_to;
    let is_other_asset = transfers.iter().any(is_at_address);
    let to_order = |transfer: &Transfer| transfer.pay_to == claim.pay_to;
    let found: Vec<_> = transfers.into_iter().filter(to_order).collect();
    match found.is_empty() {
        false => Ok(found),
        true if is_other_asset => Err(ClaimRefusal::OtherAsset),
        true => Err(ClaimRefusal::NotOurs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::fake;
    use shop_core::{entropy::Seeded, money::AssetId};

    fn claim(order: u64, txid: &str) -> PendingClaim {
        let pay_to = fake::demo_pay_to(AssetId::ETH, 1);
        let order = OrderId::random(&Seeded::new(order));
        PendingClaim { order, pay_to, txid: txid.to_owned(), accepted: false }
    }

    /// Behaviour of a node at the try of this number, by the first letter of a transaction, and how long
    /// that takes: `h` hangs, `d` is dead, `u` is unknown, `l` comes late, anything else pays somebody
    /// else.
    fn answer(started: &Started, number: u32) -> (Found, Duration) {
        let soon = Duration::from_secs(1);
        match started.claim.txid.as_bytes()[0] {
            b'h' => (None, started.limit),
            b'd' => (Some(Err(WatchError::NoNodes)), soon),
            b'u' => (Some(Ok(LookUp::NotFound)), soon),
            b'l' if number == 1 => (Some(Ok(LookUp::NotFound)), soon),
            _ => (Some(Ok(LookUp::NotOurs)), soon),
        }
    }

    /// A shop, second by second.
    struct Simulation {
        schedule: Schedule,
        now: Instant,
        begun: Instant,
        waiting: Vec<PendingClaim>,
        running: Vec<(PendingClaim, Found, Instant)>,
        most_running: usize,
        tries: HashMap<String, u32>,
        /// Answers, and the time of each.
        answered: HashMap<String, (Duration, Option<ClaimRefusal>)>,
    }

    impl Simulation {
        fn of(waiting: Vec<PendingClaim>) -> Self {
            let now = Instant::now();
            Self {
                schedule: Schedule::default(),
                now,
                begun: now,
                waiting,
                running: Vec::new(),
                most_running: 0,
                tries: HashMap::new(),
                answered: HashMap::new(),
            }
        }

        fn pass(&mut self, seconds: u64) {
            for _ in 0..seconds {
                for started in self.schedule.start(&self.waiting, self.now) {
                    let tries = self.tries.entry(started.claim.txid.clone()).or_default();
                    *tries += 1;
                    let (found, took) = answer(&started, *tries);
                    self.running.push((started.claim, found, self.now + took));
                }
                self.most_running = self.most_running.max(self.running.len());
                self.now += Duration::from_secs(1);
                let now = self.now;
                let (over, running): (Vec<_>, _) =
                    std::mem::take(&mut self.running).into_iter().partition(|one| one.2 <= now);
                self.running = running;
                for (claim, found, _) in over {
                    if let Next::Judge(found) = self.schedule.ended(&claim, found, now) {
                        let took = now - self.begun;
                        self.answered.insert(claim.txid.clone(), (took, found.err()));
                        self.waiting.retain(|waiting| waiting.txid != claim.txid);
                    }
                }
            }
        }
    }

    impl Simulation {
        /// Types an id for an order, and waits until it is answered. Returns how long that took.
        fn seconds_to_answer(&mut self, claim: PendingClaim) -> u64 {
            let txid = claim.txid.clone();
            let before = self.now;
            self.waiting.push(claim);
            while !self.answered.contains_key(&txid) {
                self.pass(1);
            }
            (self.now - before).as_secs()
        }
    }

    /// Five ids for each of so many orders, of these kinds in turn.
    fn typed_by(orders: u64, kinds: &[&str]) -> Vec<PendingClaim> {
        let of_order = |order| {
            (0..5).map(move |n| claim(order, &format!("{}{order}x{n}", kinds[n % kinds.len()])))
        };
        (0..orders).flat_map(of_order).collect()
    }

    /// Heavy blocks, dead nodes and made-up ids of forty claims take nobody's turn.
    #[test]
    fn new_claim_is_answered_at_once_whatever_others_typed() {
        let mut shop = Simulation::of(typed_by(8, &["h", "d", "u"]));
        shop.pass(1_200);
        for n in 0..20 {
            let waited = shop.seconds_to_answer(claim(100 + n, &format!("good{n}")));
            assert!(waited <= 2, "{waited} s");
            // It was sent just now, and is in a block at the second look.
            let waited = shop.seconds_to_answer(claim(200 + n, &format!("late{n}")));
            assert!(waited <= FIRST_PAUSE.as_secs() + LIMITS[0].as_secs() + 4, "{waited} s");
            shop.pass(97);
        }
        assert_eq!(shop.most_running, AT_ONCE);
    }

    /// Fifty orders whose buyers all type five ids of heavy blocks in the moment before: each has one
    /// short look-up before anybody has a second one.
    #[test]
    fn flood_of_heavy_ids_delays_a_claim_by_minutes_at_most() {
        let mut shop = Simulation::of(typed_by(50, &["h"]));
        let waited = shop.seconds_to_answer(claim(100, "good"));
        assert!(waited <= 51 * LIMITS[0].as_secs() / AT_ONCE as u64 + 5, "{waited} s");
    }

    /// Whoever types the same id again and again begins no further forward.
    #[test]
    fn ids_typed_again_go_after_orders_that_spent_less() {
        let mut shop = Simulation::of(typed_by(4, &["h"]));
        shop.pass(600);
        let again = shop.waiting.clone();
        shop.waiting.clear();
        shop.pass(60);
        shop.waiting = again;
        let waited = shop.seconds_to_answer(claim(100, "good"));
        assert!(waited <= 2, "{waited} s");
        let holds = shop.running.iter().filter(|one| one.0.txid.starts_with('h')).count();
        assert_eq!(holds, SLOW_AT_ONCE);
    }

    #[test]
    fn tries_of_a_claim_get_longer() {
        assert_eq!([0, 1, 2, 9].map(|tries| limit(tries).as_secs()), [15, 30, 60, 60]);
    }

    #[test]
    fn unknown_transaction_is_asked_for_six_times_in_eight_minutes() {
        let mut shop = Simulation::of(vec![claim(1, "u")]);
        shop.pass(3_600);
        let (took, refusal) = shop.answered["u"];
        assert_eq!((shop.tries["u"], refusal), (6, Some(ClaimRefusal::NotFound)));
        assert_eq!(took.as_secs(), 15 + 30 + 60 + 120 + 240 + 6);
    }

    #[test]
    fn unanswered_claim_ends_after_twelve_tries() {
        let mut shop = Simulation::of(vec![claim(1, "d"), claim(2, "h")]);
        shop.pass(4 * 3_600);
        for txid in ["d", "h"] {
            let (took, refusal) = shop.answered[txid];
            assert_eq!((shop.tries[txid], refusal), (12, Some(ClaimRefusal::Unanswered)));
            assert!((2 * 3_600..3 * 3_600).contains(&took.as_secs()), "{took:?}");
        }
    }

    #[test]
    fn accepted_payment_is_looked_for_without_end() {
        let mut shop = Simulation::of(vec![PendingClaim { accepted: true, ..claim(1, "u") }]);
        shop.pass(86_400);
        assert!(shop.answered.is_empty() && shop.tries["u"] > 48, "{}", shop.tries["u"]);
    }

    #[test]
    fn accepting_a_claim_begins_its_tries_anew() {
        let mut shop = Simulation::of(vec![claim(1, "u")]);
        shop.pass(200);
        let before = shop.tries["u"];
        shop.waiting[0].accepted = true;
        shop.pass(1);
        assert_eq!(shop.tries["u"], before + 1, "at once");
    }

    #[test]
    fn orders_have_one_look_up_at_a_time() {
        let of_one = (0..5).map(|n| claim(1, &format!("h{n}")));
        let mut shop = Simulation::of(of_one.collect());
        shop.pass(30);
        assert_eq!(shop.most_running, 1);
    }

    #[test]
    fn pauses_double_up_to_half_an_hour() {
        let seconds = [1, 2, 3, 7, 8, 9, u32::MAX].map(|tries| pause(tries).as_secs());
        assert_eq!(seconds, [15, 30, 60, 960, 1_800, 1_800, 1_800]);
    }
}
