//! Rule about the money that the shop wants to hear of: which asset, and where.

use crate::watcher::WatchList;
use shop_core::{money::AssetId, pay_to::PayTo};
use std::collections::HashSet;

/// A watch list, ready to be asked.
pub(crate) struct Wanted<'a> {
    list: &'a WatchList,
    /// Assets that are asked for somewhere.
    asked: HashSet<AssetId>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn of(list: &'a WatchList) -> Self {
        Self { list, asked: list.watched.iter().map(PayTo::asset).collect() }
    }

    /// Returns every asset that can be wanted.
    pub(crate) fn assets(&self) -> impl Iterator<Item = AssetId> {
        let known = self.list.known.iter().copied();
        known.chain(self.asked.iter().copied().filter(|asset| !self.list.known.contains(asset)))
    }

    /// Returns the pay-tos of this address at which money is to be told, which is of one of these
    /// assets.
    ///
    /// It is told where it is asked for. Where money of another asset is asked for, it is told if
    /// the shop knows its asset.
    pub(crate) fn pay_tos(&self, assets: &[AssetId], address: &PayTo) -> Vec<PayTo> {
        let at = |asset: &AssetId| address.with_asset(*asset);
        let is_watched = |pay_to: &PayTo| self.list.watched.contains(pay_to);
        let asked: Vec<PayTo> = assets.iter().map(at).filter(is_watched).collect();
        if !asked.is_empty() {
            return asked;
        }
        let known = assets.iter().find(|asset| self.list.known.contains(asset));
        let known = known.filter(|_| self.asked.iter().map(at).any(|pay_to| is_watched(&pay_to)));
        known.map(at).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(code: &str) -> AssetId {
        AssetId::token(AssetId::ETH.chain(), &format!("0x{code}"), code, 6, 6).unwrap()
    }

    fn address(text: &str) -> PayTo {
        PayTo::new(AssetId::ETH, text).unwrap()
    }

    #[test]
    fn money_of_a_known_asset_is_told_where_another_is_asked_for() {
        let asked = address("a").with_asset(token("ASKED"));
        let known = [AssetId::ETH, token("KNOWN")].into();
        let list = WatchList { watched: [asked.clone()].into(), known, ..WatchList::default() };
        let wanted = Wanted::of(&list);
        let told = |asset, text: &str| wanted.pay_tos(&[asset], &address(text));
        assert_eq!(told(token("ASKED"), "a"), [asked]);
        assert_eq!(told(AssetId::ETH, "a"), [address("a")]);
        assert_eq!(told(token("KNOWN"), "a"), [address("a").with_asset(token("KNOWN"))]);
        assert!(told(token("SPAM"), "a").is_empty(), "anybody can make a token");
        assert!(told(token("ASKED"), "b").is_empty() && told(AssetId::ETH, "b").is_empty());
        assert_eq!(wanted.assets().count(), 3);
    }

    /// A seller who corrects decimals has two assets with one contract.
    #[test]
    fn money_that_is_asked_for_is_not_other_money_too() {
        let asked = address("a").with_asset(token("OLD"));
        let known = [token("NEW")].into();
        let list = WatchList { watched: [asked.clone()].into(), known, ..WatchList::default() };
        let both = [token("NEW"), token("OLD")];
        assert_eq!(Wanted::of(&list).pay_tos(&both, &address("a")), [asked]);
    }
}
