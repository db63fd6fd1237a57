//! The nodes, asked one by one what they can do now.

use crate::config::plan::{ChainPlan, NodeUrl};
use serde::{Deserialize, Serialize};
use shop_chain::{NodeError, NodeReport, ReceiptsMethod};
use std::collections::BTreeSet;

/// Answer of one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Its number and where it is, without its path.
    name: String,
    /// Sentence on what it can do, or on what is wrong with it.
    said: String,
    /// True if payments can be seen through it.
    works: bool,
    /// True if it is only compared with the seller's own nodes.
    #[serde(default)]
    only_compared: bool,
}

impl Answer {
    /// Makes the seller's answer from a node's report.
    pub(crate) fn new(node: Option<&NodeUrl>, report: &NodeReport) -> Self {
        let name = match node {
            Some(node) if node.own => format!("node {}, your own, {}", report.number, node.name()),
            Some(node) => format!("node {}, {}", report.number, node.name()),
            None => "the simulated chain".into(),
        };
        Self { name, said: said(report), works: works(report), only_compared: false }
    }

    /// Makes the answers from the reports about a chain's nodes.
    pub(crate) fn of_chain(plan: Option<&ChainPlan>, reports: &[NodeReport]) -> Vec<Self> {
        let compared: BTreeSet<usize> =
            plan.iter().flat_map(|plan| plan.compared()).map(|(number, _)| number).collect();
        let answer = |report: &NodeReport| {
            let place = report.number.saturating_sub(1);
            let node = plan.and_then(|plan| plan.nodes.get(place));
            let only_compared = compared.contains(&report.number);
            Self { only_compared, ..Self::new(node, report) }
        };
        reports.iter().map(answer).collect()
    }

    /// Adds what it tells that the seller's own nodes do not.
    pub(crate) fn with_difference(mut self, difference: Option<String>) -> Self {
        if let Some(difference) = difference {
            self.works = false;
            self.said = format!("{difference}; {}", self.said);
        }
        self
    }

    /// Returns true if it is only compared with the seller's own nodes: it is not needed.
    pub(crate) const fn is_only_compared(&self) -> bool {
        self.only_compared
    }

    /// Returns true if payments can be seen through it.
    pub(crate) const fn works(&self) -> bool {
        self.works
    }

    /// Returns a line about the node.
    pub(crate) fn line(&self) -> String {
        format!("{}: {}", self.name, self.said)
    }
}

fn works(report: &NodeReport) -> bool {
    report.trouble.is_none() && report.block_proved
}

/// Returns what a node can do, or what is wrong with it.
pub(crate) fn said(report: &NodeReport) -> String {
    let mut said = Vec::new();
    match (&report.trouble, report.is_reached()) {
        // A stream that ends before a word is what a port without a node gives.
        (Some(NodeError::Disconnected), false) => said.push(NodeError::Unreachable.to_string()),
        (Some(trouble), _) => said.push(trouble.to_string()),
        (None, true) => said.push("answers".into()),
        (None, false) => said.push("does not answer".into()),
    }
    if let Some(id) = report.chain_id {
        said.push(format!("chain {id}"));
    }
    if let Some(tip) = report.tip {
        said.push(match report.blocks_behind {
            Some(behind @ 1..) => format!("at block {}, {behind} behind", tip.0),
            _ => format!("at block {}", tip.0),
        });
    }
    if works(report) {
        said.push("block proof works".into());
    } else if report.is_reached() && report.trouble.is_none() {
        said.push("no block could be proved".into());
    }
    match report.receipts {
        Some(ReceiptsMethod::ByBlock) => said.push("receipts by block".into()),
        Some(ReceiptsMethod::OneByOne) => said.push("receipts one by one, which is slow".into()),
        Some(ReceiptsMethod::Unavailable) => said.push("it provides no receipts".into()),
        None => {}
    }
    said.push(match report.took.as_millis() {
        millis @ 0..10_000 => format!("{millis} ms"),
        _ => format!("{} s", report.took.as_secs()),
    });
    said.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::view::Height;
    use std::time::Duration;

    fn report() -> NodeReport {
        NodeReport {
            number: 2,
            chain_id: Some(1),
            tip: Some(Height(21_000_000)),
            blocks_behind: Some(0),
            block_proved: true,
            receipts: Some(ReceiptsMethod::ByBlock),
            took: Duration::from_millis(812),
            trouble: None,
        }
    }

    #[test]
    fn answer_names_the_node_without_its_key() {
        let node = NodeUrl::parse("https://rpc.example/v3/secret").unwrap();
        let answer = Answer::new(Some(&node), &report());
        assert!(answer.works());
        assert_eq!(
            answer.line(),
            "node 2, https://rpc.example: answers, chain 1, at block 21000000, block proof works, \
             receipts by block, 812 ms"
        );
    }

    #[test]
    fn answer_says_what_is_wrong_first() {
        let node = NodeUrl::parse("http://127.0.0.1:8545").unwrap();
        let wrong =
            |trouble| Answer::new(Some(&node), &NodeReport { trouble: Some(trouble), ..report() });
        let other = wrong(NodeError::WrongChain { told: 5, wanted: 1 });
        assert!(
            !other.works() && other.line().contains(": is on chain 5, not 1, "),
            "{}",
            other.line()
        );
        let dead = NodeReport { chain_id: None, tip: None, block_proved: false, ..report() };
        let dead = NodeReport { trouble: Some(NodeError::Disconnected), ..dead };
        assert!(Answer::new(Some(&node), &dead).line().contains(": cannot be reached, "));
        let unproved = Answer::new(Some(&node), &NodeReport { block_proved: false, ..report() });
        assert!(!unproved.works() && unproved.line().contains("no block could be proved"));
        let behind = Answer::new(Some(&node), &NodeReport { blocks_behind: Some(40), ..report() });
        assert!(behind.line().contains("at block 21000000, 40 behind"));
    }
}
