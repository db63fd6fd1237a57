//! Tasks left before a shop takes real money.

use crate::{
    config::plan::{ChainPlan, Plan},
    files, identity, load, sample,
    shop_dir::ShopDir,
    terminal::{self, many},
};
use shop_core::{catalog::Catalog, time::CoarseTime};
use shop_seal::SealCert;
use std::path::PathBuf;

/// Lists changes to make before taking real money.
/// A key that cannot be used is reported elsewhere.
pub(crate) fn to_do(plan: &Plan, cert: Option<&SealCert>, today: CoarseTime) -> Vec<String> {
    let mut left = Vec::new();
    if plan.is_demo() {
        left.extend(plan.missing.iter().map(|what| format!("your money: set {what}")));
    }
    left.extend(plan.payments.iter().filter_map(ChainPlan::node_advice));
    let lapses = cert.and_then(|cert| identity::cert_lapses(cert, today));
    left.extend(lapses.map(|what| format!("your key: {what}")));
    if cert.is_some_and(SealCert::is_throw_away) {
        left.push("your key: gpg --armor --export YOU > seller.asc".to_owned());
    }
    let mut sample = sample::unchanged(&plan.dir);
    if sample.iter().any(|name| name == "catalog.json") {
        left.push("your products: catalog.json and images/ are still the sample".to_owned());
        sample.retain(|name| name != "catalog.json");
    }
    if !sample.is_empty() {
        left.push(format!(
            "your texts: these are still the sample's: {}",
            terminal::some_of(&sample)
        ));
    }
    if plan.contact.is_none() {
        left.push("how buyers reach you: contact in shop.toml, [shop]".to_owned());
    }
    left.extend(promises_free_shipping(&plan.dir));
    left
}

/// Finds texts that say shipping is included where it is not, in the sample's words.
fn promises_free_shipping(dir: &ShopDir) -> Vec<String> {
    const PROMISES: [&str; 2] = ["shipping is included", "livraison est comprise"];
    if !dir.shipping().exists() {
        return Vec::new();
    }
    let paths = load::page_files(dir).unwrap_or_default().into_iter();
    let promising = paths.filter(|path| {
        let text = files::read_text(path, load::LARGEST_PAGE).unwrap_or_default().to_lowercase();
        PROMISES.iter().any(|promise| text.contains(promise))
    });
    let name = |path: PathBuf| path.file_name().map(|name| name.display().to_string());
    promising
        .filter_map(name)
        .map(|name| {
            format!("pages/{name} says that shipping is included, but there is a shipping.toml")
        })
        .collect()
}

/// Finds files that may be fetched for longer than orders are kept.
pub(crate) fn short_lived(plan: &Plan, catalog: &Catalog) -> Vec<String> {
    let days = plan.paid_hours / 24;
    // The days count from the payment, and orders from when they were placed, a day or so before.
    let longer = catalog.files().filter(|file| u64::from(file.days) + 1 > days);
    longer
        .map(|file| {
            let name = &file.name;
            let said = many(file.days, "day", "days");
            format!("{name} can be downloaded for {said}, but orders are kept for {days}")
        })
        .collect()
}
