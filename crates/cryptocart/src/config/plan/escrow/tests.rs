use super::*;
use shop_chain::ethereum::escrow::{Key, sign_payout};

/// Returns the key with this number.
fn secret(n: u8) -> Key {
    Key::from_bytes(&[n; 32]).unwrap()
}

fn named(n: u8) -> String {
    checksum(secret(n).account())
}

/// Returns lines of a file of payout addresses, signed by the shop key with this number.
fn payouts(shop_key: u8, payees: &[u8]) -> String {
    let line = |n: &u8| sign_payout(&secret(shop_key), secret(*n).account()).to_string();
    payees.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the section of a shop that offers escrow, with these lines in it.
fn section(more: &str) -> String {
    let attestors: Vec<_> =
        (11..=13).map(|n| format!("{{ address = \"{}\", name = \"A{n}\" }}", named(n))).collect();
    format!(
        "[ether]\nwallet = \"{}\"\nnodes = [\"http://127.0.0.1:8545\"]\n[escrow]\nenabled = true\n\
         key = \"{}\"\noperator = \"{}\"\npayouts = \"payouts.txt\"\nattestors = [{}]\n{more}\n",
        named(9),
        named(1),
        named(2),
        attestors.join(", ")
    )
}

fn plan(toml: &str, file: &str) -> Result<Option<EscrowPlan>, CliError> {
    let folder = tempfile::tempdir().unwrap();
    crate::files::write(&folder.path().join("payouts.txt"), file.as_bytes(), false).unwrap();
    let dir = ShopDir::new(folder.path());
    super::super::Plan::check(&dir, &Config::parse(toml).unwrap()).map(|plan| plan.escrow)
}

#[test]
fn escrow_is_off_unless_it_is_turned_on() {
    assert!(plan("", "").unwrap().is_none());
    let off = section("").replace("enabled = true", "enabled = false");
    assert!(plan(&off, "nonsense").unwrap().is_none(), "nothing of it is read");
    let demo = section("").replace("nodes = [\"http://127.0.0.1:8545\"]", "");
    assert!(plan(&demo, &payouts(1, &[3])).unwrap().is_none(), "a demo has no contract");
}

#[test]
fn section_with_its_defaults_is_complete() {
    let file = format!("# for October\n{}\n\n{}\n", payouts(1, &[3]), payouts(1, &[4, 5]));
    let plan = plan(&section(""), &file).unwrap().unwrap();
    let sellers: Vec<_> = plan.payouts.iter().map(|payout| payout.seller).collect();
    assert_eq!(sellers, [3, 4, 5].map(|n| secret(n).account()));
    assert_eq!((plan.contract, plan.network, plan.arbiter.is_none()), (PINNED.contract, 1, true));
    assert_eq!((plan.ship_hours, plan.deliver_hours), (120, 1_440));
    assert_eq!((plan.dispute_window, plan.arbiter_window), (432_000, 1_209_600));
    assert_eq!(plan.min_match, MatchLevel::POSTAL_CODE);
    assert_eq!(
        (plan.from.to_string(), plan.most.to_string()),
        ("0.05 ETH".into(), "0.5 ETH".into())
    );
    // A twentieth of a small price is the most that the contract allows.
    assert_eq!(plan.tip(Amount::new(AssetId::ETH, 1_000)), 50);
    let arbiter = format!(
        "parcel_must_match = \"reference and signature\"\narbiter = {{ address = \"{}\", onion = \"{}.onion\" }}",
        named(20),
        "a".repeat(56)
    );
    let plan = super::tests::plan(&section(&arbiter), &file).unwrap().unwrap();
    assert_eq!(plan.min_match, MatchLevel(12));
    let arbiter = plan.arbiter.unwrap();
    assert!(arbiter.account == secret(20).account() && arbiter.onion.unwrap().starts_with("aaa"));
}

#[test]
fn payout_address_that_the_shop_key_did_not_sign_is_refused() {
    let good = payouts(1, &[3]);
    for (file, wanted) in [
        (format!("{good}\n{}", payouts(7, &[4])), "line 2 is not signed by your shop key"),
        (format!("{good}\n{good}"), "line 2 repeats an address"),
        (format!("{good}\n0x12 0x34"), "line 2 cannot be read"),
        (good.chars().take(80).collect(), "line 1 cannot be read"),
        ("# nothing\n".into(), "has no payout address"),
        (payouts(1, &[2]), "two roles"),
    ] {
        let error = plan(&section(""), &file).unwrap_err().to_string();
        assert!(error.contains(wanted) && error.contains("escrow."), "{error}");
    }
}

/// An order without escrow gets the wallet, so an order in escrow would share it.
#[test]
fn payout_address_that_direct_orders_are_paid_to_is_refused() {
    let error = plan(&section(""), &payouts(1, &[3, 9])).unwrap_err().to_string();
    assert!(error.contains("escrow.payouts") && error.contains("is a wallet"), "{error}");
}

#[test]
fn payout_addresses_are_known_while_escrow_is_off() {
    let off = section("").replace("enabled = true", "enabled = false");
    let folder = tempfile::tempdir().unwrap();
    let file = format!("# mine\nnonsense\n{}\n", payouts(1, &[3, 4]));
    crate::files::write(&folder.path().join("payouts.txt"), file.as_bytes(), false).unwrap();
    let dir = ShopDir::new(folder.path());
    let plan = super::super::Plan::check(&dir, &Config::parse(&off).unwrap()).unwrap();
    assert_eq!(plan.payouts, [3, 4].map(|n| secret(n).account()));
}

#[test]
fn terms_by_which_nobody_is_paid_are_refused_at_once() {
    let zero = format!("0x{}", "0".repeat(40));
    let two = format!("arbiter = {{ address = \"{}\" }}", named(12));
    for (more, wanted) in [
        ("dispute_days = 0", "escrow.dispute_days"),
        ("dispute_days = 31", "1 to 30 days"),
        ("arbiter_days = 2", "escrow.arbiter_days"),
        ("arbiter_fee = 1001", "above 10 percent"),
        ("deliver_days = 181", "escrow.deliver_days"),
        ("ship_days = 0", "escrow.ship_days"),
        ("ship_days = 31", "the maximum is 30"),
        ("threshold = 4", "say 1 to 3"),
        ("from = 600000000", "escrow.most"),
        ("parcel_must_match = \"colour\"", "escrow.parcel_must_match"),
        ("chain = \"bitcoin\"", "escrow.chain"),
        ("contract = \"0x70997970C51812dc3A010C7d01b50e0d17dc79C8\"", "no contract there"),
        (two.as_str(), "two roles"),
        ("arbiter = { address = \"0x12\" }", "escrow.arbiter"),
    ] {
        let error = plan(&section(more), &payouts(1, &[3])).unwrap_err().to_string();
        assert!(error.contains(wanted), "{more}: {error}");
    }
    for (was, is, wanted) in [
        (named(2), zero, "escrow.operator"),
        (named(1), String::new(), "escrow.key: it is empty"),
        (named(11), named(12), "named twice"),
    ] {
        let error = plan(&section("").replace(&was, &is), &payouts(1, &[3])).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

/// Returns the plan of a shop with these payout addresses, by the defaults.
pub(crate) fn sample(payees: &[u8]) -> EscrowPlan {
    plan(&section(""), &payouts(1, payees)).unwrap().unwrap()
}
