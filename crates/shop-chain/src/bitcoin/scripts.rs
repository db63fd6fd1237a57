//! Scripts of the watched addresses: what filters hold, and blocks pay.

use super::address;
use bitcoin::{Script, ScriptBuf};
use shop_core::{money::AssetId, pay_to::PayTo};
use std::collections::{HashMap, HashSet};

/// Scripts that are watched, each with its address.
pub(super) struct Scripts(HashMap<ScriptBuf, PayTo>);

impl Scripts {
    /// Makes the scripts of these addresses. What is no address of Bitcoin is left out.
    pub(super) fn new(watched: &HashSet<PayTo>) -> Self {
        let of_bitcoin = watched.iter().filter(|pay_to| pay_to.asset() == AssetId::BTC);
        let script = |pay_to: &PayTo| Some((address::script(pay_to.as_str())?, pay_to.clone()));
        Self(of_bitcoin.filter_map(script).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the watched address that a script pays.
    pub(super) fn find(&self, script: &Script) -> Option<&PayTo> {
        self.0.get(script)
    }

    /// Returns the bytes of all scripts.
    pub(super) fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.0.keys().map(|script| script.as_bytes())
    }
}
