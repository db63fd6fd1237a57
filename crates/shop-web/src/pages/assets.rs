//! Choice of the asset that a cart is paid with.

use super::{
    PageRequest,
    bill::{self, QuotedCart},
};
use crate::{language::Sentence, page::view};
use shop_core::{cart::Cart, money::AssetId};
use std::borrow::Cow;

view! {
    /// An asset that a cart can be paid with.
    pub(super) struct AssetOption {
        code: Cow<'static, str>,
        name: Cow<'static, str>,
        /// Sentence that says on which network it is paid.
        network: String,
        chosen: bool,
    }
}

/// Returns the assets that a cart can be paid with now.
pub(super) fn options(request: &PageRequest, cart: &Cart, quoted: &QuotedCart) -> Vec<AssetOption> {
    let option = |asset: AssetId| AssetOption {
        code: Cow::Borrowed(asset.code()),
        name: Cow::Borrowed(asset.name()),
        network: request.say(&network(asset)),
        chosen: Some(asset) == quoted.asset(),
    };
    bill::payable(request, cart).into_iter().map(option).collect()
}

/// Returns the sentence about the assets in which a bill in a currency is paid.
pub(super) fn paid_in(request: &PageRequest, cart: &Cart, quoted: &QuotedCart) -> Option<String> {
    quoted.quote.bill.converted()?;
    let names = names(request, bill::payable(request, cart).into_iter());
    Some(request.say(&Sentence::new("cart-paid-in").with("assets", names)))
}

/// Returns the sentence about the assets that are not offered, for want of an exchange rate.
pub(super) fn not_converted(
    request: &PageRequest,
    cart: &Cart,
    quoted: &QuotedCart,
) -> Option<String> {
    quoted.quote.bill.converted()?;
    let taken = request.shop.payments.assets();
    let payable = bill::payable(request, cart);
    let offered = request.front.offered().iter().copied();
    let offered = offered.filter(|asset| taken.contains(asset) && !payable.contains(asset));
    let names = names(request, offered);
    let sentence = || request.say(&Sentence::new("converted-missing").with("assets", &*names));
    (!names.is_empty()).then(sentence)
}

fn names(request: &PageRequest, assets: impl Iterator<Item = AssetId>) -> String {
    let comma = request.say(&Sentence::new("list-separator"));
    assets.map(AssetId::name).collect::<Vec<_>>().join(&comma)
}

/// Returns the sentence about the network that an asset is paid on.
fn network(asset: AssetId) -> Sentence {
    let chain = asset.chain().as_str();
    let (first, rest) = chain.split_at_checked(1).unwrap_or((chain, ""));
    let network = format!("{}{rest}", first.to_uppercase());
    match asset.token_on_chain() {
        Some(_) => Sentence::new("pay-token-on").with("network", network),
        None => Sentence::new("pay-coin-on").with("network", network),
    }
}
