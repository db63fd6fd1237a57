use super::*;
use crate::cli::read::orders::Mail;
use shop_core::{
    bill::{BillRequest, PriceRules, calculate},
    cart::{PricedCart, PricedLine},
    entropy::Seeded,
    money::{Amount, AssetId},
    order::{BuyerDetails, CheckoutForm, OrderDetails, OrderId, RequiredAddress},
    pay_to::PayTo,
    seller_mail::SellerMail,
    stock::ReservedItems,
    time::CoarseTime,
    view::Confirmations,
};
use shop_seal::mail::Letter;

fn priced() -> PricedCart {
    let each = Amount::from_price_list(AssetId::ETH, 51_990_000).unwrap();
    let line = |quantity: u32, sku: Option<&str>| PricedLine {
        product: "tee".into(),
        name: "Tee, \"black\"".into(),
        option: Some("L".into()),
        sku: sku.map(str::to_owned),
        quantity,
        each: each.into(),
        total: each.times(quantity).unwrap().into(),
        digital: None,
    };
    let lines = vec![line(2, Some("=TEE")), line(1, None)];
    let total = each.times(3).unwrap().into();
    PricedCart { lines, total, grams: vec![200, 200], reserved_items: ReservedItems::default() }
}

/// An order whose buyer wrote this as the name and the note.
fn order(words: &str) -> Order {
    let mut fields = CheckoutForm::default();
    fields.recipient = words.into();
    fields.street = "12 St James's Sq\nFlat 2".into();
    fields.city = "London".into();
    fields.country = "UK".into();
    fields.postcode = "SW1Y 4JH".into();
    fields.note = words.into();
    let details = BuyerDetails::from_fields(&fields, RequiredAddress::Full).unwrap();
    let placed = CoarseTime::from_hours(498_708);
    let id = OrderId::random(&Seeded::new(3));
    let goods = priced().goods();
    let asked = BillRequest {
        goods: &goods,
        unit: AssetId::ETH.into(),
        exchange: None,
        to: None,
        rate: None,
        discount: None,
        now: placed,
    };
    let bill = calculate(&PriceRules::default(), &asked).unwrap().bill;
    let order = OrderDetails {
        v: OrderDetails::VERSION,
        order: id,
        placed,
        bill,
        due: Amount::from_price_list(AssetId::ETH, 155_970_000).unwrap(),
        pay_to: PayTo::new(AssetId::ETH, "demo-1").unwrap(),
        needs: Confirmations(1),
        expires: placed.plus_hours(24),
        billed: None,
        read_in: None,
        details,
        refund_to: None,
        refund_said: 0,
        escrow: None,
        parties: Vec::new(),
    };
    let letters = SellerMail { shop: "Fox".into(), demo: false };
    let mail = Mail::new(Some("2026-11-22".into()), Letter::from(letters.placed(&order)));
    Order { id, mails: vec![mail] }
}

fn read(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

fn value<'a>(rows: &'a [Vec<String>], row: usize, column: &str) -> &'a str {
    let at = rows[0].iter().position(|name| name == column).unwrap();
    &rows[row][at]
}

#[test]
fn table_has_a_row_for_each_order_and_reads_back() {
    let text = table(&[order("Ada \"A\" Byron; x, y\nsecond line")], false);
    assert_eq!(text.matches("\r\n").count(), 2, "{text}");
    let rows = read(&text);
    assert_eq!(rows.len(), 2);
    for (column, wanted) in [
        ("order", order("x").id.to_string().as_str()),
        ("shop", "Fox"),
        ("demo", "no"),
        ("placed", "2026-11-22 12:00 UTC"),
        ("status", "new"),
        ("items", "2 x Tee, \"black\" (L) [=TEE]; 1 x Tee, \"black\" (L)"),
        ("currency", "ETH"),
        ("goods", "0.15597"),
        ("discount", ""),
        ("total", "0.15597"),
        ("pay_to", "demo-1"),
        ("street", "12 St James's Sq\nFlat 2"),
        ("country", "UK"),
        ("note", "Ada \"A\" Byron; x, y\nsecond line"),
        ("email", ""),
    ] {
        assert_eq!(value(&rows, 1, column), wanted, "{column}");
    }
}

#[test]
fn table_of_items_has_a_row_for_each() {
    let rows = read(&table(&[order("Ada")], true));
    assert_eq!(rows.len(), 3);
    assert_eq!((value(&rows, 1, "quantity"), value(&rows, 1, "sku")), ("2", "'=TEE"));
    assert_eq!((value(&rows, 2, "total"), value(&rows, 2, "recipient")), ("0.05199", "Ada"));
}

/// Opening the table runs nothing that a buyer wrote (CWE-1236).
#[test]
fn buyers_words_are_no_formulas() {
    for words in ["=1+1", "+1 555", "-2", "@SUM(A1)", "  =cmd|'/C calc'!A0", "＝1+1", "\t=1"] {
        let rows = read(&table(&[order(words)], false));
        for column in ["recipient", "note"] {
            let cell = value(&rows, 1, column);
            assert!(cell.starts_with('\''), "{words:?}: {column} {cell:?}");
        }
    }
    assert_eq!(cell("\t=1"), "' =1");
    assert_eq!(cell("\r@x"), "'@x");
    assert_eq!(cell("Ada = Byron"), "Ada = Byron");
    assert_eq!(cell("a\u{1b}[2Jb"), "a[2Jb");
}

#[test]
fn order_of_an_earlier_build_has_a_row_of_its_number() {
    let id = OrderId::parse("K7Q2-9FXD").unwrap();
    let letter = Letter {
        subject: "New order K7Q2-9FXD".into(),
        body: "Two mugs".into(),
        relay: None,
        json: None,
    };
    let mail = Mail::new(Some("2026-11-22".into()), letter);
    assert_eq!(mail.order(), Some(id));
    let rows = read(&table(&[Order { id, mails: vec![mail] }], false));
    assert_eq!((value(&rows, 1, "order"), value(&rows, 1, "placed")), ("K7Q2-9FXD", "2026-11-22"));
    assert_eq!(rows[0].len(), rows[1].len());
}
