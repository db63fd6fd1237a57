//! Escrow of an order, for programs.

use crate::order_status::{EscrowFacts, EscrowStep};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Step of an order in the escrow contract, or a buyer's release.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct EscrowData<'a> {
    /// The word of an [`EscrowStep`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Cow<'a, str>>,
    /// Deadline of the step, in seconds since 1970; before the order is shipped, the one to ship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// Text by which the buyer releases the money: a secret or a signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Cow<'a, str>>,
}

impl<'a> EscrowData<'a> {
    pub(in crate::seller_mail) fn new(facts: EscrowFacts) -> Self {
        let EscrowFacts { ship_by, step, until, .. } = facts;
        let ship_by = (step == EscrowStep::Open).then(|| ship_by.start());
        Self {
            step: Some(step.word().into()),
            until: until.or(ship_by).map(|until| until.0),
            release: None,
        }
    }

    pub(in crate::seller_mail) fn released(typed: &'a str) -> Self {
        Self { step: None, until: None, release: Some(typed.into()) }
    }
}

/// The step alone.
impl std::fmt::Debug for EscrowData<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EscrowData({:?}, ..)", self.step)
    }
}
