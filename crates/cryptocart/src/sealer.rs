//! The database's sealer, and the shop's secret bytes it seals with.

use crate::{digital::CodeLists, error::CliError, files, system::System};
use shop_core::entropy::{self, Entropy};
use shop_db::OrderSealer;
use shop_seal::ReservationKey;
use std::{path::Path, sync::Arc};

/// Returns the bytes that the keys of cookies and of holds are derived from.
/// They are made when first asked for, so that carts and counts outlive a restart.
pub(crate) fn secret(path: &Path, entropy: &dyn Entropy) -> Result<[u8; 32], CliError> {
    if !path.exists() {
        files::write(path, &entropy::bytes::<32>(entropy), true)?;
    }
    read_secret(path)
}

/// Returns the same where they were made before.
pub(crate) fn read_secret(path: &Path) -> Result<[u8; 32], CliError> {
    files::read_secret(path, 64)?.as_slice().try_into().map_err(|_| {
        CliError::misconfigured(format!("{} is damaged", path.display())).hint(
            "restore a backup. If there is none, remove the file and open the shop once with: \
             cryptocart serve --after-loss. Buyers' open carts are lost then, the stock reserved \
             by open orders is no longer counted, and every code already given out would be given \
             out again: take those out of the lists in digital/ first",
        )
    })
}

/// Seals what orders take, and knows these lists of codes.
pub(crate) fn sealer(secret: &[u8; 32], lists: &Arc<CodeLists>, system: &System) -> OrderSealer {
    let hold_key = ReservationKey::from_bytes(secret);
    shop_web::sealer(hold_key, lists.codes(), Arc::clone(&system.entropy))
}
