//! `cryptocart check`.

mod bill;
mod bridges;
mod clear_web;
mod dialing;
mod escrow;
mod mailbox;
mod nodes;
mod open;
mod pool;
mod rates;
mod report;
mod view_keys;

use crate::{
    chains,
    config::{
        overrides::Overrides,
        plan::{AssetPlan, Plan, Source, wallet_setting},
    },
    content::{self, ContentFacts, ContentParts, Part, PictureWork, ReadyPictures},
    data_loss,
    digital::{CodeLists, HandedOut},
    error::{CliError, Context, IoContext},
    onion_key::OnionKeyFile,
    runtime::block_on,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    system::System,
    tasks::disk_space,
    terminal::many,
    theme, to_do, tor_fronts, translations, warnings,
};
use report::{Found, Report};
use shop_core::{catalog::Catalog, kind::Kind, money::AssetId, time::CoarseTime};

/// Looks at everything and says all that is wrong, not only the first thing.
pub(super) fn run(dir: &ShopDir, json: bool, system: &System) -> Result<(), CliError> {
    let mut report = Report::new(json);
    inspect(dir, &mut report, system)?;
    report.end();
    match report.errors() {
        0 => Ok(()),
        errors => Err(wrong_things(errors)),
    }
}

fn inspect(dir: &ShopDir, report: &mut Report, system: &System) -> Result<(), CliError> {
    let today = system.hour();
    let mut plan = match Plan::load(dir) {
        Ok(plan) => plan,
        Err(error) if dir.config().exists() => {
            report.tell(("settings", Err(error)));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    report.name(&plan.name, dir.path());
    let overrides = Overrides::from_env()?;
    let others = overrides.words().map(|words| format!("; {words}"));
    report.tell(("settings", Ok(format!("shop.toml{}", others.unwrap_or_default()))));
    let open = open::OpenShop::ask(dir);
    let onion = onion(dir);
    let parts = parts(&plan, onion.as_ref().ok().and_then(Option::as_deref), today);
    report.tell(parts.seller.finding(|cert| open.sealed_to(&cert.fingerprint())));
    if let Some(said) = open.said() {
        report.tell(("open shop", said));
    }
    report.tell(parts.catalog.finding(|all| Ok(many(all.products().len(), "product", "products"))));
    if let Some(prices) = &parts.prices {
        let code = |asset: &AssetId| asset.code();
        report.tell(
            prices.finding(|assets| Ok(assets.iter().map(code).collect::<Vec<_>>().join(", "))),
        );
    }
    let pictures = parts.catalog.ok().map(|catalog| PictureWork::MakeAll.pictures(dir, catalog));
    if let Some(pictures) = &pictures {
        report.tell(pictures.finding(|all| Ok(many(all.pictures.count(), "picture", "pictures"))));
    }
    if let (Some(catalog), Some(digital)) = (parts.catalog.ok(), &parts.digital) {
        report.tell(digital.finding(|all| Ok(handed_out(all, catalog))));
    }
    report.tell(parts.pages.finding(|pages| Ok(many(pages.len(), "text", "texts"))));
    report.tell(parts.words.finding(|_| Ok("translations are valid".into())));
    let look = PictureWork::MakeAll.theme(dir);
    for flaw in &look.flaws {
        report.tell(("theme", Err(CliError::misconfigured(flaw.to_string()))));
    }
    if look.flaws.is_empty() {
        report.tell(("theme", Ok(super::theme::summary(&look))));
    }
    let (keys, unsealed) = view_keys::open(&mut plan);
    report.tell(("money", Ok(money(&plan))));
    keys.into_iter().for_each(|found| report.tell(found));
    let nodes = nodes::ask(&plan);
    if let Some(contract) = nodes.as_ref().and_then(|nodes| nodes.contract.clone()) {
        report.tell(("escrow", contract));
    }
    nodes::bytes_a_day(&plan).into_iter().for_each(|said| report.tell(("nodes", Ok(said))));
    match nodes.as_ref().map(|nodes| &nodes.answers) {
        Some(Ok(answers)) => {
            for answer in answers {
                if answer.works() {
                    report.tell(("node", Ok(answer.line())));
                } else if answer.is_only_compared() {
                    report.warn(format!("{}. Your own node decides without it", answer.line()));
                } else {
                    report.tell(("node", Err(CliError::misconfigured(answer.line()))));
                }
            }
        }
        Some(Err(error)) => report.tell(("nodes", Err(error.clone()))),
        None => {}
    }
    let taken = parts.prices.as_ref().and_then(Part::ok);
    let needed = parts.catalog.ok().zip(taken);
    let needed = needed.map(|(catalog, assets)| crate::rates::needed(&plan, catalog, assets));
    let rates = rates::ask(&plan, &needed.unwrap_or_default(), &*system.clock);
    rates.found.into_iter().for_each(|found| report.tell(found));
    for found in kept_orders(&plan)? {
        report.tell(found);
    }
    let pools = pool::standings(&plan, today)?;
    for pool in &pools {
        report.tell(("pool", pool.said()));
    }
    let payouts = escrow::payouts(&plan)?;
    if let Some(payouts) = &payouts {
        report.tell(("escrow", payouts.said()));
    }
    if let Err(error) = data_loss::look(dir) {
        report.tell(("state", Err(error)));
    }
    clear_web::finding(&plan).into_iter().for_each(|found| report.tell(found));
    report.tell(("mailbox", mailbox::look(&plan, &open)));
    report.tell(("disk", room(dir)));
    shop_net::isolate::report().iter().for_each(|missing| report.warn(missing.words().to_string()));
    for (name, warning) in &parts.identity.warnings {
        report.tell((name, Err(CliError::misconfigured(warning.as_str()))));
    }
    if let Some(onion) = onion.transpose() {
        report.tell(("onion", onion));
    }
    if let Some(tor) = tor_fronts::finding(&plan) {
        report.tell(("tor", tor));
    }
    bridges::findings(&plan).into_iter().for_each(|found| report.tell(found));
    report.tell(parts.shipping.finding(|shipping| Ok(bill::sending(shipping))));
    report.tell(parts.tax.finding(|tax| Ok(bill::levied(tax))));
    report.tell(parts.discounts.finding(|(all, _)| Ok(bill::codes(all))));
    let mut warned = unsealed;
    warned.extend(clear_web::warning(&plan));
    warned.extend(nodes.iter().flat_map(nodes::Nodes::not_opened));
    if let Some(catalog) = parts.catalog.ok() {
        warned.extend(warnings::all(&plan, catalog)?);
    }
    for name in translations::idle(dir, &plan.languages) {
        warned.push(format!("{name}: this language is not in shop.languages"));
    }
    if let Some(not_asked) = nodes.map(|nodes| nodes.not_asked).filter(|count| *count > 0) {
        let count = many(not_asked, "remote node was", "remote nodes were");
        warned.push(format!(
            "{count} not checked, because that needs Tor. Run this again while the shop is open"
        ));
    }
    if rates.not_asked > 0 {
        let count = many(rates.not_asked, "source of rates was", "sources of rates were");
        warned.push(format!(
            "{count} not asked, because that needs Tor. Run this again while the shop is open"
        ));
    }
    let mut left = to_do::to_do(&plan, parts.seller.ok(), today);
    left.extend(rates.to_do);
    left.extend(pools.iter().flat_map(pool::Pool::to_do));
    left.extend(payouts.as_ref().and_then(escrow::Payouts::to_do));
    if let Some(catalog) = parts.catalog.ok() {
        left.extend(to_do::short_lived(&plan, catalog));
        if let Some(shipping) = parts.shipping.ok() {
            let taken = parts.prices.as_ref().and_then(Part::ok);
            left.extend(bill::gaps(shipping, taken.map_or(&[], Vec::as_slice), catalog));
            left.extend(bill::weightless(shipping, catalog));
        }
    }
    if let Some(built) = built(parts, &plan, pictures, look) {
        report.tell(("storefront", built));
    }
    warned.into_iter().for_each(|text| report.warn(text));
    left.into_iter().for_each(|text| report.add_to_do(text));
    Ok(())
}

/// Builds the storefront, as a shop that opens does; none if a part of it is wrong by itself.
fn built(
    parts: ContentParts,
    plan: &Plan,
    pictures: Option<Part<ReadyPictures>>,
    look: theme::Found,
) -> Option<Result<String, CliError>> {
    let content = parts.whole(plan, |_| pictures, || look).ok()?;
    let offered = content.assets.clone();
    let storefront = content::build(content.into_source(plan, offered));
    Some(storefront.map(|_| "its pages can be shown".into()))
}

fn wrong_things(count: usize) -> CliError {
    let what = match count {
        1 => "1 error found".to_owned(),
        count => format!("{count} errors found"),
    };
    CliError::new(Kind::Misconfigured, what)
}

/// Returns the shop's address, which is known once it was open.
/// A sealed key would need its passphrase, which is not worth asking for here.
fn onion(dir: &ShopDir) -> Result<Option<String>, CliError> {
    let key = OnionKeyFile::of(dir);
    key.is_not_lost()?;
    let address = if key.exists() && !key.is_sealed() {
        Some(key.read(&Passphrase::new(None))?.address())
    } else {
        key.known()?
    };
    Ok(address.map(|address| address.to_string()))
}

/// Reads what the shop shows. The key of its lists of codes is not needed to look them over.
fn parts(plan: &Plan, onion: Option<&str>, today: CoarseTime) -> ContentParts {
    let lists = CodeLists::new(&[0; 32]);
    ContentParts::read(plan, &ContentFacts { lists: &lists, onion, today })
}

fn handed_out(handed_out: &HandedOut, catalog: &Catalog) -> String {
    match (handed_out.files, catalog.code_lists().count()) {
        (0, 0) => "no downloads or codes".into(),
        (files, lists) => {
            let lists = many(lists, "list of codes", "lists of codes");
            format!("{}, {lists}", many(files, "file", "files"))
        }
    }
}

/// Checks that the disk has enough room for orders to be taken.
fn room(dir: &ShopDir) -> Result<String, CliError> {
    let free = disk_space::free(dir.path()).io_context(|| "checking free disk space".into())?;
    enough(free)
}

fn enough(free: u64) -> Result<String, CliError> {
    let said = format!("{} MiB free", disk_space::mib(free));
    if free >= disk_space::LEAST {
        return Ok(said);
    }
    let hint = format!(
        "the shop takes no orders below {} MiB: free some disk space",
        disk_space::mib(disk_space::LEAST)
    );
    Err(CliError::misconfigured(said).hint(hint))
}

/// Compares kept orders with the settings of their money.
fn kept_orders(plan: &Plan) -> Result<Vec<Found>, CliError> {
    let Some(db) = super::database(&plan.dir)? else { return Ok(Vec::new()) };
    block_on(async {
        if let Err(error) = chains::look(plan, &db).await {
            return Ok(vec![("chain", Err(error))]);
        }
        let elsewhere = chains::elsewhere(plan, &db).await;
        let elsewhere = elsewhere.context(|| "checking where orders are paid".into())?;
        let mut said: Vec<_> =
            elsewhere.said().into_iter().map(|fact| ("orders", Ok(fact))).collect();
        said.extend(elsewhere.wrong().err().map(|error| ("orders", Err(error))));
        Ok(said)
    })
}

fn money(plan: &Plan) -> String {
    if plan.is_demo() {
        return "demo: payments are simulated".into();
    }
    let is_account = |taken: &AssetPlan| {
        plan.chain(taken.asset.chain()).is_some_and(|chain| chain.view.is_some())
    };
    let said = |taken: &AssetPlan| match &taken.source {
        Source::Unopened => format!("{} to addresses of an account", taken.asset.name()),
        Source::Wallet(pay_to) => format!("{} to {}", taken.asset.name(), pay_to.as_str()),
        Source::Pool(pool) => {
            let pool = many(pool.len(), "address", "addresses");
            let name = taken.asset.name();
            match taken.gap_limit() {
                None => format!("{name} to a pool of {pool}"),
                Some(limit) => {
                    let setting = wallet_setting(taken.asset, limit);
                    let origin = if is_account(taken) { "an account" } else { "a descriptor" };
                    format!("{name} to {pool} of {origin} ({setting})")
                }
            }
        }
    };
    plan.taken().map(said).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_nearly_full_is_wrong() {
        assert_eq!(enough(disk_space::LEAST).unwrap(), "512 MiB free");
        let wrong = enough(disk_space::LEAST - 1).unwrap_err();
        assert_eq!(wrong.what(), "511 MiB free");
        assert!(wrong.hint_text().is_some_and(|hint| hint.contains("no orders")));
    }
}
