//! Reading the shop's files again while it is open.

use super::{OpenShop, note, storefront};
use crate::{
    config::{Config, plan::Plan},
    content::{self, PictureWork},
    control::{Comparison, KeyChange, Reloaded},
    error::{CliError, Context},
    files, load, rates,
    shop_dir::ShopDir,
    terminal, warnings,
};
use shop_core::catalog::Catalog;
use shop_seal::SealCert;
use shop_web::Payments as _;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, PoisonError},
};

/// Most warnings told of a reload, beside the key and the settings.
const MOST_WARNINGS: usize = 60;

impl OpenShop {
    /// Reads catalogue, pages and key again; broken ones are refused, and the old ones stay.
    /// The outcome is told on the terminal too.
    pub(super) async fn reload(&self) -> Result<Reloaded, CliError> {
        let _alone = self.reloading.lock().await;
        let read = self.read_again().await;
        match &read {
            Ok(reloaded) => self.tell_reloaded(reloaded).await,
            Err(error) => {
                let hint = error.hint_text().map(|hint| format!("; {hint}")).unwrap_or_default();
                let text = format!(
                    "Not reloaded: {}{hint}. The shop still shows the old catalogue",
                    error.what()
                );
                note(&self.reporter, "catalog", &text).await;
            }
        }
        read
    }

    async fn tell_reloaded(&self, reloaded: &Reloaded) {
        let count = terminal::many(reloaded.products, "product", "products");
        note(&self.reporter, "catalog", &format!("reloaded: {count}")).await;
        if let Some(added) = reloaded.addresses_said() {
            note(&self.reporter, "pool", &added).await;
        }
        if let Some(key) = &reloaded.key {
            note(&self.reporter, "key", &key.said()).await;
        }
        if !reloaded.needs_restart.is_empty() {
            let text = format!("needs a restart: {}", reloaded.needs_restart.join(", "));
            note(&self.reporter, "settings", &text).await;
        }
        for warning in &reloaded.warnings {
            note(&self.reporter, "warning", warning).await;
        }
    }

    async fn read_again(&self) -> Result<Reloaded, CliError> {
        let needs_restart = self.changed_settings()?;
        let pools = self.pools_again(&needs_restart)?;
        let digest = catalog_digest(&self.plan.dir);
        let today = self.system.hour();
        let work = PictureWork::MakeAll;
        let content = storefront::load(&self.plan, &self.told, &self.lists, today, work).await?;
        storefront::tell(&content, &self.reporter).await;
        let refused = storefront::ignored(&content);
        let cert = content.seal_cert.clone();
        let read = content.catalog.clone();
        let codes = Arc::clone(&content.handed_out.codes);
        let source = storefront::source(content, &self.plan, &self.payments);
        let storefront = content::build(source)?;
        let old = self.key.load_full();
        let counts = load::counts(storefront.catalog(), &storefront.rules().discounts);
        let take_up = self.swapping(codes, cert.clone());
        // Nothing after it can refuse the catalogue.
        let counted = async {
            self.db.recount_from(counts, take_up).await.context(|| "updating the stock".into())
        };
        self.web.exchange_key(cert.clone(), counted).await?;
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = digest;
        let products = storefront.catalog().products().len();
        self.pictures_wanted.cancel();
        self.web.show(storefront);
        let new_addresses = pools.map_or(0, |plan| self.payments.take_pools(&plan));
        self.db.replace_policies(self.payments.policies());
        let needed = rates::needed(&self.plan, &read, &self.payments.assets());
        self.rates.want(needed, self.system.clock.now());
        let mut warnings = refused;
        warnings.extend(self.lints(read).await);
        warnings.truncate(MOST_WARNINGS);
        let key = self.key_change(&old, &cert).await;
        Ok(Reloaded { products, new_addresses, key, warnings, needs_restart })
    }

    /// Returns a function that exchanges the lists of codes and the seller's key.
    /// Both are exchanged from one moment on; the function that it returns takes both back.
    fn swapping(
        &self,
        codes: Arc<crate::digital::Lists>,
        cert: SealCert,
    ) -> impl FnOnce() -> crate::digital::Undo + Send + use<> {
        let swap = self.lists.swapping(codes);
        let key = Arc::clone(&self.key);
        move || {
            let codes_back = swap();
            let before = key.swap(Arc::new(cert));
            Box::new(move || {
                key.store(before);
                codes_back();
            })
        }
    }

    async fn key_change(&self, old: &SealCert, new: &SealCert) -> Option<KeyChange> {
        let old = old.fingerprint();
        let new = new.fingerprint();
        if old == new {
            return None;
        }
        let waiting = self.db.backlog().await.map_or(0, |backlog| backlog.mails);
        Some(KeyChange { old, new, mails_to_old: waiting })
    }

    /// Returns everything that was read and was probably not meant.
    async fn lints(&self, catalog: Catalog) -> Vec<String> {
        let plan = self.plan.clone();
        let look = tokio::task::spawn_blocking(move || warnings::all(&plan, &catalog));
        match look.await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => vec![error.what().to_owned()],
            Err(_) => Vec::new(),
        }
    }

    /// Says at the start what was probably not meant.
    /// It runs beside the open shop: every text is read for it, and nobody has to wait for that.
    pub(super) fn look_for_slips(self: &Arc<Self>, catalog: Catalog) {
        let shop = Arc::clone(self);
        self.tasks.spawn(async move {
            for warning in shop.lints(catalog).await {
                note(&shop.reporter, "warning", &warning).await;
            }
        });
    }

    /// Returns the differences between the open shop and what is on the disk.
    pub(super) fn compare(&self) -> Result<Comparison, CliError> {
        let shown = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let needs_restart = self.changed_settings()?;
        let pools = self.pools_again(&needs_restart)?;
        Ok(Comparison {
            sealed_to: self.key.load().fingerprint(),
            same_pools: pools.is_none_or(|plan| !self.payments.has_other_pool(&plan)),
            needs_restart,
            same_catalog: shown == catalog_digest(&self.plan.dir),
        })
    }

    /// Returns the settings that are not those it was opened with.
    pub(super) fn changed_settings(&self) -> Result<Vec<String>, CliError> {
        let now = Config::load(&self.plan.dir)?;
        Ok(self.config.differences(&now))
    }

    /// Reads the pools of addresses again; none where the settings of payments are others.
    pub(super) fn pools_again(&self, needs_restart: &[String]) -> Result<Option<Plan>, CliError> {
        if needs_restart.iter().any(|name| self.plan.is_about_payments(name)) {
            return Ok(None);
        }
        let mut plan = Plan::load(&self.plan.dir)?;
        plan.share_accounts(&self.plan);
        Ok(Some(plan))
    }
}

impl Reloaded {
    /// Returns in words how many new addresses the pool has; none if it has none.
    pub(crate) fn addresses_said(&self) -> Option<String> {
        let added = terminal::many(self.new_addresses, "new address", "new addresses");
        (self.new_addresses > 0).then(|| format!("{added} in the pool"))
    }
}

impl KeyChange {
    /// Returns in words, for the seller, that the key was changed.
    pub(crate) fn said(&self) -> String {
        let Self { old, new, mails_to_old } = self;
        let waiting = match mails_to_old {
            0 => String::new(),
            count => format!(
                "; {} sealed to the old key still waiting for the mailbox",
                terminal::many(count, "mail is", "mails are")
            ),
        };
        format!(
            "orders and notices are now sealed to {new}, no longer to {old}. Keep the old secret \
             key to read older mail{waiting}"
        )
    }
}

/// Tells two readings of `catalog.json` apart, in one process.
pub(super) fn catalog_digest(dir: &ShopDir) -> Option<u64> {
    let bytes = files::read(&dir.catalog(), load::LARGEST_CATALOG).ok()?;
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Some(hasher.finish())
}
