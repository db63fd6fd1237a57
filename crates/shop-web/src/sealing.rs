//! Key that mails to the seller are sealed to, and its exchange while the shop is open.

use shop_seal::SealCert;
use std::ops::Deref;
use tokio::sync::{RwLock, RwLockReadGuard};

/// The seller's certificate in use.
/// Whoever seals holds it until the mail is stored, so an exchange waits for what is still being
/// sealed to the key of before.
pub(crate) struct Sealing(RwLock<SealCert>);

/// The certificate to seal to, for as long as this is held.
pub(crate) struct SealTo<'a>(RwLockReadGuard<'a, SealCert>);

impl Sealing {
    /// Begins with this certificate.
    pub(crate) fn new(cert: SealCert) -> Self {
        Self(RwLock::new(cert))
    }

    /// Returns the certificate in use. To be held until what was sealed to it is stored.
    pub(crate) async fn to(&self) -> SealTo<'_> {
        SealTo(self.0.read().await)
    }

    /// Seals to `cert` from the moment `accepted` has succeeded; nothing is sealed while it runs.
    /// If it fails, the certificate of before stays.
    pub(crate) async fn exchange<E>(
        &self,
        cert: SealCert,
        accepted: impl Future<Output = Result<(), E>>,
    ) -> Result<(), E> {
        let mut current = self.0.write().await;
        accepted.await?;
        *current = cert;
        Ok(())
    }
}

impl Deref for SealTo<'_> {
    type Target = SealCert;

    fn deref(&self) -> &SealCert {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::{entropy::Seeded, time::CoarseTime};
    use std::time::Duration;
    use tokio::time::timeout;

    fn cert(seed: u64) -> SealCert {
        let today = CoarseTime::from_hours(494_000);
        let key = shop_seal::keygen::throw_away("Seller", today, &Seeded::new(seed)).unwrap();
        SealCert::parse(&key.public_armored).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn exchange_waits_for_mail_that_is_being_sealed() {
        let old = cert(1);
        let new = cert(2);
        let sealing = Sealing::new(old.clone());
        let held = sealing.to().await;
        let exchange = sealing.exchange(new.clone(), async { Ok::<_, ()>(()) });
        let mut exchange = std::pin::pin!(exchange);
        assert!(timeout(Duration::from_secs(60), &mut exchange).await.is_err());
        assert_eq!(held.fingerprint(), old.fingerprint());
        drop(held);
        exchange.await.unwrap();
        assert_eq!(sealing.to().await.fingerprint(), new.fingerprint());
    }

    #[tokio::test]
    async fn refused_exchange_keeps_the_key_of_before() {
        let old = cert(1);
        let sealing = Sealing::new(old.clone());
        sealing.exchange(cert(2), async { Err(()) }).await.unwrap_err();
        assert_eq!(sealing.to().await.fingerprint(), old.fingerprint());
    }
}
