//! The seller's key, and the letters that are sealed to it outside of a buyer's request.

use crate::{config::plan::Plan, load, system::System};
use arc_swap::ArcSwap;
use shop_core::time::CoarseTime;
use shop_seal::{
    SealCert,
    mail::{self, Letter, SealError, SealedMail},
};
use std::sync::Arc;

/// Certificate that is sealed to.
/// It is exchanged by a reload alone, for orders and notices at once.
pub(crate) type SellerKey = Arc<ArcSwap<SealCert>>;

/// Seals letters to the seller. Clones seal to the same key.
#[derive(Clone)]
pub(crate) struct LetterSealer {
    key: SellerKey,
    read_again: Arc<dyn Fn(CoarseTime) -> Option<SealCert> + Send + Sync>,
    system: System,
}

impl LetterSealer {
    /// Makes the sealer of a shop. It seals to the key that is in use when it seals.
    pub(crate) fn new(plan: &Plan, key: &SellerKey, system: System) -> Self {
        let plan = plan.clone();
        let read_again = move |today| load::seal_cert(&plan, today).ok();
        Self { key: Arc::clone(key), read_again: Arc::new(read_again), system }
    }

    /// Makes a sealer that never reads its key again.
    #[cfg(test)]
    pub(crate) fn with_key(key: &SellerKey, system: System) -> Self {
        Self { key: Arc::clone(key), read_again: Arc::new(|_| None), system }
    }

    /// Returns the hour it is, which is the day of the mails.
    pub(crate) fn hour(&self) -> CoarseTime {
        self.system.hour()
    }

    /// Seals a letter under a Message-ID that was drawn before.
    ///
    /// If that fails the certificate is read again: it may have lapsed while the shop was open, and
    /// the seller may have exported the same key with a later date. Another key is not sealed to:
    /// orders are not either, until a reload.
    pub(crate) fn seal(&self, message_id: &str, letter: &Letter) -> Result<SealedMail, SealError> {
        let today = self.hour();
        let entropy = &*self.system.entropy;
        let seal =
            |cert: &SealCert| mail::seal(message_id.to_owned(), cert, letter, today, entropy);
        let cert = self.key.load_full();
        seal(&cert).or_else(|error| {
            let is_same = |newer: &SealCert| newer.fingerprint() == cert.fingerprint();
            let newer = (self.read_again)(today).filter(is_same).ok_or(error)?;
            let sealed = seal(&newer)?;
            self.key.store(Arc::new(newer));
            Ok(sealed)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn cert(system: &System) -> SealCert {
        let made = system.hour();
        let key = shop_seal::keygen::throw_away("Seller", made, &*system.entropy).unwrap();
        SealCert::parse(&key.public_armored).unwrap()
    }

    #[test]
    fn owed_letter_is_sealed_to_the_same_key_alone() {
        let system = System::fake();
        let bad = SealCert::parse(include_str!("seller_key/lapsed.asc")).unwrap();
        let exported = Arc::new(Mutex::new(None));
        let read_again = {
            let exported = Arc::clone(&exported);
            move |_| exported.lock().unwrap().clone()
        };
        let key: SellerKey = Arc::new(ArcSwap::from_pointee(bad));
        let sealer = LetterSealer {
            key: Arc::clone(&key),
            read_again: Arc::new(read_again),
            system: system.clone(),
        };
        let letter =
            Letter { subject: "paid".into(), body: "Paid.\n".into(), relay: None, json: None };
        let seal = || sealer.seal("<a@localhost>", &letter);
        assert!(seal().is_err());
        *exported.lock().unwrap() = Some(cert(&system));
        assert!(seal().is_err(), "another key is taken up by a reload alone");
        key.store(Arc::new(cert(&system)));
        assert!(seal().is_ok(), "a reload has taken it up");
    }
}
