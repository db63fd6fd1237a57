//! Scripts of the watched addresses: what filters hold, and blocks pay.

use super::address;
use bitcoin::{Script, ScriptBuf};
use shop_core::{money::AssetId, pay_to::PayTo};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

/// Scripts that are watched, each with its address.
#[derive(Default)]
pub(super) struct Scripts {
    pay_tos: HashMap<ScriptBuf, PayTo>,
    /// Addresses that the scripts were made of.
    watched: HashSet<PayTo>,
}

/// Scripts of the last call: making them takes longer than finding them in a block.
#[derive(Default)]
pub(super) struct LastScripts(Mutex<Arc<Scripts>>);

impl LastScripts {
    /// Returns the scripts of these addresses.
    pub(super) fn of_watched(&self, watched: &HashSet<PayTo>) -> Arc<Scripts> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.watched != *watched {
            *last = Arc::new(Scripts::new(watched));
        }
        Arc::clone(&last)
    }
}

impl Scripts {
    /// Makes the scripts of these addresses. What is no address of Bitcoin is left out.
    fn new(watched: &HashSet<PayTo>) -> Self {
        let of_bitcoin = watched.iter().filter(|pay_to| pay_to.asset() == AssetId::BTC);
        let script = |pay_to: &PayTo| Some((address::script(pay_to.as_str())?, pay_to.clone()));
        Self { pay_tos: of_bitcoin.filter_map(script).collect(), watched: watched.clone() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pay_tos.is_empty()
    }

    /// Returns the watched address that a script pays.
    pub(super) fn find(&self, script: &Script) -> Option<&PayTo> {
        self.pay_tos.get(script)
    }

    /// Returns the bytes of all scripts.
    pub(super) fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.pay_tos.keys().map(|script| script.as_bytes())
    }
}
