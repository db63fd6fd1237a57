//! The old cart's Bitcoin wallet: one address for everybody, or a public key.

use super::Report;
use crate::error::CliError;
use shop_chain::bitcoin::{Descriptor, DescriptorError, Network};
use shop_core::{money::AssetId, pay_to::PayTo};

/// File for addresses of the shop, in its folder.
pub(super) const POOL: &str = "bitcoin-pool.txt";

/// Beginning of a comment with an address that other people know: it is not made again.
pub(crate) const USED_ADDRESS: &str = "# used:";

/// Use of an old wallet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wallet {
    /// A key from which each order gets an address of its own.
    Descriptor(String),
    /// An address that other people know.
    Address(PayTo),
}

/// Takes what the old cart named as its Bitcoin wallet; none if it cannot be used.
///
/// # Errors
/// It is a key that can spend. Nothing of it is repeated.
pub(super) fn take(
    field: &str,
    text: &str,
    report: &mut Report,
) -> Result<Option<Wallet>, CliError> {
    let text = text.trim();
    match Descriptor::parse(text, Network::Main) {
        Ok(_) => {
            let why = "your Bitcoin wallet, in shop.toml [bitcoin]: each order gets an address of \
                       its own. Set its gap limit as `cryptocart check` says";
            report.taken(field, why);
            return Ok(Some(Wallet::Descriptor(text.to_owned())));
        }
        Err(error @ DescriptorError::Private) => {
            return Err(CliError::misconfigured(format!("{field}: {error}"))
                .hint("take it out there and import again; nothing was written"));
        }
        Err(DescriptorError::Bare) => {
            let why = "an xpub does not say which addresses your wallet uses: write it as a \
                       descriptor into shop.toml [bitcoin] (docs/bitcoin.md)";
            report.left(field, why);
            return Ok(None);
        }
        Err(_) => {}
    }
    match shop_chain::pay_to(AssetId::BTC, text) {
        Ok(pay_to) => {
            let why = format!(
                "noted in {POOL} as used. On Bitcoin one address for all orders would tell everybody \
                 who paid what, and late payments for old orders would count for new ones. So make \
                 new addresses of the same wallet, at home: cryptocart addresses make {POOL} \
                 --coin BTC --count 500. Then set pool = \"{POOL}\" in shop.toml [bitcoin]"
            );
            report.converted(field, &why);
            Ok(Some(Wallet::Address(pay_to)))
        }
        Err(error) => {
            let why = format!("{error}. To be paid in Bitcoin see [bitcoin] in shop.toml");
            report.left(field, &why);
            Ok(None)
        }
    }
}

/// Returns the text of the pool file that knows the old addresses, and has none to give.
pub(super) fn pool(used: &[PayTo]) -> String {
    let mut text =
        "# Addresses of your wallet for this shop, one for each order. Make them at home:\n\
                    #   cryptocart addresses make bitcoin-pool.txt --coin BTC --count 500\n\
                    # Addresses of the old cart are known to its buyers, and no order gets one:\n"
            .to_owned();
    for pay_to in used {
        text.push_str(&format!("{} {}\n", USED_ADDRESS, pay_to.as_str()));
    }
    text
}
