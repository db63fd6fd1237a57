//! The database's clerk, and the shop's secret bytes it seals with.

use crate::{config::plan::Plan, digital::CodeLists, error::CliError, files, load, system::System};
use arc_swap::ArcSwap;
use shop_core::{
    entropy::{self, Entropy},
    seller_mail::SellerMail,
    time::CoarseTime,
};
use shop_db::{NewMail, NotSealed, OrderNotice, OrderSealer, WriteNotice};
use shop_seal::{
    ReservationKey, SealCert,
    mail::{self, SealError},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

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

/// Writes to the seller, seals what orders take, and knows these lists of codes.
pub(crate) fn sealer(
    plan: &Plan,
    secret: &[u8; 32],
    key: &SellerKey,
    lists: &Arc<CodeLists>,
    system: &System,
) -> OrderSealer {
    let letters = SellerMail { shop: plan.name.clone(), demo: plan.is_demo() };
    let again = {
        let plan = plan.clone();
        move |today| load::seal_cert(&plan, today).ok()
    };
    let letters = news_letters(letters, Arc::clone(key), again, system.clone());
    let hold_key = ReservationKey::from_bytes(secret);
    shop_web::sealer(letters, hold_key, lists.codes(), Arc::clone(&system.entropy))
}

/// Certificate that is sealed to.
/// It is exchanged by a reload alone, for orders and news at once.
pub(crate) type SellerKey = Arc<ArcSwap<SealCert>>;

/// Writes and seals the letters about changes of payment.
/// If that fails the certificate is read `again`: it may have lapsed while the shop was open, and
/// the seller may have exported the same key with a later date. Another key is not sealed to: orders
/// are not either, until a reload.
fn news_letters(
    letters: SellerMail,
    cert: SellerKey,
    again: impl Fn(CoarseTime) -> Option<SealCert> + Send + Sync + 'static,
    system: System,
) -> WriteNotice {
    let failing = AtomicBool::new(false);
    Arc::new(move |news: &OrderNotice<'_>| {
        let today = system.hour();
        let letter = letters.news(news.order, news.news, news.invoice, news.transfers, today);
        let letter = mail::Letter::from(letter);
        let seal = |cert: &SealCert| mail::seal(cert, &letter, today, &*system.entropy);
        let sealed = seal(&cert.load()).or_else(|error| {
            let same = |newer: &SealCert| newer.fingerprint() == cert.load().fingerprint();
            let newer = again(today).filter(same).ok_or(error)?;
            let sealed = seal(&newer)?;
            cert.store(Arc::new(newer));
            Ok::<_, SealError>(sealed)
        });
        match sealed {
            Ok(sealed) => {
                failing.store(false, Ordering::SeqCst);
                Ok(Some(NewMail { message_id: sealed.message_id, bytes: sealed.bytes }))
            }
            Err(error) => {
                if !failing.swap(true, Ordering::SeqCst) {
                    tracing::error!(
                        "encrypting a notice to the seller: {error}. It will be written once that works again"
                    );
                }
                Err(NotSealed)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::{
        invoice::{Invoice, SellerNotice},
        money::{Amount, AssetId},
        order::OrderId,
        pay_to::{Matching, Offer, PayTo},
        view::Confirmations,
    };
    use std::sync::Mutex;

    fn cert(system: &System) -> SealCert {
        let made = system.hour();
        let key = shop_seal::keygen::throw_away("Seller", made, &*system.entropy).unwrap();
        SealCert::parse(&key.public_armored).unwrap()
    }

    /// Writes the letter about an order that is paid.
    fn news(letters: &WriteNotice) -> Result<Option<NewMail>, NotSealed> {
        let system = System::fake();
        let now = system.hour();
        let pay_to = PayTo::new(AssetId::Eth, "demo-1").unwrap();
        let due = Amount::new(AssetId::Eth, 5_000_000_000);
        let offer = Offer { pay_to, due, matching: Matching::PayTo };
        let invoice = Invoice::open(offer, Confirmations(3), now.plus_hours(24)).unwrap();
        let order = OrderId::random(&*system.entropy);
        letters(&OrderNotice { order, news: SellerNotice::Paid, invoice: &invoice, transfers: &[] })
    }

    #[test]
    fn owed_letter_is_sealed_to_the_same_key_alone() {
        let system = System::fake();
        let bad = SealCert::parse(include_str!("clerk/lapsed.asc")).unwrap();
        let exported = Arc::new(Mutex::new(None));
        let again = {
            let exported = Arc::clone(&exported);
            move |_| exported.lock().unwrap().clone()
        };
        let letters = SellerMail { shop: "Shop".into(), demo: false };
        let key: SellerKey = Arc::new(ArcSwap::from_pointee(bad));
        let letters = news_letters(letters, Arc::clone(&key), again, system.clone());
        assert!(news(&letters).is_err());
        *exported.lock().unwrap() = Some(cert(&system));
        assert!(news(&letters).is_err(), "another key is taken up by a reload alone");
        key.store(Arc::new(cert(&system)));
        assert!(news(&letters).unwrap().is_some(), "a reload has taken it up");
    }
}
