//! `cryptocart check`.

mod pool;

use crate::{
    config::{
        plan::{Money, Plan, Source},
        rules,
    },
    digital,
    error::{CliError, WhileIo},
    files, identity, load, memory, sample,
    say::{self, many},
    serve::OnionKeyFile,
    shop_dir::ShopDir,
    system::SystemClock,
    tasks::room,
    theme, till, warnings, words,
};
use shop_core::{
    bill::{Cost, Discounts, Shipping, Tax, Zone},
    catalog::{Catalog, Variant},
    kind::Kind,
    money::AssetId,
    time::Clock,
};
use shop_seal::SealCert;
use std::path::PathBuf;

/// So far in stand what is wrong and what to do about it.
const INDENT: &str = "                    ";

/// Looks at everything and says all that is wrong, not only the first thing.
pub(super) fn run(dir: &ShopDir) -> Result<(), CliError> {
    let mut wrong = 0;
    let mut tell = |what: &str, found: Result<String, CliError>| match found {
        Ok(fact) => say::line(format!("  ok     {what:<10} {fact}")),
        Err(error) => {
            wrong += 1;
            let said = error.what().replace('\n', &format!("\n{INDENT}"));
            say::line(format!("  WRONG  {what:<10} {said}"));
            if let Some(hint) = error.do_this() {
                say::line(format!("{INDENT}{hint}"));
            }
        }
    };
    let plan = match Plan::load(dir) {
        Ok(plan) => plan,
        Err(error) if dir.config().exists() => {
            tell("settings", Err(error));
            return Err(wrong_things(wrong));
        }
        Err(error) => return Err(error),
    };
    say::line(format!("{} in {}", plan.name, dir.path().display()));
    tell("settings", Ok("shop.toml".into()));
    tell(
        "seller",
        load::seal_cert(&plan).map(|cert| format!("orders are sealed to {}", cert.fingerprint())),
    );
    let catalog = load::catalog(dir);
    tell(
        "catalogue",
        catalog.as_ref().map(|c| many(c.products().len(), "product", "products")).map_err(again),
    );
    let mut taken = Vec::new();
    if let Ok(catalog) = &catalog {
        let priced = till::taken(&plan, catalog).map(|all| {
            taken = all;
            taken.iter().map(|asset| asset.code()).collect::<Vec<_>>().join(", ")
        });
        tell("prices", priced);
        let found = load::pictures(dir, catalog);
        tell("pictures", found.map(|p| many(p.pictures.count(), "picture", "pictures")));
    }
    if let Ok(catalog) = &catalog {
        tell("digital", digital::look(dir, catalog).map(|files| handed_out(files, catalog)));
    }
    tell("pages", load::pages(&plan).map(|pages| many(pages.len(), "text", "texts")));
    tell(
        "words",
        words::load(dir, &plan.languages).map(|_| "short words of other languages".into()),
    );
    let look = theme::load(dir);
    for flaw in &look.flaws {
        tell("theme", Err(CliError::misconfigured(flaw.to_string())));
    }
    if look.flaws.is_empty() {
        tell("theme", Ok(super::theme::summary(&look)));
    }
    tell("money", Ok(money(&plan)));
    let pool = pool::standing(&plan)?;
    if let Some(pool) = &pool {
        tell("pool", pool.said());
    }
    if let Err(error) = memory::look(dir) {
        tell("state", Err(error));
    }
    tell("disk", room(dir));
    shop_net::isolate::report()
        .iter()
        .for_each(|missing| say::line(format!("  warn   {}", missing.words())));
    if let Ok(cert) = load::seal_cert(&plan) {
        for (name, warning) in look_at_identity(dir, &cert)? {
            tell(name, Err(CliError::misconfigured(warning)));
        }
    }
    let shipping = rules::shipping(dir);
    tell("shipping", shipping.as_ref().map(sending).map_err(again));
    tell("tax", rules::tax(dir).map(|tax| levied(&tax)));
    tell("discounts", rules::discounts(dir).map(|all| codes(&all)));
    if let Ok(catalog) = &catalog {
        for warning in warnings::all(dir, catalog)? {
            say::line(format!("  warn   {warning}"));
        }
    }
    for name in words::idle(dir, &plan.languages) {
        say::line(format!("  warn   {name}: the shop is not read in this language"));
    }
    let mut left = to_do(&plan);
    left.extend(pool.iter().flat_map(pool::Pool::to_do));
    if let Ok(catalog) = &catalog {
        left.extend(short_lived(&plan, catalog));
        if let Ok(shipping) = &shipping {
            left.extend(gaps(shipping, &taken));
            left.extend(weightless(shipping, catalog));
        }
    }
    for left in left {
        say::line(format!("  to do  {left}"));
    }
    match wrong {
        0 => Ok(()),
        wrong => Err(wrong_things(wrong)),
    }
}

fn wrong_things(count: usize) -> CliError {
    let what = match count {
        1 => "one thing is wrong".to_owned(),
        count => format!("{count} things are wrong"),
    };
    CliError::new(Kind::Misconfigured, what)
}

/// What is wrong with the files of `identity/`; the onion address is known once the shop was open.
fn look_at_identity(
    dir: &ShopDir,
    cert: &SealCert,
) -> Result<Vec<(&'static str, String)>, CliError> {
    let key = OnionKeyFile::of(dir);
    // A sealed key would need its passphrase, which is not worth asking for here.
    let open = (key.exists() && !key.is_sealed()).then(|| key.read(None)).transpose()?;
    let onion = open.map(|key| key.address().to_string());
    let today = SystemClock.now().coarse();
    Ok(identity::load(dir, cert, onion.as_deref(), today).warnings)
}

fn again(error: &CliError) -> CliError {
    let new = CliError::new(error.kind(), error.what());
    match error.do_this() {
        Some(hint) => new.hint(hint),
        None => new,
    }
}

fn handed_out(files: usize, catalog: &Catalog) -> String {
    match (files, catalog.code_lists().count()) {
        (0, 0) => "nothing is handed out".into(),
        (files, lists) => {
            let lists = many(lists, "list of codes", "lists of codes");
            format!("{}, {lists}", many(files, "file", "files"))
        }
    }
}

/// Files that may be fetched for longer than orders are kept.
fn short_lived(plan: &Plan, catalog: &Catalog) -> Vec<String> {
    let days = plan.paid_hours / 24;
    // The days count from the payment, and orders from when they were placed, a day or so before.
    let longer = catalog.files().filter(|file| u64::from(file.days) + 1 > days);
    longer
        .map(|file| {
            let name = &file.name;
            let said = many(file.days, "day", "days");
            format!("{name} may be fetched for {said}, but orders are kept for {days}")
        })
        .collect()
}

/// Whether orders would be taken.
fn room(dir: &ShopDir) -> Result<String, CliError> {
    let free = room::free(dir.path()).doing_io(|| "looking how much room the disk has".into())?;
    enough(free)
}

fn enough(free: u64) -> Result<String, CliError> {
    let said = format!("{} MiB are free", room::mib(free));
    if free >= room::LEAST {
        return Ok(said);
    }
    let hint = format!("no orders are taken below {} MiB: make room", room::mib(room::LEAST));
    Err(CliError::misconfigured(said).hint(hint))
}

fn sending(shipping: &Shipping) -> String {
    match shipping {
        Shipping::Included => "included in the prices (no shipping.toml)".into(),
        Shipping::Zones(zones) => {
            let rates = zones.entries().map(|zone| zone.rates().len()).sum::<usize>();
            let zones = many(zones.entries().count(), "zone", "zones");
            format!("{zones}, {}", many(rates, "rate", "rates"))
        }
    }
}

fn levied(tax: &Tax) -> String {
    match tax.entries().count() {
        0 => "none".into(),
        count => many(count, "entry", "entries"),
    }
}

fn codes(discounts: &Discounts) -> String {
    match discounts.all().len() {
        0 => "none".into(),
        count => many(count, "code", "codes"),
    }
}

/// Currencies things are sold in, but cannot be sent for.
fn gaps(shipping: &Shipping, taken: &[AssetId]) -> Vec<String> {
    let Shipping::Zones(zones) = shipping else { return Vec::new() };
    let mut gaps = Vec::new();
    for (number, zone) in (1..).zip(zones.entries()) {
        for asset in taken.iter().filter(|asset| !zone.knows(**asset)) {
            gaps.push(format!("shipping.toml, zone {number}: it has no rate in {asset}"));
        }
    }
    gaps
}

/// Products that are sent by weight and have none: they go for the price of the lightest parcel.
fn weightless(shipping: &Shipping, catalog: &Catalog) -> Option<String> {
    let Shipping::Zones(zones) = shipping else { return None };
    let mut rates = zones.entries().flat_map(Zone::rates);
    if !rates.any(|rate| matches!(rate.cost, Cost::Weight(_) | Cost::PerKilogram(_))) {
        return None;
    }
    let light = |variant: &Variant| variant.digital.is_none() && variant.grams == 0;
    let light = catalog.products().iter().filter(|product| product.variants.iter().any(light));
    let names: Vec<&str> = light.map(|product| product.id.as_str()).collect();
    (!names.is_empty())
        .then(|| format!("shipping goes by weight, and these have none: {}", say::some_of(&names)))
}

fn money(plan: &Plan) -> String {
    match &plan.money {
        Money::Demo { .. } => "demo: payments are simulated".into(),
        Money::Ether(ether) => match &ether.source {
            Source::Wallet(pay_to) => format!("Ether to {}", pay_to.as_str()),
            Source::Pool(pool) => {
                format!("Ether to a pool of {}", many(pool.len(), "address", "addresses"))
            }
        },
    }
}

/// What to do about the seller's key, if it lapses soon.
pub(crate) fn key_lapses(plan: &Plan) -> Result<Option<String>, CliError> {
    let cert = load::seal_cert(plan)?;
    Ok(identity::cert_lapses(&cert, SystemClock.now().coarse()))
}

/// What to change before taking real money.
pub(crate) fn to_do(plan: &Plan) -> Vec<String> {
    let mut left = Vec::new();
    if let Money::Demo { missing } = &plan.money {
        left.extend(missing.iter().map(|what| format!("your money: set {what}")));
    }
    // A key that cannot be used is said to be wrong elsewhere.
    left.extend(key_lapses(plan).ok().flatten().map(|what| format!("your key: {what}")));
    let throw_away = plan.dir.throw_away_key().join("public.asc");
    let same = std::fs::read(&throw_away).ok().zip(std::fs::read(&plan.seller_key).ok());
    if same.is_some_and(|(a, b)| a == b) {
        left.push("your key: gpg --armor --export YOU > seller.asc".to_owned());
    }
    let mut sample = sample::unchanged(&plan.dir);
    if sample.iter().any(|name| name == "catalog.json") {
        left.push("your products: catalog.json and images/ are the sample's".to_owned());
        sample.retain(|name| name != "catalog.json");
    }
    if !sample.is_empty() {
        left.push(format!("your texts: still the sample's are {}", say::some_of(&sample)));
    }
    if plan.contact.is_none() {
        left.push("how buyers reach you: contact in shop.toml, [shop]".to_owned());
    }
    left.extend(promises_free_shipping(&plan.dir));
    left
}

/// Texts that say shipping is included where it is not. The words are those of the sample.
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
            format!("pages/{name} says that shipping is included, and there is a shipping.toml")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::bill::{Area, ByArea, Prices, Rate};

    #[test]
    fn a_disk_that_is_nearly_full_is_wrong() {
        assert_eq!(enough(room::LEAST).unwrap(), "512 MiB are free");
        let wrong = enough(room::LEAST - 1).unwrap_err();
        assert_eq!(wrong.what(), "511 MiB are free");
        assert!(wrong.do_this().is_some_and(|hint| hint.contains("no orders")));
    }

    fn zones(cost: Cost) -> Shipping {
        let (id, name) = ("post".to_owned(), "Post".to_owned());
        let rate = Rate { id, name, cost, free_over: Prices::default() };
        let area = vec![Area::parse("CA").unwrap()];
        let zones = vec![(area, Zone::new(vec![rate]).unwrap())];
        Shipping::Zones(ByArea::new(zones).unwrap())
    }

    #[test]
    fn what_goes_by_weight_and_has_none_is_named() {
        let goods = r#"{"products":{"tee":{"name":"Tee","price":1},
            "mug":{"name":"Mug","price":1,"weight":300},
            "book":{"name":"Book","price":1,"digital":{"file":"book.pdf"}},
            "cap":{"name":"Cap","price":1,"axes":[{"name":"Size","values":["S","L"]}],
                "variants":[{"choice":["S"],"weight":90},{"choice":["L"]}]}}}"#;
        let goods = Catalog::from_json(goods).unwrap();
        let found = weightless(&zones(Cost::PerKilogram(Prices::default())), &goods);
        let wanted = "shipping goes by weight, and these have none: tee, cap";
        assert_eq!(found.as_deref(), Some(wanted));
        assert_eq!(weightless(&zones(Cost::Flat(Prices::default())), &goods), None);
        assert_eq!(weightless(&Shipping::Included, &goods), None);
        let product = |n| format!("\"p{n}\":{{\"name\":\"P\",\"price\":1}}");
        let many = (1..=7).map(product).collect::<Vec<_>>().join(",");
        let many = Catalog::from_json(&format!("{{\"products\":{{{many}}}}}")).unwrap();
        let found = weightless(&zones(Cost::PerKilogram(Prices::default())), &many).unwrap();
        assert!(found.ends_with("none: p1, p2, p3, p4, p5 and 2 more"), "{found}");
    }
}
