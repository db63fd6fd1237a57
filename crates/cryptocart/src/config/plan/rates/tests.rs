use super::*;
use crate::config::plan::tests::shop;

/// Returns the checked `[rates]` of these settings.
fn plan(toml: &str) -> Result<RatesPlan, String> {
    shop(toml, &[]).map(|plan| plan.rates).map_err(|error| error.to_string())
}

#[test]
fn usual_sources_are_of_different_operators() {
    let plan = plan("").unwrap();
    let names: Vec<_> = plan.sources.iter().map(SourcePlan::name).collect();
    assert_eq!(names, ["chainlink", "bisq", "kraken", "coingecko"]);
    assert_eq!(plan.rules, Rules::default());
    let purposes: Vec<_> = plan.sources.iter().map(|source| source.purpose(0)).collect();
    assert_eq!(purposes[1], "rates-bisq-1");
    let unusable: Vec<_> = plan.sources.iter().filter_map(SourcePlan::unusable).collect();
    assert_eq!(unusable.len(), 1, "feeds need a node: {unusable:?}");
}

#[test]
fn every_built_in_source_can_be_dialled() {
    for source in Source::ALL {
        let url = NodeUrl::parse(source.url).unwrap();
        assert!(url.target("rates-x-1").is_ok(), "{}", source.name);
        assert_eq!(source.url.starts_with("http://"), source.url.ends_with(".onion"));
    }
}

#[test]
fn feeds_are_built_in_for_the_main_chain_alone() {
    let feeds = |toml: &str| match plan(toml).unwrap().sources.remove(0) {
        SourcePlan::Feeds { feeds, nodes, .. } => (feeds.len(), nodes.len()),
        SourcePlan::Server { .. } => panic!("not the feeds"),
    };
    let node = "[ether]\nnodes = [\"http://127.0.0.1:8545\"]\n";
    assert_eq!(feeds(node), (MAIN_FEEDS.len(), 1));
    let other = format!("{node}chain_id = 5\n");
    assert_eq!(feeds(&other), (0, 1));
    let own = "[rates]\nfeeds = [{ asset = \"ETH\", currency = \"USD\", \
               contract = \"0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419\", heartbeat_minutes = 60 }]";
    assert_eq!(feeds(&format!("{other}{own}")), (1, 1));
}

/// Returns a rate by hand as settings have it.
fn hand(asset: &str, currency: &str, rate: &str, until: &str) -> String {
    format!(
        "{{ asset = \"{asset}\", currency = \"{currency}\", rate = \"{rate}\", until = \"{until}\" }}"
    )
}

#[test]
fn rates_that_cannot_work_are_refused_by_their_key() {
    let source = |text: &str| format!("sources = [{text}]");
    let by_hand = |text: String| format!("by_hand = [{text}]");
    let twice = format!(
        "{}, {}",
        hand("XMR", "CAD", "1", "2026-12-31"),
        hand("xmr", "CAD", "2", "2026-12-31")
    );
    for (toml, wanted) in [
        (source("{ kind = \"binance\" }"), "rates.sources: \"binance\""),
        (source("{ kind = \"kraken\" }, { kind = \"kraken\" }"), "listed twice"),
        (source("{ kind = \"kraken\", url = \"http://api.kraken.com\" }"), "https://"),
        (source("{ kind = \"kraken\", url = \"https://192.0.2.1\" }"), "IP address"),
        (source("{ kind = \"chainlink\", url = \"https://rpc.example\" }"), "has no url"),
        (
            source(
                "{ kind = \"bisq\", url = \"https://a.example\" }, \
                 { kind = \"mempool\", url = \"https://a.example/api\" }",
            ),
            "at one host",
        ),
        ("agree_within = \"0\"".into(), "rates.agree_within"),
        ("agree_within = \"11\"".into(), "rates.agree_within"),
        ("agree_within = \"two\"".into(), "rates.agree_within"),
        ("max_age_minutes = 5".into(), "rates.max_age_minutes"),
        (by_hand(hand("DOGE", "CAD", "1", "2026-12-31")), "\"DOGE\""),
        (by_hand(hand("XMR", "XYZ", "1", "2026-12-31")), "\"XYZ\""),
        (by_hand(hand("XMR", "CAD", "0", "2026-12-31")), "price of one XMR"),
        (by_hand(hand("XMR", "CAD", "1e3", "2026-12-31")), "price of one XMR"),
        (by_hand(hand("XMR", "CAD", "1", "2026-02-30")), "is not a day"),
        (by_hand(twice), "listed twice"),
        ("one_to_one = [{ asset = \"ETH\", currency = \"USD\" }]".into(), "is a coin"),
        (
            "feeds = [{ asset = \"ETH\", currency = \"USD\", contract = \"0x12\", \
             heartbeat_minutes = 60 }]"
                .into(),
            "mistyped",
        ),
    ] {
        let error = plan(&format!("[rates]\n{toml}")).unwrap_err();
        assert!(error.contains(wanted), "{toml}\n{error}");
    }
}

#[test]
fn rate_by_hand_holds_to_the_end_of_its_day() {
    let toml = format!("[rates]\nby_hand = [{}]", hand("XMR", "CAD", "231.50", "2026-12-31"));
    let [rate] = plan(&toml).unwrap().by_hand[..] else { panic!("one rate") };
    assert_eq!(rate.end.to_string(), "2027-01-01 00:00 UTC");
    assert_eq!(rate.price.to_string(), "231.5");
}

/// `docs/rates.md` shows the defaults first, and then settings that are taken.
#[test]
fn documented_settings_are_taken() {
    let docs = include_str!("../../../../../../docs/rates.md");
    let blocks: Vec<&str> =
        docs.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 3);
    for block in &blocks {
        assert!(plan(block).is_ok(), "{block}\n{:?}", plan(block).err());
    }
    let shown = Config::parse(blocks[0]).unwrap();
    assert_eq!(shown, Config::default());
}
