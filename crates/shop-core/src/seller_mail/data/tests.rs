use super::*;
use crate::{
    bill::{BillRequest, DiscountNumber, calculate},
    entropy::Seeded,
    escrow::Ending,
    invoice::{Invoice, NotCounted, SellerNotice, State},
    money::AssetId,
    order::{
        BuyerDetails, CheckoutForm, Destination, RequiredAddress,
        tests::{checked, filled, receipt},
    },
    order_status::{EscrowFacts, EscrowStep},
    pay_to::{Matching, Offer, PayTo},
    place::Place,
    seller_mail::{ChainOutage, OrderNotice, SellerLetter},
    time::{CoarseTime, UnixTime},
    view::{BlockAt, BlockHash, Height, Transfer, TransferId, View},
};
use proptest::prelude::*;
use std::collections::BTreeSet;

mod exchange;

const GOLDEN: &str = include_str!("golden.json");
const PROMISES: &str = include_str!("../../../../../docs/order-format.md");

fn letters() -> SellerMail {
    SellerMail { shop: "Tees".into(), demo: false }
}

/// An order with everything that an order can have.
fn full_order() -> OrderDetails {
    use crate::bill::tests::{full_rules, goods, wanted};
    let goods = [goods(51_990_000, 2, 180)];
    let discount = Some(DiscountNumber(1));
    let asked = BillRequest { discount, ..wanted(&goods, Some("CA-QC")) };
    let mut fields = filled();
    fields.contact = "yes".into();
    fields.email = "ada@example.org".into();
    fields.note = "Ring \"twice\"\nThank you".into();
    let mut order = receipt(checked(&fields).unwrap());
    order.bill = calculate(&full_rules(), &asked).unwrap().ready().unwrap();
    order.billed = Place::parse("CA-QC");
    order.read_in = Some("fr-CA".into());
    order
}

fn encrypted() -> OrderDetails {
    let armored = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----";
    let mut fields = CheckoutForm::default();
    fields.sealed = armored.into();
    receipt(checked(&fields).unwrap())
}

fn invoice(order: &OrderDetails) -> Invoice {
    let matching = Matching::PayTo;
    let offer = Offer { pay_to: order.pay_to.clone(), due: order.due, matching };
    Invoice::open(offer, order.needs, order.expires).unwrap()
}

fn transfer(order: &OrderDetails, percent: u128, at: Option<u64>) -> Transfer {
    let amount = Amount::new(order.due.asset(), order.due.units() * percent / 100);
    let time = order.placed;
    let block = at.map(|height| BlockAt { height: Height(height), hash: BlockHash([1; 32]), time });
    Transfer { id: TransferId("0xaa".into()), pay_to: order.pay_to.clone(), amount, block }
}

/// Assesses one after the other, at a chain of 99 blocks.
fn assessed(order: &OrderDetails, shown: &[Option<Transfer>]) -> Invoice {
    shown.iter().fold(invoice(order), |invoice, transfer| {
        let view = View { tip: Height(99), transfers: transfer.iter().cloned().collect() };
        invoice.assess(&view, order.placed).unwrap().next().clone()
    })
}

/// One letter of each kind, and both forms of a new order.
fn one_of_each() -> Vec<SellerLetter> {
    let letters = letters();
    let order = full_order();
    let paid = || Some(transfer(&order, 100, Some(1)));
    let late = {
        let mut late = transfer(&order, 100, Some(1));
        late.block.as_mut().unwrap().time = order.expires.plus_hours(1);
        assessed(&order, &[Some(late)])
    };
    let until = Some(UnixTime(1_800_000_000));
    let in_escrow = EscrowFacts { until, ..EscrowFacts::open(order.expires) };
    let news = |news, invoice: &Invoice, transfers: &[Transfer]| {
        let transfers = transfers.to_vec();
        let invoice = invoice.clone();
        let escrow = match news {
            SellerNotice::Escrow(step) => Some(EscrowFacts { step, ..in_escrow }),
            _ => None,
        };
        let notice = OrderNotice {
            order: order.order,
            kind: news,
            is_overtaken: false,
            invoice,
            transfers,
            escrow,
        };
        letters.news(&notice, order.placed)
    };
    let over = transfer(&order, 120, Some(1));
    let short = transfer(&order, 90, None);
    let settled = assessed(&order, &[paid()]);
    let moved = assessed(&order, &[paid(), Some(transfer(&order, 100, Some(98)))]);
    let home = PayTo::new(AssetId::ETH, "0xhome").unwrap();
    let outage = |stopped| ChainOutage {
        assets: "ETH",
        since: order.placed,
        why: "node 1 cannot be reached",
        stopped,
        stop_after_hours: 12,
        section: Some("ether"),
    };
    let into_escrow = OrderNotice {
        order: order.order,
        kind: SellerNotice::Paid,
        is_overtaken: false,
        invoice: settled.clone(),
        transfers: Vec::new(),
        escrow: Some(EscrowFacts::open(order.expires)),
    };
    vec![
        letters.placed(&order),
        letters.placed(&encrypted()),
        news(SellerNotice::Paid, &assessed(&order, &[Some(over.clone())]), &[over]),
        news(SellerNotice::Paid, &late, &[]),
        news(SellerNotice::OutOfStock, &settled, &[transfer(&order, 100, Some(1))]),
        news(SellerNotice::BackInStock, &settled, &[]),
        news(SellerNotice::CodesMissing, &settled, &[]),
        news(SellerNotice::Reconfirming, &moved, &[]),
        news(SellerNotice::Reversed, &assessed(&order, &[paid(), None]), &[]),
        news(SellerNotice::OtherMoney, &assessed(&order, &[]), &[transfer(&order, 100, Some(1))]),
        news(
            SellerNotice::Short,
            &assessed(&order, &[Some(short.clone())]),
            std::slice::from_ref(&short),
        ),
        news(SellerNotice::ToReview, &invoice(&order), std::slice::from_ref(&short)),
        news(SellerNotice::ToRelease, &settled, &[]),
        news(SellerNotice::NotCounted(NotCounted::Failed), &invoice(&order), &[short]),
        letters.cancelled(order.order, &invoice(&order), order.placed),
        letters.refund_to(order.order, &home, false, &settled, order.placed),
        letters.news(&into_escrow, order.placed),
        news(SellerNotice::Escrow(EscrowStep::Open), &settled, &[]),
        news(SellerNotice::Escrow(EscrowStep::Shipped), &settled, &[]),
        news(SellerNotice::Escrow(EscrowStep::Delivered), &settled, &[]),
        news(SellerNotice::Escrow(EscrowStep::Disputed), &settled, &[]),
        news(SellerNotice::Escrow(EscrowStep::Closed(Ending::Ruled)), &settled, &[]),
        letters.released(order.order, "JBSWY3DPEHPK3PXP", &settled, order.placed),
        letters.chain_unread(&outage(false)),
        letters.chain_unread(&outage(true)),
        letters.chain_read_again("ETH", order.placed),
        letters.rate_missing("ETH", order.placed, "no source answers"),
        letters.rate_again("ETH", order.placed),
    ]
}

/// Later builds write and read the same bytes.
#[test]
fn mails_of_every_kind_are_the_golden_file() {
    let written: Vec<String> = one_of_each().into_iter().map(|letter| letter.json).collect();
    let written = format!("[\n{}\n]\n", written.join(",\n"));
    assert!(written == GOLDEN, "golden.json has other bytes than:\n{written}");
}

#[test]
fn every_kind_is_written_read_and_documented() {
    let read: Vec<MailData<'static>> =
        one_of_each().iter().map(|letter| MailData::read(&letter.json).unwrap()).collect();
    for kind in MailKind::ALL {
        let word = kind.row().word;
        assert!(read.iter().any(|data| data.mail_kind() == Some(kind)), "{word}");
        assert!(PROMISES.contains(&format!("| `{word}` |")), "{word}");
    }
    let states = [
        State::Underpaid { paid: Amount::zero(AssetId::ETH) },
        State::Overpaid { paid: Amount::zero(AssetId::ETH) },
        State::Awaiting,
        State::Expired,
    ];
    for word in states.iter().map(state_word) {
        assert!(PROMISES.contains(&format!("`{word}`")), "{word}");
    }
}

fn fields(value: &serde_json::Value, names: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                names.insert(name.clone());
                fields(value, names);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| fields(value, names)),
        _ => {}
    }
}

#[test]
fn every_field_is_documented() {
    let mut names = BTreeSet::new();
    fields(&serde_json::from_str(GOLDEN).unwrap(), &mut names);
    for name in names {
        assert!(PROMISES.contains(&format!("`{name}`")), "{name}");
    }
}

/// The letter is the rule of what a seller learns: the JSON says nothing more.
#[test]
fn every_text_of_the_json_is_in_the_letter() {
    fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => found.extend(text.lines().map(str::to_owned)),
            serde_json::Value::Array(values) => values.iter().for_each(|v| texts(v, found)),
            serde_json::Value::Object(map) => {
                // These words say what the letter says in a sentence.
                let own = ["format", "kind", "state", "not_counted", "step"];
                let said = map.iter().filter(|(name, _)| !own.contains(&name.as_str()));
                said.for_each(|(_, value)| texts(value, found));
            }
            _ => {}
        }
    }
    for letter in one_of_each() {
        let mut found = Vec::new();
        texts(&serde_json::from_str(&letter.json).unwrap(), &mut found);
        let said = format!("{}\n{}", letter.subject, letter.body);
        // An amount of nothing stands in rows that have words alone.
        for text in found.iter().filter(|text| *text != "0") {
            assert!(said.contains(text.as_str()), "{text:?} is not in\n{said}");
        }
    }
}

#[test]
fn later_documents_are_read_as_far_as_promised() {
    let json = letters().placed(&full_order()).json;
    let data = MailData::read(&json).unwrap();
    let more = json.replacen("\"kind\"", "\"colour\": {\"red\": 1},\n\"kind\"", 1);
    assert!(MailData::read(&more).unwrap() == data, "a field that was added");
    let word = MailData::read(&json.replace("new_order", "gift")).unwrap();
    assert_eq!((word.mail_kind(), &*word.kind), (None, "gift"));
    let newer = json.replacen("\"version\": 1", "\"version\": 2", 1);
    assert_eq!(MailData::read(&newer).err(), Some(DataError::Newer(2)));
    for other in ["", "{}", "[]", "{\"format\": \"x\", \"version\": 1}", "{\"v\":1}"] {
        assert_eq!(MailData::read(other).err(), Some(DataError::NotOurs), "{other}");
    }
}

#[test]
fn debug_output_hides_order_and_buyer() {
    let data = MailData::read(&letters().placed(&full_order()).json).unwrap();
    let shown = format!("{data:?} {:?} {:?}", data.details, letters().placed(&full_order()));
    assert_eq!(shown, "MailData(new_order, ..) Some(OrderData(..)) SellerLetter(..)");
}

/// Compares an order with what a program reads of it, field by field.
fn assert_same(data: &MailData<'_>, order: &OrderDetails) {
    assert_eq!(data.order, Some(order.order));
    let read = data.details.as_ref().unwrap();
    let details = &order.details;
    assert_eq!(read.placed, order.placed.to_string());
    assert_eq!(read.expires, order.expires.to_string());
    assert_eq!(read.pay_to, order.pay_to.as_str());
    assert_eq!(read.due, order.due.into());
    assert_eq!(read.note.as_deref(), details.note.as_deref());
    assert_eq!(read.email.as_deref(), details.email.as_deref());
    assert_eq!(read.language.as_deref(), order.read_in.as_deref());
    match &details.destination {
        Destination::ShipTo(to) => assert!(read.ship_to.as_deref() == Some(to)),
        Destination::Sealed(armored) => {
            assert_eq!(read.encrypted_address.as_deref(), Some(armored.as_str()));
        }
        Destination::NothingToShip => {
            assert!(read.ship_to.is_none() && read.encrypted_address.is_none());
        }
    }
    for (item, line) in read.items.iter().zip(order.bill.lines()) {
        assert_eq!((item.quantity, &*item.name), (line.quantity, line.name.as_str()));
        assert_eq!(item.variant.as_deref(), line.option.as_deref());
        assert_eq!(item.sku.as_deref(), line.sku.as_deref());
        assert_eq!((&item.each, &item.total), (&line.each.into(), &line.total.into()));
        assert_eq!(item.digital, line.digital.is_some());
    }
    let rows = order.bill.rows();
    assert_eq!((read.items.len(), read.bill.len()), (order.bill.lines().len(), rows.len()));
    for (read, row) in read.bill.iter().zip(&rows) {
        assert_eq!(serde_json::to_value(row.kind).unwrap(), *read.kind);
        assert_eq!(read.amount, row.amount.into());
    }
}

proptest! {
    #[test]
    fn orders_read_back_and_fit_their_buffer(
        seed in any::<u64>(), recipient in ".{1,80}", street in "(?s).{1,200}", note in "(?s).{0,900}",
        contact in any::<bool>(), shop in ".{0,40}", hours in 0u64..9_000_000, french in any::<bool>()
    ) {
        let mut fields = filled();
        fields.recipient = recipient;
        fields.street = street;
        fields.note = note;
        if contact {
            fields.contact = "on".into();
            fields.email = "ada+\"x\"@example.org".into();
        }
        let Ok(details) = checked(&fields) else { return Ok(()) };
        let mut order = full_order();
        order.details = details;
        order.order = OrderId::random(&Seeded::new(seed));
        order.placed = CoarseTime::from_hours(hours);
        order.read_in = french.then(|| "fr-CA".to_owned());
        let letters = SellerMail { shop: crate::text::line(&shop), demo: french };
        let json = letters.placed(&order).json;
        let data = MailData::read(&json).unwrap();
        prop_assert_eq!((&*data.shop, data.demo), (letters.shop.as_str(), french));
        assert_same(&data, &order);
        prop_assert!(json.len() <= OrderData::new(&order).room() + 2 * letters.shop.len() + 512);
        // Sealing cleans what it encloses: this must be clean already.
        prop_assert_eq!(crate::text::block(&json), json);
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        prop_assert!(MailData::read(&text).is_err());
    }
}

/// Goods alone, of a shop without shipping rules.
#[test]
fn order_with_nothing_to_ship_has_no_address() {
    let nothing = CheckoutForm::default();
    let order = receipt(BuyerDetails::from_fields(&nothing, RequiredAddress::None).unwrap());
    let json = letters().placed(&order).json;
    assert!(!json.contains("ship_to") && !json.contains("encrypted_address"), "{json}");
    assert_same(&MailData::read(&json).unwrap(), &order);
}
