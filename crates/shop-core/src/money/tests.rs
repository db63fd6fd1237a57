use super::*;
use proptest::prelude::*;

fn asset() -> impl Strategy<Value = AssetId> {
    prop::sample::select(AssetId::COINS.to_vec())
}

#[test]
fn price_lists_are_in_billionths_of_the_coin() {
    let ether = Amount::from_price_list(AssetId::ETH, 51_990_000).unwrap();
    assert_eq!(ether.units(), 51_990_000_000_000_000);
    assert_eq!(ether.to_string(), "0.05199 ETH");
    let bitcoin = Amount::from_price_list(AssetId::BTC, 1_230).unwrap();
    assert_eq!(bitcoin.units(), 123);
    let monero = Amount::from_price_list(AssetId::XMR, 1).unwrap();
    assert_eq!(monero.units(), 1_000);
}

#[test]
fn assets_are_known_by_ticker_and_have_a_name() {
    let known = AssetId::COINS.map(|coin| (coin.stored(), coin.code(), coin.name()));
    // Records name a coin by its ticker: a line is added here, and none is changed.
    let wanted = [("ETH", "ETH", "Ether"), ("BTC", "BTC", "Bitcoin"), ("XMR", "XMR", "Monero")];
    assert_eq!(known[..], wanted);
    let assets = Assets::default();
    assert_eq!(assets.find(" xmr "), Some(AssetId::XMR));
    assert_eq!(assets.find("doge"), None);
}

fn token(decimals: u32) -> AssetId {
    let chain = AssetId::ETH.chain();
    AssetId::token(chain, "0xA0b8", "USDC", decimals, decimals.min(8)).unwrap()
}

#[test]
fn stored_token_says_its_chain_and_decimals() {
    let token = token(6);
    let json = serde_json::to_string(&Amount::new(token, 12_345_678)).unwrap();
    assert_eq!(json, r#"{"asset":"USDC.6.6@ethereum:0xA0b8","units":"12345678"}"#);
    let read: Amount = serde_json::from_str(&json).unwrap();
    assert_eq!((read.asset(), read.to_string()), (token, "12.345678 USDC".to_owned()));
    assert_eq!((token.chain(), token.token_on_chain()), (AssetId::ETH.chain(), Some("0xA0b8")));
    for bad in ["USDC", "USDC.6@ethereum:0xA0b8", "USDC.06.6@ethereum:0xA0b8", "ETH.18.8@a:b", ""] {
        assert_eq!(AssetId::from_stored(bad), None, "{bad}");
    }
}

/// A seller who corrects a token's decimals changes no order that was placed before.
#[test]
fn tokens_with_other_decimals_are_two_assets() {
    assert_ne!(token(6), token(18));
    let one = Amount::new(token(6), 1);
    let other = Amount::new(token(18), 1);
    assert_eq!(one.plus(other), Err(MoneyError::Mixed(token(6).into(), token(18).into())));
}

#[test]
fn token_that_cannot_be_one_is_refused() {
    let chain = AssetId::ETH.chain();
    let made = |token, code, decimals, typed| AssetId::token(chain, token, code, decimals, typed);
    for code in ["", "usdc", "US DC", "LONGERTHAN"] {
        assert_eq!(made("0xA0", code, 6, 6), Err(TokenError::Code), "{code}");
    }
    assert_eq!(made("0x A0", "USDC", 6, 6), Err(TokenError::Token));
    assert_eq!(made("0xA0", "USDC", MOST_DECIMALS + 1, 6), Err(TokenError::Decimals));
    assert_eq!(made("0xA0", "USDC", 6, 7), Err(TokenError::Decimals));
    assert_eq!(made("0xA0", "BTC", 6, 6), Err(TokenError::IsCoin));
}

#[test]
fn registry_finds_tokens_and_refuses_one_code_twice() {
    let assets = Assets::default().with(&[token(6)]).unwrap();
    assert_eq!(assets.find("usdc"), Some(token(6)));
    let coins = Assets::default().codes();
    assert!(coins.starts_with("ETH, BTC, XMR"), "{coins}");
    assert_eq!(assets.codes(), format!("{coins}, USDC"));
    assert_eq!(assets.with(&[token(18)]), Err(AssetTwice(token(18))));
}

#[test]
fn a_tenth_of_a_satoshi_is_refused() {
    let refused = Amount::from_price_list(AssetId::BTC, 1_231);
    assert_eq!(refused, Err(MoneyError::TooFine(AssetId::BTC.into(), 8)));
}

#[test]
fn text_that_is_not_a_plain_number_is_refused() {
    for bad in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,0", " 1", "0x1", "١", "1.2.3"] {
        assert_eq!(Amount::parse(AssetId::ETH, bad), Err(MoneyError::NotANumber), "{bad:?}");
    }
    assert_eq!(
        Amount::parse(AssetId::BTC, "0.000000001"),
        Err(MoneyError::TooFine(AssetId::BTC.into(), 8))
    );
    assert_eq!(Amount::parse(AssetId::ETH, &"9".repeat(60)), Err(MoneyError::Overflow));
}

#[test]
fn currency_amounts_show_all_decimals_and_read_back() {
    let amount = |code, text| Amount::parse(Currency::parse(code).unwrap(), text);
    let shown = |code, text| amount(code, text).unwrap().to_string();
    assert_eq!(shown("CAD", "25"), "25.00 CAD");
    assert_eq!(shown("CAD", "0.5"), "0.50 CAD");
    assert_eq!(shown("JPY", "2500"), "2500 JPY");
    assert_eq!(shown("KWD", "1.05"), "1.050 KWD");
    let cad = Currency::parse("CAD").unwrap();
    assert_eq!(amount("CAD", "25.001"), Err(MoneyError::TooFine(cad.into(), 2)));
    let json = serde_json::to_string(&Price::from(amount("CAD", "25").unwrap())).unwrap();
    assert_eq!(json, r#"{"asset":"CAD","units":"2500"}"#);
    assert_eq!(serde_json::from_str::<Price>(&json).unwrap().to_string(), "25.00 CAD");
    assert!(serde_json::from_str::<Amount>(&json).is_err(), "nothing is paid in a currency");
}

#[test]
fn price_in_an_asset_is_stored_as_its_amount() {
    for asset in AssetId::COINS.into_iter().chain([token(6)]) {
        let amount = Amount::new(asset, 12_345);
        let json = serde_json::to_string(&amount).unwrap();
        assert_eq!(serde_json::to_string(&Price::from(amount)).unwrap(), json);
        let read: Price = serde_json::from_str(&json).unwrap();
        assert_eq!((read.in_asset(), read.in_currency()), (Some(amount), None));
    }
}

#[test]
fn assets_never_mix() {
    let ether = Amount::new(AssetId::ETH, 1);
    let bitcoin = Amount::new(AssetId::BTC, 1);
    let mixed = MoneyError::Mixed(AssetId::ETH.into(), AssetId::BTC.into());
    assert_eq!(ether.plus(bitcoin), Err(mixed));
    assert_eq!(ether.minus(bitcoin), Err(mixed));
    assert_eq!(ether.compare(bitcoin), Err(mixed));
}

proptest! {
    #[test]
    fn decimal_text_is_exact(asset in asset(), units in any::<u128>()) {
        let amount = Amount::new(asset, units);
        prop_assert_eq!(Amount::parse(asset, &amount.decimal()), Ok(amount));
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
    }

    #[test]
    fn price_list_amount_reads_back_and_what_is_finer_is_left_away(
        asset in asset(), tens in 0u64..1_000_000_000_000_000_000, finer in 0u32..1_000,
    ) {
        let nano = tens * 10;
        let amount = Amount::from_price_list(asset, nano).unwrap();
        prop_assert_eq!(amount.in_price_list(), u128::from(nano));
        if asset.decimals() > 9 {
            let finer = amount.plus(Amount::new(asset, u128::from(finer))).unwrap();
            prop_assert_eq!(finer.in_price_list(), u128::from(nano));
        }
    }

    #[test]
    fn what_is_added_can_be_taken_away(asset in asset(), a in any::<u128>(), b in any::<u128>()) {
        let a = Amount::new(asset, a);
        let b = Amount::new(asset, b);
        match a.plus(b) {
            Ok(sum) => prop_assert_eq!(sum.minus(b), Ok(a)),
            Err(error) => {
                prop_assert_eq!(error, MoneyError::Overflow);
                prop_assert!(a.units().checked_add(b.units()).is_none());
            }
        }
    }

    #[test]
    fn times_is_repeated_plus(units in any::<u64>(), count in 0u32..50) {
        let amount = Amount::new(AssetId::ETH, u128::from(units));
        let mut sum = Amount::zero(AssetId::ETH);
        for _ in 0..count {
            sum = sum.plus(amount).unwrap();
        }
        prop_assert_eq!(amount.times(count), Ok(sum));
    }
}

#[test]
fn steps_of_the_eighth_decimal_are_rounded_half_up() {
    let wei = |units| Amount::new(AssetId::ETH, units);
    let coins = [AssetId::ETH, AssetId::BTC, AssetId::XMR];
    assert_eq!(coins.map(AssetId::step), [10_000_000_000, 1, 10_000]);
    assert_eq!([wei(4_999_999_999).steps(), wei(5_000_000_000).steps()], [0, 1]);
    assert_eq!([wei(14_999_999_999).steps(), wei(15_000_000_000).steps()], [1, 2]);
    assert_eq!(Amount::new(AssetId::BTC, 7).steps(), 7);
    assert_eq!(wei(15_000_000_000).rounded(), wei(20_000_000_000));
    assert_eq!(wei(1).rounded_up(), Ok(wei(10_000_000_000)));
    assert_eq!(wei(10_000_000_000).rounded_up(), Ok(wei(10_000_000_000)));
    assert_eq!(wei(u128::MAX).rounded_up(), Err(MoneyError::Overflow));
    assert_eq!(Amount::from_steps(AssetId::XMR, 3), Ok(Amount::new(AssetId::XMR, 30_000)));
}
