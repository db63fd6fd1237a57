//! Content of a shop: the one list of what it shows, read from its folder.
//!
//! A shop that opens, a reload (and so `catalog reload`) and `check` read by it.

mod part;
mod pictures;

pub(crate) use part::{Part, Problem};
pub(crate) use pictures::{PictureWork, ReadyPictures};

use crate::{
    config::{plan::Plan, rules},
    digital::{self, CodeLists, HandedOut},
    error::{CliError, Context},
    identity::{self, Identity},
    load, payments, theme, translations,
};
use shop_core::{
    bill::{Discounts, PriceRules, Shipping, Tax},
    catalog::Catalog,
    money::AssetId,
    time::CoarseTime,
};
use shop_seal::{CodeSalt, SealCert};
use shop_web::{ContentPage, Glossary, Storefront, StorefrontSource};

/// Facts that content is read with and that are not in the folder.
pub(crate) struct ContentFacts<'a> {
    /// Key of the shop's lists of codes.
    pub(crate) lists: &'a CodeLists,
    /// The shop's onion address, if it is known.
    pub(crate) onion: Option<&'a str>,
    /// The time now.
    pub(crate) today: CoarseTime,
}

/// Each part of a shop's content but the pictures, read by itself.
pub(crate) struct ContentParts {
    /// Certificate that orders are sealed to.
    pub(crate) seller: Part<SealCert>,
    /// Products for sale.
    pub(crate) catalog: Part<Catalog>,
    /// Files and codes that are sold; none without a catalogue.
    pub(crate) digital: Option<Part<HandedOut>>,
    /// Assets that the shop is paid in; none without a catalogue.
    pub(crate) prices: Option<Part<Vec<AssetId>>>,
    /// The seller's texts.
    pub(crate) pages: Part<Vec<ContentPage>>,
    /// The seller's short words in other languages.
    pub(crate) words: Part<Glossary>,
    /// Zones and rates.
    pub(crate) shipping: Part<Shipping>,
    /// Taxes.
    pub(crate) tax: Part<Tax>,
    /// Discounts, and the salt that typed codes are hashed with.
    pub(crate) discounts: Part<(Discounts, CodeSalt)>,
    /// Files that others can check; none without a certificate.
    pub(crate) identity: Identity,
}

impl ContentParts {
    /// Reads everything but the pictures.
    pub(crate) fn read(plan: &Plan, facts: &ContentFacts<'_>) -> Self {
        let dir = &plan.dir;
        let seller = load::seal_cert(plan, facts.today);
        let identity = |cert| identity::load(dir, cert, facts.onion, facts.today);
        let identity = seller.as_ref().map(identity).unwrap_or_default();
        let catalog = load::catalog(dir);
        let listed = catalog.as_ref().ok();
        let digital = listed.map(|catalog| digital::handed_out(dir, catalog, facts.lists));
        let prices = listed.map(|catalog| payments::taken(plan, catalog));
        Self {
            digital: digital.map(|read| Part::new("digital", read)),
            prices: prices.map(|read| Part::new("prices", read)),
            seller: Part::new("seller", seller),
            catalog: Part::new("catalogue", catalog),
            pages: Part::new("pages", load::pages(plan)),
            words: Part::new("words", translations::load(dir, &plan.languages)),
            shipping: Part::new("shipping", rules::shipping(dir)),
            tax: Part::new("tax", rules::tax(dir)),
            discounts: Part::new("discounts", rules::discounts(dir)),
            identity,
        }
    }

    /// Puts the parts together. Pictures and theme are read if nothing else is wrong.
    ///
    /// # Errors
    /// Everything that is wrong, at least one.
    pub(crate) fn whole(
        self,
        plan: &Plan,
        pictures: impl FnOnce(&Catalog) -> Option<Part<ReadyPictures>>,
        theme: impl FnOnce() -> theme::Found,
    ) -> Result<ShopContent, Vec<Problem>> {
        let identity = self.identity;
        let mut problems = Vec::new();
        let seal_cert = self.seller.take(&mut problems);
        let catalog = self.catalog.take(&mut problems);
        let handed_out = self.digital.and_then(|part| part.take(&mut problems));
        let assets = self.prices.and_then(|part| part.take(&mut problems));
        let pages = self.pages.take(&mut problems);
        let words = self.words.take(&mut problems);
        let shipping = self.shipping.take(&mut problems);
        let tax = self.tax.take(&mut problems);
        let discounts = self.discounts.take(&mut problems);
        let listed = catalog.as_ref().filter(|_| problems.is_empty());
        let pictures = listed.and_then(pictures);
        let pictures = pictures.and_then(|part| part.take(&mut problems));
        let whole = || {
            let (discounts, code_salt) = discounts?;
            let minimum = plan.minimum.clone();
            Some(ShopContent {
                seal_cert: seal_cert?,
                catalog: catalog?,
                handed_out: handed_out?,
                assets: assets?,
                pictures: pictures?,
                theme: theme(),
                identity,
                pages: pages?,
                words: words?,
                rules: PriceRules { shipping: shipping?, tax: tax?, discounts, minimum },
                code_salt,
            })
        };
        whole().ok_or(problems)
    }
}

/// Everything that a shop shows.
pub(crate) struct ShopContent {
    pub(crate) seal_cert: SealCert,
    pub(crate) catalog: Catalog,
    pub(crate) handed_out: HandedOut,
    /// Assets that the shop is paid in.
    pub(crate) assets: Vec<AssetId>,
    pub(crate) pictures: ReadyPictures,
    pub(crate) theme: theme::Found,
    pub(crate) identity: Identity,
    pages: Vec<ContentPage>,
    words: Glossary,
    rules: PriceRules,
    code_salt: CodeSalt,
}

impl ShopContent {
    /// Reads everything, and all pictures as far as `work` says.
    /// Pictures take longest: none is made where something else is wrong.
    ///
    /// # Errors
    /// Everything that is wrong, at least one.
    pub(crate) fn load(
        plan: &Plan,
        facts: &ContentFacts<'_>,
        work: PictureWork,
    ) -> Result<Self, Vec<Problem>> {
        let pictures = |catalog: &_| Some(work.pictures(&plan.dir, catalog));
        ContentParts::read(plan, facts).whole(plan, pictures, || work.theme(&plan.dir))
    }

    /// Makes the storefront's source. `offered` are the assets that can be paid with.
    pub(crate) fn into_source(self, plan: &Plan, mut offered: Vec<AssetId>) -> StorefrontSource {
        // The preferred one first.
        offered.sort_by_key(|asset| *asset != plan.currency);
        let texts = self.identity.files.into_iter().map(|file| (file.path.to_owned(), file.text));
        StorefrontSource {
            catalog: self.catalog,
            name: plan.name.clone(),
            tagline: plan.tagline.clone(),
            contact: plan.contact.clone(),
            pages: self.pages,
            texts: texts.collect(),
            pictures: self.pictures.pictures,
            offered,
            demo: plan.is_demo(),
            seal_cert: self.seal_cert,
            languages: plan.languages.clone(),
            words: self.words,
            rules: self.rules,
            code_salt: self.code_salt,
            theme: self.theme.theme,
        }
    }
}

/// Builds the storefront: the last step in which a shop's files can be wrong.
///
/// # Errors
/// The parts do not fit together, or a page cannot be rendered.
pub(crate) fn build(source: StorefrontSource) -> Result<Storefront, CliError> {
    Storefront::build(source).context(|| "building the storefront".into())
}

#[cfg(test)]
mod tests;
