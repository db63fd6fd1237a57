//! View keys of accounts, and the first addresses that follow from them.

use super::report::Found;
use crate::{
    address_numbers,
    cli::addresses::SHOWN,
    config::plan::{ChainPlan, Plan},
    error::CliError,
    onion_key::OnionKeyFile,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    view_accounts,
    view_key::ViewKeyFile,
};

/// Looks at the view keys, and opens the accounts whose keys can be read without a question.
/// Returns what was found, and warnings.
pub(super) fn open(plan: &mut Plan) -> (Vec<Found>, Vec<String>) {
    let passphrase = Passphrase::new(plan.passphrase_file.as_deref());
    let dir = plan.dir.clone();
    let mut found = Vec::new();
    let mut warned = Vec::new();
    for chain in plan.payments.iter_mut().filter(|chain| chain.view.is_some()) {
        found.push(("view key", look(&dir, chain, &passphrase)));
        let file = ViewKeyFile::of(&dir, chain.section);
        if file.exists() && !file.is_sealed() && OnionKeyFile::of(&dir).is_sealed() {
            let command = dir.command(&format!("{} key", chain.section));
            warned.push(format!(
                "the view key of [{}] is not encrypted, and the onion key is: store it again: {command}",
                chain.section
            ));
        }
    }
    (found, warned)
}

fn look(dir: &ShopDir, chain: &mut ChainPlan, passphrase: &Passphrase) -> Result<String, CliError> {
    let file = ViewKeyFile::of(dir, chain.section);
    let list = dir.command(&format!("{} addresses", chain.section));
    if file.is_sealed() && !passphrase.is_known() {
        file.is_private()?;
        return Ok(format!("stored, encrypted. To compare its addresses with your wallet: {list}"));
    }
    let key = file.read(passphrase)?;
    view_accounts::open_one(dir, chain, &key)?;
    let pool = chain.assets.iter().find_map(address_numbers::numbered);
    let (first, shown) = pool.map_or((0, Vec::new()), |pool| pool.first(SHOWN));
    Ok(format!(
        "it is the one of the address. Compare with your wallet, from number {first} on: {}",
        shown.join(", ")
    ))
}
