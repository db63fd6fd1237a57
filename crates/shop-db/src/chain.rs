//! The chains a shop's orders are paid on, and the rules for a change from one to another.
//! The state of one chain is never used for another. No SQL is here.

use crate::error::FollowError;
use shop_core::{chain::ChainId, view::ChainIdentity};
use std::collections::BTreeMap;

/// The chain id of a chain that is simulated.
pub const DEMO_CHAIN: u64 = 0;

/// The network of each chain that the settings name; in a demo every chain is simulated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(BTreeMap<ChainId, u64>);

impl Networks {
    /// Returns the networks of a demo.
    #[must_use]
    pub fn demo() -> Self {
        Self::default()
    }

    /// Returns the chain id to be followed; None for a chain that the settings do not name.
    fn of(&self, chain: ChainId) -> Option<u64> {
        if self.0.is_empty() { Some(DEMO_CHAIN) } else { self.0.get(&chain).copied() }
    }
}

/// Collects the chains that are really paid on, with their chain ids.
impl FromIterator<(ChainId, u64)> for Networks {
    fn from_iter<I: IntoIterator<Item = (ChainId, u64)>>(chains: I) -> Self {
        Self(chains.into_iter().collect())
    }
}

/// Number of a chain's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChainNumber(pub(crate) i64);

/// One chain whose state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownChain {
    /// The row that its orders, transfers and blocks name.
    pub(crate) number: ChainNumber,
    /// Its name.
    pub chain: ChainId,
    /// True if its payments are simulated; none where nothing tells.
    pub demo: Option<bool>,
    /// Its id and first block; none until a node was asked for them.
    pub identity: Option<ChainIdentity>,
    /// True for the chain that is read. Orders of the others are put away.
    pub followed: bool,
    /// Number of its blocks that are remembered.
    pub blocks: usize,
    /// Number of orders kept that are paid on it.
    pub orders: usize,
}

/// The change to make when a node has told a chain's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The chain is the followed one already.
    Stay,
    /// The chain is one of which no node had told anything.
    Adopt(ChainNumber),
    /// The chain was followed before, and is again.
    Return(ChainNumber),
    /// The chain is new: nothing of it is kept yet.
    Begin,
}

const fn is_demo(chain_id: u64) -> bool {
    chain_id == DEMO_CHAIN
}

impl KnownChain {
    fn is_real(&self) -> bool {
        self.demo == Some(false)
    }

    /// Returns true if a shop with this chain id in its settings may go on with the chain.
    fn fits(&self, chain_id: u64) -> bool {
        self.demo.is_none_or(|demo| demo == is_demo(chain_id))
            && self.identity.is_none_or(|identity| identity.chain_id == chain_id)
    }
}

/// Refuses another real network of a chain while orders of a real one are kept.
/// `known` are all of that chain.
/// Their payments would be looked for where they are not.
fn refuse_stranding<'a>(
    mut known: impl Iterator<Item = &'a KnownChain>,
    told: u64,
    is_same: impl Fn(ChainIdentity) -> bool,
) -> Result<(), FollowError> {
    if is_demo(told) {
        return Ok(());
    }
    let other = |chain: &&KnownChain| {
        chain.is_real() && chain.orders > 0 && chain.identity.is_some_and(|kept| !is_same(kept))
    };
    match known.find(other) {
        Some(KnownChain { chain, orders, identity: Some(kept), .. }) => {
            let chain = *chain;
            Err(FollowError::OtherChain { chain, orders: *orders, kept: kept.chain_id, told })
        }
        _ => Ok(()),
    }
}

/// Returns the chains to follow at a start, at most one of a name.
/// No node was asked yet.
///
/// # Errors
/// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
pub(crate) fn at_start(
    known: &[KnownChain],
    networks: &Networks,
) -> Result<Vec<ChainNumber>, FollowError> {
    for (chain, told) in networks.0.iter().map(|(chain, told)| (*chain, *told)) {
        let known = known.iter().filter(|known| known.chain == chain);
        refuse_stranding(known, told, |kept| kept.chain_id == told)?;
    }
    let fits = |known: &&KnownChain| networks.of(known.chain).is_some_and(|id| known.fits(id));
    let fitting = || known.iter().filter(fits);
    let mut follow: Vec<&KnownChain> = fitting().filter(|chain| chain.followed).collect();
    // The newest of the others: two that fit are two chains with one id, and the newer one is meant.
    for chain in fitting().rev() {
        if !follow.iter().any(|followed| followed.chain == chain.chain) {
            follow.push(chain);
        }
    }
    Ok(follow.into_iter().map(|chain| chain.number).collect())
}

/// Returns the change to make when the nodes have told which chain they follow.
/// `known` are the chains of their name.
///
/// # Errors
/// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
pub(crate) fn step(known: &[KnownChain], told: ChainIdentity) -> Result<Step, FollowError> {
    refuse_stranding(known.iter(), told.chain_id, |kept| kept == told)?;
    if let Some(chain) = known.iter().find(|chain| chain.identity == Some(told)) {
        return Ok(if chain.followed { Step::Stay } else { Step::Return(chain.number) });
    }
    let unnamed = |chain: &&KnownChain| chain.identity.is_none() && chain.fits(told.chain_id);
    let unnamed = known.iter().filter(unnamed).max_by_key(|chain| chain.followed);
    Ok(unnamed.map_or(Step::Begin, |chain| Step::Adopt(chain.number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::view::BlockHash;

    const fn ethereum() -> ChainId {
        shop_core::money::AssetId::ETH.chain()
    }

    /// Returns the chains that are followed by settings with this chain id.
    fn at_start(known: &[KnownChain], chain_id: u64) -> Result<Vec<i64>, FollowError> {
        follow(known, &networks(chain_id))
    }

    fn follow(known: &[KnownChain], networks: &Networks) -> Result<Vec<i64>, FollowError> {
        let numbers = super::at_start(known, networks)?;
        Ok(numbers.into_iter().map(|number| number.0).collect())
    }

    fn networks(chain_id: u64) -> Networks {
        let real = (chain_id != DEMO_CHAIN).then_some((ethereum(), chain_id));
        real.into_iter().collect()
    }

    const fn identity(chain_id: u64, genesis: u8) -> ChainIdentity {
        ChainIdentity { chain_id, genesis: BlockHash([genesis; 32]) }
    }

    fn chain(number: i64, identity: Option<ChainIdentity>, orders: usize) -> KnownChain {
        let demo = identity.map(|identity| is_demo(identity.chain_id));
        let blocks = 1;
        let number = ChainNumber(number);
        KnownChain { number, chain: ethereum(), demo, identity, followed: true, blocks, orders }
    }

    fn of_no_identity(number: i64, demo: bool, orders: usize) -> KnownChain {
        KnownChain { demo: Some(demo), ..chain(number, None, orders) }
    }

    #[test]
    fn same_identity_stays_and_a_former_one_returns() {
        let here = identity(1, 7);
        let there = identity(DEMO_CHAIN, 1);
        let demo = KnownChain { followed: false, ..chain(1, Some(there), 3) };
        let known = [demo, chain(2, Some(here), 3)];
        assert_eq!(step(&known, here), Ok(Step::Stay));
        assert_eq!(step(&known, there), Ok(Step::Return(ChainNumber(1))));
    }

    #[test]
    fn other_real_chain_with_orders_is_refused() {
        let known = [chain(1, Some(identity(1, 7)), 2)];
        let refused = FollowError::OtherChain { chain: ethereum(), orders: 2, kept: 1, told: 5 };
        assert_eq!(step(&known, identity(5, 7)), Err(refused));
        assert_eq!(at_start(&known, 5), Err(refused));
        let same_id = FollowError::OtherChain { chain: ethereum(), orders: 2, kept: 1, told: 1 };
        assert_eq!(step(&known, identity(1, 8)), Err(same_id));
        assert_eq!(at_start(&known, 1), Ok(vec![1]));
    }

    #[test]
    fn other_real_chain_without_orders_begins() {
        let known = [chain(1, Some(identity(1, 7)), 0)];
        assert_eq!(step(&known, identity(5, 7)), Ok(Step::Begin));
        assert_eq!(at_start(&known, 5), Ok(vec![]));
    }

    #[test]
    fn demo_gives_way_to_real_and_real_to_demo() {
        let demo = [chain(1, Some(identity(DEMO_CHAIN, 1)), 9)];
        assert_eq!(at_start(&demo, 1), Ok(vec![]));
        assert_eq!(step(&demo, identity(1, 7)), Ok(Step::Begin));
        let real = [chain(1, Some(identity(1, 7)), 9)];
        assert_eq!(at_start(&real, DEMO_CHAIN), Ok(vec![]));
        assert_eq!(step(&real, identity(DEMO_CHAIN, 1)), Ok(Step::Begin));
    }

    /// Real orders, then a demo, then another real chain: the demo between them excuses nothing.
    #[test]
    fn orders_put_away_by_a_demo_still_refuse_another_chain() {
        let away = KnownChain { followed: false, ..chain(1, Some(identity(1, 7)), 1) };
        let known = [away, chain(2, Some(identity(DEMO_CHAIN, 1)), 0)];
        assert!(step(&known, identity(5, 5)).is_err() && at_start(&known, 5).is_err());
        assert_eq!(step(&known, identity(1, 7)), Ok(Step::Return(ChainNumber(1))));
        assert_eq!(at_start(&known, 1), Ok(vec![1]));
    }

    #[test]
    fn chain_nobody_has_told_is_adopted_by_its_own_kind() {
        let known = [of_no_identity(1, true, 2), of_no_identity(2, false, 2)];
        assert_eq!(step(&known, identity(1, 7)), Ok(Step::Adopt(ChainNumber(2))));
        assert_eq!(step(&known, identity(DEMO_CHAIN, 1)), Ok(Step::Adopt(ChainNumber(1))));
        assert_eq!(at_start(&known, 1), Ok(vec![2]));
        assert_eq!(at_start(&known, DEMO_CHAIN), Ok(vec![1]));
        let unknown = [KnownChain { demo: None, ..of_no_identity(1, true, 1) }];
        assert_eq!(step(&unknown, identity(1, 7)), Ok(Step::Adopt(ChainNumber(1))));
    }

    /// A second chain is neither refused nor followed because of the first.
    #[test]
    fn chains_of_two_names_are_followed_each_for_itself() {
        let bitcoin = shop_core::money::AssetId::BTC.chain();
        let first = chain(1, Some(identity(1, 7)), 2);
        let second = KnownChain { chain: bitcoin, ..chain(2, Some(identity(3, 9)), 4) };
        let known = [first, second];
        let both = Networks::from_iter([(ethereum(), 1), (bitcoin, 3)]);
        assert_eq!(follow(&known, &both), Ok(vec![1, 2]));
        let first_alone = Networks::from_iter([(ethereum(), 1)]);
        assert_eq!(follow(&known, &first_alone), Ok(vec![1]), "the other is put away");
        let moved = Networks::from_iter([(ethereum(), 1), (bitcoin, 5)]);
        let refused = FollowError::OtherChain { chain: bitcoin, orders: 4, kept: 3, told: 5 };
        assert_eq!(follow(&known, &moved), Err(refused));
    }
}
