//! Nodes that are believed: who decides what was paid, and who is only compared.

use super::ChainPlan;
use crate::config::plan::{NodeUrl, operators};
use shop_chain::Chain;

impl ChainPlan {
    /// Returns true if one remote node decides alone what was paid.
    /// Its operator can make up a payment.
    pub(crate) fn trusts_one_far_node(&self) -> bool {
        let believes = shop_chain::rules(self.chain).is_none_or(Chain::believes_one_node);
        believes && self.has_one_far_node()
    }

    /// Returns true if there is one remote node and no other: it can hide payments.
    /// One that the seller runs hides none.
    pub(crate) fn has_one_far_node(&self) -> bool {
        matches!(self.nodes.as_slice(), [node] if !node.is_loopback() && !node.own)
    }

    /// Returns the nodes that decide: the seller's own, or all where none is.
    pub(crate) fn deciding(&self) -> impl Iterator<Item = &NodeUrl> {
        deciding(&self.nodes, |node| node.own)
    }

    /// Returns the nodes that are only compared with the seller's own, with their numbers.
    pub(crate) fn compared(&self) -> impl Iterator<Item = (usize, &NodeUrl)> {
        let has_own = self.nodes.iter().any(|node| node.own);
        (1..).zip(&self.nodes).filter(move |(_, node)| has_own && !node.own)
    }

    /// Returns about how many bytes a day come through Tor from these nodes, on the main network.
    /// It is none on another network, or if nothing comes from elsewhere.
    pub(crate) fn bytes_a_day(&self) -> Option<u64> {
        let rules = shop_chain::rules(self.chain)?;
        let all = u64::try_from(self.deciding().count()).ok()?;
        let far = self.deciding().filter(|node| !node.is_loopback()).count();
        let far = u64::try_from(far).ok().filter(|far| *far > 0)?;
        let is_main = rules.main_network() == self.network;
        is_main.then(|| rules.bytes_a_day(all).saturating_mul(far) / all.max(1))
    }

    /// Returns true if a payment that is deep enough hands out digital goods by itself.
    /// The word of one remote node, which could make a payment up, is not enough unless the settings
    /// say so.
    pub(crate) fn releases_digital(&self) -> bool {
        self.digital_on_one_node || !self.trusts_one_far_node()
    }

    /// Returns the age in hours of the newest block at which the nodes are stuck.
    /// There is none on a private network, which may wait for somebody to mine.
    pub(crate) fn stuck_after_hours(&self) -> Option<u64> {
        shop_chain::rules(self.chain)?.stuck_after_hours(self.network)
    }

    /// Returns what the seller should change about the nodes, if anything.
    pub(crate) fn node_advice(&self) -> Option<String> {
        if self.has_one_far_node() {
            let can = if self.trusts_one_far_node() { "fake or hide" } else { "hide" };
            return Some(format!(
                "your nodes: there is only ONE, and it is remote: whoever runs it can {can} \
                 payments. Use three from different operators, or one of your own (docs/nodes.md)"
            ));
        }
        let mut deciding = self.deciding().peekable();
        if deciding.peek().is_some_and(|node| node.own) || deciding.all(NodeUrl::is_loopback) {
            return None;
        }
        let operators = operators::count(self.nodes.iter());
        let is_here = self.nodes.iter().any(NodeUrl::is_loopback);
        let mark = if is_here { ", or mark yours with own = true" } else { "" };
        (operators < operators::ENOUGH).then(|| {
            format!(
                "your nodes: they are of {operators} operators, as far as their names tell, and one \
                 alone can hide payments: use three{mark} (docs/nodes.md)"
            )
        })
    }
}

/// Returns the nodes that decide: the seller's own, or all where none is.
pub(in crate::config::plan) fn deciding<T>(
    nodes: &[T],
    is_own: impl Fn(&T) -> bool,
) -> impl Iterator<Item = &T> {
    let has_own = nodes.iter().any(&is_own);
    nodes.iter().filter(move |node| is_own(node) || !has_own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::plan::tests::shop;

    const WALLET: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    const OWN: &str = "{ url = \"http://127.0.0.1:8545\", own = true }";

    fn chain(nodes: &str) -> ChainPlan {
        let toml = format!("[ether]\nwallet = \"{WALLET}\"\nnodes = [{nodes}]");
        shop(&toml, &[]).unwrap().payments.remove(0)
    }

    fn names<'a>(nodes: impl Iterator<Item = &'a NodeUrl>) -> Vec<String> {
        nodes.map(NodeUrl::name).collect()
    }

    #[test]
    fn own_nodes_decide_and_the_others_are_compared() {
        let plan = chain(&format!("\"https://a.example\", {OWN}, \"https://b.test\""));
        assert_eq!(names(plan.deciding()), ["http://127.0.0.1:8545"]);
        let compared: Vec<_> =
            plan.compared().map(|(number, node)| (number, node.name())).collect();
        assert_eq!(compared, [(1, "https://a.example".into()), (3, "https://b.test".into())]);
        let plain = chain("\"https://a.example\", \"http://127.0.0.1:8545\"");
        assert_eq!((plain.deciding().count(), plain.compared().count()), (2, 0));
    }

    #[test]
    fn lone_node_of_the_seller_is_trusted_wherever_it_is() {
        let plan = chain("{ url = \"https://mine.example\", own = true }");
        assert!(!plan.trusts_one_far_node() && !plan.has_one_far_node());
        assert!(plan.releases_digital() && plan.node_advice().is_none());
    }

    #[test]
    fn fewer_than_three_operators_are_warned_of() {
        for (nodes, wanted) in [
            ("\"https://a.example\"", Some("only ONE")),
            ("\"https://a.example\", \"https://b.test\"", Some("of 2 operators")),
            ("\"https://a.one.example\", \"https://b.one.example\"", Some("of 1 operators")),
            ("\"https://a.example\", \"http://127.0.0.1:1\"", Some("mark yours with own = true")),
            ("\"https://a.example\", \"https://b.one.test\", \"https://c.one.test\"", Some("of 2")),
            ("\"https://a.example\", \"https://b.test\", \"https://c.net\"", None),
            ("\"http://127.0.0.1:1\"", None),
            ("\"http://127.0.0.1:1\", \"http://127.0.0.1:2\"", None),
            (&format!("{OWN}, \"https://a.example\""), None),
        ] {
            let advice = chain(nodes).node_advice();
            match wanted {
                None => assert_eq!(advice, None, "{nodes}"),
                Some(wanted) => {
                    let advice = advice.unwrap_or_default();
                    assert!(advice.contains(wanted), "{nodes}: {advice}");
                }
            }
        }
    }

    #[test]
    fn bytes_a_day_are_those_of_nodes_elsewhere() {
        assert_eq!(chain(OWN).bytes_a_day(), None);
        let one = chain("\"https://a.example\"").bytes_a_day().unwrap();
        assert!((1_300_000_000..1_700_000_000).contains(&one), "{one}");
        let names = ["a.example", "b.test", "c.net", "d.org", "e.com"];
        let five = names.map(|name| format!("\"https://{name}\"")).join(", ");
        let five = chain(&five).bytes_a_day().unwrap();
        assert!((one..2_100_000_000).contains(&five), "{five}");
        let half = chain("\"https://a.example\", \"http://127.0.0.1:1\"").bytes_a_day().unwrap();
        assert!(half < one, "half of the blocks come from this machine");
    }
}
