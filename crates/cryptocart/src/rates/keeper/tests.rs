use super::*;
use crate::config::plan::tests::rates as plan;
use shop_rates::{Quote, QuotedPrice};

const NOW: u64 = 1_795_348_800;

fn cad() -> Currency {
    Currency::parse("CAD").unwrap()
}

fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

fn keeper(toml: &str, wanted: &[Wanted]) -> Keeper {
    let mut keeper = Keeper::new(Arc::new(plan(toml)));
    keeper.want(wanted.to_vec());
    keeper
}

/// A table that says what 1 unit of `base` costs in `quote`.
fn told(base: &str, quote: &str, price: &str, at: u64) -> Table {
    let pair = Pair::new(Code::parse(base).unwrap(), Code::parse(quote).unwrap());
    let price = QuotedPrice::parse(price).unwrap();
    Table::new([(pair, Quote { price, at: UnixTime(at) })])
}

fn rate(keeper: &mut Keeper, wanted: Wanted, now: u64) -> Result<ExchangeRate, String> {
    let (rates, missing) = keeper.assess(UnixTime(now));
    let missing = missing.into_iter().find(|it| (it.asset, it.currency) == wanted);
    let rate = rates.rate(wanted.1, wanted.0).cloned();
    assert_eq!(rate.is_none(), missing.is_some(), "it is there, or a reason is");
    rate.ok_or_else(|| missing.unwrap().to_string())
}

const ETH: AssetId = AssetId::ETH;

#[test]
fn rate_of_sources_names_them_and_ends_with_their_age() {
    let wanted = (ETH, cad());
    let mut keeper = keeper("", &[wanted]);
    assert_eq!(rate(&mut keeper, wanted, NOW).unwrap_err(), "ETH in CAD: no source told a price");
    keeper.hear("Kraken", told("ETH", "CAD", "4000", NOW), None);
    keeper.hear("Bisq", told("ETH", "CAD", "4010", NOW - 600), None);
    let found = rate(&mut keeper, wanted, NOW).unwrap();
    assert_eq!(found.to_string(), "1 ETH = 4005 CAD");
    let names = RateOrigin::Sources(vec!["Bisq".into(), "Kraken".into()]);
    assert_eq!(found.origin(), &names);
    assert_eq!(found.hour(), UnixTime(NOW - 600).coarse());
    let last = NOW - 600 + 3_600;
    assert!(rate(&mut keeper, wanted, last).is_ok());
    let ended = rate(&mut keeper, wanted, last + 1).unwrap_err();
    assert!(ended.contains("Kraken alone told a price"), "{ended}");
    assert!(rate(&mut keeper, wanted, NOW + 3_601).unwrap_err().contains("old"));
}

#[test]
fn what_a_silent_source_said_counts_until_it_is_old() {
    let wanted = (ETH, cad());
    let mut keeper = keeper("", &[wanted]);
    keeper.hear("Kraken", told("ETH", "CAD", "4000", NOW), None);
    keeper.hear("Bisq", told("ETH", "CAD", "4010", NOW), None);
    keeper.hear("Kraken", Table::default(), Some("cannot be reached".into()));
    assert!(rate(&mut keeper, wanted, NOW + 1_800).is_ok());
    keeper.hear("Bisq", told("ETH", "CAD", "4010", NOW + 3_601), None);
    let ended = rate(&mut keeper, wanted, NOW + 3_601).unwrap_err();
    assert!(ended.contains("Bisq alone") && ended.contains("Kraken cannot be reached"), "{ended}");
}

#[test]
fn sources_that_differ_stop_the_rate_at_once() {
    let wanted = (ETH, cad());
    let mut keeper = keeper("", &[wanted]);
    keeper.hear("Kraken", told("ETH", "CAD", "4000", NOW), None);
    keeper.hear("Bisq", told("ETH", "CAD", "4010", NOW), None);
    assert!(rate(&mut keeper, wanted, NOW).is_ok());
    keeper.hear("Bisq", told("ETH", "CAD", "4200", NOW + 60), None);
    let differ = rate(&mut keeper, wanted, NOW + 60).unwrap_err();
    assert!(differ.contains("differ too much: from 4000 (Kraken) to 4200 (Bisq)"), "{differ}");
    keeper.hear("Kraken", told("ETH", "CAD", "4190", NOW + 120), None);
    assert!(rate(&mut keeper, wanted, NOW + 120).is_ok());
}

#[test]
fn mad_price_is_not_sold_at_though_sources_agree() {
    let wanted = (ETH, cad());
    let mut keeper = keeper("", &[wanted]);
    for source in ["Kraken", "Bisq"] {
        keeper.hear(source, told("ETH", "CAD", "4000", NOW), None);
    }
    assert!(rate(&mut keeper, wanted, NOW).is_ok());
    for source in ["Kraken", "Bisq"] {
        keeper.hear(source, told("ETH", "CAD", "40", NOW + 600), None);
    }
    let mad = rate(&mut keeper, wanted, NOW + 600).unwrap_err();
    assert!(mad.contains("too far from 4000"), "{mad}");
}

#[test]
fn rate_by_hand_stands_alone_and_has_an_end() {
    let xmr = (AssetId::XMR, cad());
    let toml = "[rates]\nby_hand = [{ asset = \"XMR\", currency = \"CAD\", rate = \"231.50\", \
                until = \"2026-11-22\" }]";
    let mut keeper = keeper(toml, &[xmr, (ETH, cad())]);
    assert_eq!(pairs_of(&keeper.plan, &keeper.wanted).len(), 1, "nobody is asked for it");
    keeper.hear("Kraken", told("XMR", "CAD", "400", NOW), None);
    keeper.hear("Bisq", told("XMR", "CAD", "400", NOW), None);
    let found = rate(&mut keeper, xmr, NOW).unwrap();
    assert_eq!(found.to_string(), "1 XMR = 231.5 CAD");
    assert_eq!(found.origin(), &RateOrigin::ByHand);
    let midnight = NOW + 12 * 3_600;
    assert!(rate(&mut keeper, xmr, midnight - 1).is_ok());
    let (_, missing) = keeper.assess(UnixTime(midnight));
    let ended = missing.iter().find(|missing| missing.asset == AssetId::XMR).unwrap();
    assert!(ended.certain && ended.why.contains("ended at 2026-11-23 00:00 UTC"), "{ended}");
}

#[test]
fn token_at_par_follows_its_currency_and_says_so() {
    let toml = "[assets]\ntokens = [{ code = \"USDC\", chain = \"ethereum\", \
                token = \"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48\", decimals = 6 }]\n\
                [rates]\none_to_one = [{ asset = \"USDC\", currency = \"USD\" }]";
    let plan = plan(toml);
    let (usdc, _) = plan.one_to_one[0];
    let mut keeper = keeper(toml, &[(usdc, usd()), (usdc, cad())]);
    assert_eq!(pairs_of(&keeper.plan, &keeper.wanted)[0].to_string(), "USD/CAD");
    let at_par = rate(&mut keeper, (usdc, usd()), NOW).unwrap();
    assert_eq!(
        (at_par.to_string().as_str(), at_par.origin()),
        ("1 USDC = 1 USD", &RateOrigin::ByHand)
    );
    keeper.hear("Kraken", told("USD", "CAD", "1.4", NOW), None);
    keeper.hear("Chainlink", told("CAD", "USD", "0.714285714285714286", NOW), None);
    let joined = rate(&mut keeper, (usdc, cad()), NOW).unwrap();
    let RateOrigin::Sources(names) = joined.origin() else { panic!("{joined:?}") };
    assert_eq!(names[0], "by hand 1 USDC = 1 USD");
    assert_eq!(joined.to_string(), "1 USDC = 1.399999999999999999 CAD");
}

#[test]
fn shop_without_sources_says_what_to_set() {
    let wanted = (ETH, cad());
    let mut keeper = keeper("[rates]\nsources = []", &[wanted]);
    assert!(keeper.is_tried());
    let (_, missing) = keeper.assess(UnixTime(NOW));
    assert!(missing[0].certain && missing[0].why.contains("rates.sources"), "{}", missing[0]);
}
