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
/// Number of those that may be of claims tried before.
const AGAIN_AT_ONCE: usize = 2;
/// Longest time one look-up may take.
pub(super) const LIMIT: Duration = Duration::from_secs(60);
/// The pause after the first try; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);
/// Number of times a transaction that the chain does not know is asked for.
/// They fill 8 minutes, in which a payment that was just sent comes into a block.
const TRIES_UNKNOWN: u32 = 6;
/// Number of times it is asked for while nodes do not answer: for 2 hours and a half.
const TRIES_UNANSWERED: u32 = 12;

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

/// Progress of the look-ups of each claim.
#[derive(Default)]
pub(super) struct Schedule(HashMap<Key, Progress>);

/// Progress of the look-ups of one claim.
struct Progress {
    tries: u32,
    /// Not before this moment again.
    due: Instant,
    running: bool,
}

impl Schedule {
    /// Chooses which of the claims that wait, oldest first, are looked up from now on.
    /// The claim tried least goes first, and one that does not wait any more is forgotten.
    pub(super) fn start(&mut self, waiting: &[PendingClaim], now: Instant) -> Vec<PendingClaim> {
        let pending: HashSet<Key> = waiting.iter().map(key).collect();
        self.0.retain(|key, one| one.running || pending.contains(key));
        for claim in waiting {
            let new = Progress { tries: 0, due: now, running: false };
            self.0.entry(key(claim)).or_insert(new);
        }
        let mut by_tries: Vec<_> = waiting.iter().collect();
        by_tries.sort_by_key(|claim| self.0.get(&key(claim)).map_or(0, |one| one.tries));
        let mut started = Vec::new();
        for claim in by_tries {
            if self.may_start(claim, now)
                && let Some(one) = self.0.get_mut(&key(claim))
            {
                one.running = true;
                started.push(claim.clone());
            }
        }
        started
    }

    /// Returns true if a claim is due and has a place. An order has one place at a time.
    fn may_start(&self, claim: &PendingClaim, now: Instant) -> bool {
        let Some(one) = self.0.get(&key(claim)) else { return false };
        let running = || self.0.iter().filter(|(_, one)| one.running);
        let again = running().filter(|(_, one)| one.tries > 0).count();
        let of_order = running().any(|((order, ..), _)| *order == claim.order);
        !of_order
            && one.due <= now
            && running().count() < AT_ONCE
            && (one.tries == 0 || again < AGAIN_AT_ONCE)
    }

    /// Notes that a look-up has ended, and says what follows from it.
    pub(super) fn ended(&mut self, claim: &PendingClaim, found: Found, now: Instant) -> Next {
        let Some(one) = self.0.get_mut(&key(claim)) else { return Next::Again };
        one.running = false;
        one.tries = one.tries.saturating_add(1);
        one.due = now + pause(one.tries);
        next(claim, one.tries, found)
    }
}

fn key(claim: &PendingClaim) -> Key {
    (claim.order, claim.txid.clone(), claim.accepted)
}

/// Returns the pause after so many tries.
fn pause(tries: u32) -> Duration {
    let doubled = FIRST_PAUSE * 2u32.saturating_pow(tries.saturating_sub(1).min(20));
    doubled.min(LONGEST_PAUSE)
}

/// Returns the next step after the try of this number.
/// A claim that the seller has accepted is looked for as long as its order is kept.
fn next(claim: &PendingClaim, tries: u32, found: Found) -> Next {
    let refusal = match found {
        Some(Ok(LookUp::Found(transfers))) => {
            let to_order = |t: &Transfer| t.pay_to == claim.pay_to;
            let of_order: Vec<_> = transfers.into_iter().filter(to_order).collect();
            let found = if of_order.is_empty() { Err(ClaimRefusal::NotOurs) } else { Ok(of_order) };
            return Next::Judge(found);
        }
        Some(Ok(LookUp::NotOurs)) => return Next::Judge(Err(ClaimRefusal::NotOurs)),
        Some(Ok(LookUp::Failed)) => return Next::Judge(Err(ClaimRefusal::Failed)),
        Some(Ok(LookUp::NotFound)) if tries >= TRIES_UNKNOWN => ClaimRefusal::NotFound,
        Some(Err(_)) | None if tries >= TRIES_UNANSWERED => ClaimRefusal::Unanswered,
        _ => return Next::Again,
    };
    if claim.accepted { Next::Again } else { Next::Judge(Err(refusal)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::fake;
    use shop_core::{entropy::Seeded, money::AssetId};

    fn claim(order: u64, txid: &str) -> PendingClaim {
        let pay_to = fake::demo_pay_to(AssetId::Eth, 1);
        let order = OrderId::random(&Seeded::new(order));
        PendingClaim { order, pay_to, txid: txid.to_owned(), accepted: false }
    }

    /// Returns a node's answer to a transaction by its first letter, and the time it takes.
    /// `h` hangs, `d` is dead, `u` is unknown, anything else pays somebody else.
    fn answer(claim: &PendingClaim) -> (Found, Duration) {
        let soon = Duration::from_secs(1);
        match claim.txid.as_bytes()[0] {
            b'h' => (None, LIMIT),
            b'd' => (Some(Err(WatchError::NoNodes)), soon),
            b'u' => (Some(Ok(LookUp::NotFound)), soon),
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
                for claim in self.schedule.start(&self.waiting, self.now) {
                    *self.tries.entry(claim.txid.clone()).or_default() += 1;
                    let (found, took) = answer(&claim);
                    self.running.push((claim, found, self.now + took));
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

    /// Heavy blocks, dead nodes and made-up ids of forty claims take nobody's turn.
    #[test]
    fn new_claim_is_answered_within_a_look_up_whatever_others_typed() {
        let kinds = ["h", "d", "u"];
        let others = (0..8u64).flat_map(|order| {
            (0..5).map(move |n| claim(order, &format!("{}{order}x{n}", kinds[n % 3])))
        });
        let mut shop = Simulation::of(others.collect());
        shop.pass(1_200);
        for n in 0..20 {
            shop.waiting.push(claim(100 + n, &format!("good{n}")));
            let before = shop.now;
            while !shop.answered.contains_key(&format!("good{n}")) {
                shop.pass(1);
            }
            let waited = shop.now - before;
            assert!(waited <= LIMIT + Duration::from_secs(2), "{waited:?}");
            shop.pass(97);
        }
        assert_eq!(shop.most_running, AT_ONCE);
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
