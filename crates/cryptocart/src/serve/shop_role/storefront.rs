//! Storefront of the open shop, read from its folder.

use super::{ShopPlan, note};
use crate::{
    config::{plan::Plan, rules},
    error::CliError,
    identity, load,
    payments::ShopPayments,
    pictures,
    system::SystemClock,
    theme, translations,
};
use shop_core::{catalog::Catalog, kind::Kind, money::AssetId, time::Clock};
use shop_net::shop_side::Reporter;
use shop_seal::SealCert;
use shop_web::{Payments, Pictures, StorefrontSource, Theme};

/// A shop whose files are read.
pub(super) struct Opening<'a> {
    pub(super) plan: &'a Plan,
    pub(super) told: &'a ShopPlan,
    pub(super) payments: &'a ShopPayments,
    pub(super) reporter: &'a Reporter,
}

impl Opening<'_> {
    /// Reads everything and makes all pictures ready; also returns the theme's refusals.
    pub(super) async fn complete(
        &self,
        catalog: Catalog,
        cert: SealCert,
    ) -> Result<(StorefrontSource, Vec<String>), CliError> {
        let dir = self.plan.dir.clone();
        let of = catalog.clone();
        let made = off_thread("preparing the pictures", move || {
            let ready = load::pictures(&dir, &of)?;
            Ok((ready, theme::load(&dir)))
        });
        let (ready, look) = made.await?;
        if ready.made > 0 {
            let text = format!("prepared {}, metadata removed", ready.made);
            note(self.reporter, "pictures", &text).await;
        }
        let refused = look.flaws.iter().map(|flaw| format!("ignored: {flaw}")).collect();
        let source = self.source(catalog, cert, ready.pictures, look.theme).await?;
        Ok((source, refused))
    }

    /// Reads everything, and of the pictures those that were made before.
    /// Returns true beside it if some are still to be made.
    pub(super) async fn as_made(
        &self,
        catalog: Catalog,
        cert: SealCert,
    ) -> Result<(StorefrontSource, bool), CliError> {
        let dir = self.plan.dir.clone();
        let of = catalog.clone();
        let made = off_thread("reading the pictures", move || {
            let wanted = load::wanted_pictures(&of);
            let unready = pictures::made_before(&dir, &wanted)?;
            Ok((unready.pictures, !unready.rest.is_empty(), theme::load_as_made(&dir)))
        });
        let (pictures, lacks_pictures, look) = made.await?;
        for flaw in &look.flaws {
            note(self.reporter, "theme", &format!("ignored: {flaw}")).await;
        }
        let source = self.source(catalog, cert, pictures, look.theme).await?;
        Ok((source, lacks_pictures || look.lacks_logo))
    }

    async fn source(
        &self,
        catalog: Catalog,
        cert: SealCert,
        pictures: Pictures,
        theme: Theme,
    ) -> Result<StorefrontSource, CliError> {
        let plan = self.plan;
        let today = SystemClock.now().coarse();
        let identity = identity::load(&plan.dir, &cert, self.told.onion.as_deref(), today);
        for (name, warning) in &identity.warnings {
            note(self.reporter, "identity", &format!("{name}: {warning}")).await;
        }
        let texts = identity.files.into_iter().map(|file| (file.path.to_owned(), file.text));
        Ok(StorefrontSource {
            texts: texts.collect(),
            catalog,
            name: plan.name.clone(),
            tagline: plan.tagline.clone(),
            contact: plan.contact.clone(),
            pages: load::pages(plan)?,
            pictures,
            offered: offered(self.payments, plan.currency),
            demo: plan.is_demo(),
            seal_cert: cert,
            languages: plan.languages.clone(),
            words: translations::load(&plan.dir, &plan.languages)?,
            rules: rules::load(plan)?,
            code_salt: rules::code_salt(&plan.dir)?,
            theme,
        })
    }
}

/// Runs work that reads files or makes pictures on a thread beside the tasks.
pub(super) async fn off_thread<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, CliError> + Send + 'static,
) -> Result<T, CliError> {
    let failed = |_| CliError::new(Kind::Bug, format!("{what} failed"));
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

/// Returns the assets that can be paid with, the preferred first.
fn offered(payments: &ShopPayments, preferred: AssetId) -> Vec<AssetId> {
    let mut assets = payments.assets();
    assets.sort_by_key(|asset| *asset != preferred);
    assets
}
