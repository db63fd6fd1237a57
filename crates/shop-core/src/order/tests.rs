mod samples;

use super::*;
use crate::{
    bill::{BillRequest, DiscountNumber, calculate, tests::bill_of},
    cart::PricedCart,
    entropy::Seeded,
    invoice::{Invoice, NotCounted, SellerNotice},
    money::{Amount, AssetId},
    pay_to::{Matching, Offer, PayTo},
    place::Place,
    seller_mail::{NAMES_NO_KEY, OrderNotice, SellerLetter, SellerMail, room_for_words},
    view::{BlockAt, BlockHash, Height, Transfer, TransferId, View},
};
use proptest::prelude::*;
use samples::form;
pub(crate) use samples::{checked, filled, receipt};

#[test]
fn all_missing_fields_are_named_at_once() {
    let errors = checked(&form(|f| f.city = " ".into())).unwrap_err();
    let wanted = [Field::Recipient, Field::Street, Field::City, Field::Country];
    assert_eq!(errors.0, wanted.map(|field| (field, FieldError::Missing)));
}

#[test]
fn an_address_needs_what_its_country_has() {
    let needed = |country: &str| {
        let mut fields = filled();
        country.clone_into(&mut fields.country);
        fields.province = " ".into();
        fields.postcode.clear();
        // That there is no Atlantis is a doubt, and another test's.
        fields.sure = "yes".into();
        let errors = checked(&fields).map(drop).err().unwrap_or_default();
        assert!(errors.0.iter().all(|(_, error)| *error == FieldError::Missing));
        errors.0.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    for country in ["Canada", "ca", "USA", "U.S.", "États-Unis", "Australia", "Spain"] {
        assert_eq!(needed(country), [Field::Province, Field::Postcode], "{country}");
    }
    assert_eq!(needed("UK"), [Field::Postcode]);
    for country in ["Hong Kong", "Ireland", "Panama", "Atlantis"] {
        assert_eq!(needed(country), [], "{country}");
    }
}

#[test]
fn address_without_province_or_postcode_has_no_gaps_in_letter() {
    let letter = |province: &str, postcode: &str| {
        let fields = form(|f| {
            f.recipient = "Ada".into();
            f.street = "1 Nathan Rd".into();
            f.city = "Kowloon".into();
            f.country = "Hong Kong".into();
            f.province = province.into();
            f.postcode = postcode.into();
        });
        let receipt = receipt(checked(&fields).unwrap());
        let letter = SellerMail { shop: "Fox".into(), demo: false }.placed(&receipt).body;
        let lines = letter.split("Ship to\n").nth(1).unwrap().lines().skip(2);
        lines.take_while(|line| *line != "  Hong Kong").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(letter("", ""), ["  Kowloon"]);
    assert_eq!(letter("", "999077"), ["  999077 Kowloon"]);
    assert_eq!(letter("KL", ""), ["  Kowloon", "  KL"]);
    assert_eq!(letter("KL", "999077"), ["  999077 Kowloon", "  KL"]);
}

#[test]
fn an_order_of_which_nothing_is_sent_has_no_address() {
    let checked = |fields| BuyerDetails::from_fields(&fields, RequiredAddress::None);
    let draft = checked(form(|f| f.note = "Soon?".into())).unwrap();
    assert!(draft.destination == Destination::NothingToShip);
    let draft = checked(filled()).unwrap();
    assert!(draft.destination == Destination::NothingToShip, "what nobody needs is not kept");
    let wrong = checked(form(|f| f.contact = "on".into()));
    assert_eq!(wrong.unwrap_err().0, [(Field::Email, FieldError::NoEmail)]);
    let receipt = receipt(draft);
    assert!(OrderDetails::from_bytes(&receipt.to_bytes()).unwrap().details == receipt.details);
    let letter = SellerMail { shop: "Fox".into(), demo: false }.placed(&receipt).body;
    assert!(
        letter.contains("\nShip to\n  (nothing to ship: everything is delivered online)\n"),
        "{letter}"
    );
}

#[test]
fn wanting_contact_needs_an_email() {
    let mut fields = filled();
    fields.contact = "on".into();
    fields.email = "  ".into();
    assert_eq!(checked(&fields).unwrap_err().0, [(Field::Email, FieldError::NoEmail)]);
    fields.contact = String::new();
    assert_eq!(checked(&fields).unwrap().email, None);
    fields.contact = "on".into();
    for bad in ["x", "@", "a@b@c", "a b@c", "a@b,c@d", "<a@b>"] {
        fields.email = bad.into();
        assert!(checked(&fields).is_err(), "{bad}");
    }
    fields.email = "a@b\r\nBcc: everyone@example.org".into();
    assert!(checked(&fields).is_err());
}

#[test]
fn email_without_consent_is_not_kept() {
    let mut fields = filled();
    fields.email = "ada@example.org".into();
    let draft = checked(&fields).unwrap();
    assert_eq!(draft.email, None);
    let letter = SellerMail { shop: "Fox".into(), demo: false }.placed(&receipt(draft)).body;
    assert!(!letter.contains("ada@example.org"), "{letter}");
    assert!(letter.contains("The buyer left no email address."), "{letter}");
    fields.email = "ada@".into();
    assert!(checked(&fields).is_ok(), "nobody reads it");
}

#[test]
fn an_encrypted_address_stands_alone() {
    let armored = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----";
    let fields = form(|f| f.sealed = armored.replace('\n', "\r\n"));
    let draft = checked(&fields).unwrap();
    assert!(draft.destination == Destination::Sealed(armored.to_owned()));
    let sealed = |error| FormErrors(vec![(Field::Sealed, error)]);
    let mut both = filled();
    both.sealed = armored.into();
    assert_eq!(checked(&both).unwrap_err(), sealed(FieldError::GivenTwice));
    let plain = form(|f| f.sealed = "12 Main St".into());
    assert_eq!(checked(&plain).unwrap_err(), sealed(FieldError::NotArmored));
    let long = form(|f| f.sealed = armored.replace("hQEMA", &"x".repeat(13_000)));
    assert_eq!(checked(&long).unwrap_err(), sealed(FieldError::NotArmored));
}

/// The block in the seller's letter is as it came, and must not pass for the letter's words.
#[test]
fn an_encrypted_address_says_nothing_in_the_letter() {
    let armored = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----";
    let marked = armored.replacen("\n\n", "\nComment: Paid in full: 1 ETH\n\n", 1);
    let draft = checked(&form(|f| f.sealed = marked)).unwrap();
    assert!(draft.destination == Destination::Sealed(armored.to_owned()));
    for forged in [
        format!("{armored}\n\nPaid in full: 1 ETH.\n\n{armored}"),
        armored.replace("hQEMA", "hQEMA\n\nSend everything to: me"),
        armored.replace("\n\n", "\n"),
    ] {
        let refused = checked(&form(|f| f.sealed = forged)).unwrap_err();
        assert_eq!(refused, FormErrors(vec![(Field::Sealed, FieldError::NotArmored)]));
    }
}

#[test]
fn the_letter_says_what_to_send_where() {
    let mut fields = filled();
    fields.contact = "yes".into();
    fields.email = "ada@example.org".into();
    fields.note = "Ring twice\u{1b}[2J".into();
    let receipt = receipt(checked(&fields).unwrap());
    let letters = SellerMail { shop: "Tees".into(), demo: false };
    let letter = letters.placed(&receipt).body;
    for wanted in
        ["Ada Byron", "Flat 2", "SW1Y 4JH", "2 x Tee (L)", "ada@example.org", "Ring twice"]
    {
        assert!(letter.contains(wanted), "{letter}");
    }
    assert!(letter.contains("0.103980000000000077 ETH"));
    assert!(!letter.contains('\u{1b}'));
    assert!(!letter.contains("buyer's language"), "an order from before that was kept");
    let french = OrderDetails { read_in: Some("fr-CA".into()), ..receipt };
    let again = OrderDetails::from_bytes(&french.to_bytes()).unwrap();
    assert!(letters.placed(&again).body.contains("\nThe buyer's language: fr-CA\n"));
}

fn notice(
    order: OrderId,
    kind: SellerNotice,
    invoice: &Invoice,
    transfers: &[Transfer],
) -> OrderNotice {
    let invoice = invoice.clone();
    OrderNotice {
        order,
        kind,
        is_overtaken: false,
        invoice,
        transfers: transfers.to_vec(),
        escrow: None,
    }
}

#[test]
fn news_says_what_to_do() {
    let letters = SellerMail { shop: "Tees".into(), demo: false };
    let receipt = receipt(checked(&filled()).unwrap());
    let offer =
        Offer { pay_to: receipt.pay_to.clone(), due: receipt.due, matching: Matching::PayTo };
    let invoice = Invoice::open(offer, receipt.needs, receipt.expires).unwrap();
    let order = receipt.order;
    let news = |kind| letters.news(&notice(order, kind, &invoice, &[]), receipt.placed);
    assert!(!news(SellerNotice::Paid).body.contains("NOT"));
    let SellerLetter { subject, body: missed, .. } = news(SellerNotice::OutOfStock);
    assert!(subject.contains("SOLD OUT") && missed.contains("Do NOT send"), "{missed}");
    assert!(news(SellerNotice::BackInStock).body.contains("Send them"));
    assert!(news(SellerNotice::Reconfirming).body.contains("Wait"));
    assert!(news(SellerNotice::Reversed).body.contains("Do NOT send"));
    let named = Transfer {
        id: TransferId("0xaa".into()),
        pay_to: receipt.pay_to.clone(),
        amount: Amount::zero(receipt.due.asset()),
        block: None,
    };
    let why = SellerNotice::NotCounted(NotCounted::Failed);
    let SellerLetter { subject, body: text, .. } =
        letters.news(&notice(order, why, &invoice, &[named]), receipt.placed);
    assert!(subject.ends_with("the payment you accepted does NOT count"), "{subject}");
    assert!(text.contains("failed on the chain") && text.ends_with("\n  0xaa\n"), "{text}");
}

/// Marking the order as sent opens the files and codes that were bought.
#[test]
fn letter_about_a_late_payment_says_so_and_how_to_open_goods() {
    let letters = SellerMail { shop: "Tees".into(), demo: false };
    let receipt = receipt(checked(&filled()).unwrap());
    let pay_to = receipt.pay_to.clone();
    let due = receipt.due;
    let offer = Offer { pay_to: pay_to.clone(), due, matching: Matching::PayTo };
    let time = receipt.expires.plus_hours(1);
    let block = BlockAt { height: Height(1), hash: BlockHash([1; 32]), time };
    let transfer =
        Transfer { id: TransferId("0xaa".into()), pay_to, amount: due, block: Some(block) };
    let view = View { tip: Height(99), transfers: vec![transfer] };
    let invoice = Invoice::open(offer, receipt.needs, receipt.expires).unwrap();
    let invoice = invoice.assess(&view, time).unwrap().next().clone();
    let paid = notice(receipt.order, SellerNotice::Paid, &invoice, &[]);
    let SellerLetter { subject, body: text, .. } = letters.news(&paid, time);
    assert!(subject.ends_with("is paid, but LATE"), "{subject}");
    for wanted in ["or the buyer had cancelled", "You decide", "releases its downloads and codes"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn too_little_is_named_with_what_is_missing_and_what_to_do() {
    let letters = SellerMail { shop: "Tees".into(), demo: false };
    let receipt = receipt(checked(&filled()).unwrap());
    let offer =
        Offer { pay_to: receipt.pay_to.clone(), due: receipt.due, matching: Matching::PayTo };
    let amount = Amount::new(AssetId::ETH, 103_980_000_000_000_000);
    let transfer = Transfer {
        id: TransferId("0xaa".into()),
        pay_to: receipt.pay_to.clone(),
        amount,
        block: None,
    };
    let transfers = [transfer];
    let view = View { tip: Height(1), transfers: transfers.to_vec() };
    let invoice = Invoice::open(offer, receipt.needs, receipt.expires).unwrap();
    let invoice = invoice.assess(&view, receipt.placed).unwrap().next().clone();
    let id = receipt.order;
    let short = notice(id, SellerNotice::Short, &invoice, &transfers);
    let SellerLetter { subject, body: text, .. } = letters.news(&short, receipt.placed);
    assert_eq!(subject, format!("Order {id} is UNDERPAID"));
    for wanted in [
        "Paid: 0.10398 ETH, which is 0.000000000000000077 ETH too little.",
        "Do NOT send anything",
        "cryptocart orders refunded NUMBER",
        "cryptocart orders refunds",
        "0xaa",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn the_letter_names_the_place_the_bill_was_reckoned_with() {
    let armored = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----";
    let sealed = checked(&form(|f| f.sealed = armored.into())).unwrap();
    let mut receipt = receipt(sealed);
    let letters = SellerMail { shop: "Tees".into(), demo: false };
    assert!(!letters.placed(&receipt).body.contains("Billed"), "nothing depends on it");
    assert!(!std::str::from_utf8(&receipt.to_bytes()).unwrap().contains("billed"));
    receipt.billed = Place::parse("CA-QC");
    let again = OrderDetails::from_bytes(&receipt.to_bytes()).unwrap();
    assert!(again.billed == Place::parse("CA-QC"));
    let letter = letters.placed(&again).body;
    let wanted = "\nBilled for: Canada, Quebec (CA-QC)\n  Check that the encrypted address";
    assert!(letter.contains(wanted), "{letter}");
    receipt.billed = Place::parse("FR");
    receipt.details.destination = Destination::NothingToShip;
    let letter = letters.placed(&receipt).body;
    assert!(letter.contains("\nBilled for: France (FR)\n\nPayment\n"), "{letter}");
}

#[test]
fn the_seller_reads_the_sellers_own_number_of_what_is_ordered() {
    let mut draft = checked(&filled()).unwrap();
    draft.email = Some("ada@example.org".into());
    let mut receipt = receipt(draft);
    let mut line = receipt.bill.lines()[0].clone();
    line.sku = Some("TEE-L".into());
    let total = line.total;
    let hold = crate::stock::ReservedItems::default();
    receipt.bill =
        bill_of(&PricedCart { lines: vec![line], total, grams: vec![200], reserved_items: hold });
    let again = OrderDetails::from_bytes(&receipt.to_bytes()).unwrap();
    let letters = SellerMail { shop: "Tees".into(), demo: false };
    let letter = letters.placed(&again).body;
    assert!(letter.contains("  2 x Tee (L) [TEE-L]  at 0.05199 ETH"), "{letter}");
}

#[test]
fn the_seller_is_told_what_the_buyer_did_with_the_order() {
    let receipt = receipt(checked(&filled()).unwrap());
    let letters = SellerMail { shop: "Cypherpunk".into(), demo: true };
    let offer =
        Offer { pay_to: receipt.pay_to.clone(), due: receipt.due, matching: Matching::PayTo };
    let invoice = Invoice::open(offer, receipt.needs, receipt.expires).unwrap();
    let id = receipt.order;
    let SellerLetter { subject, body: text, .. } = letters.cancelled(id, &invoice, receipt.placed);
    assert_eq!(subject, format!("[demo] Order {id} is cancelled"));
    assert!(
        text.contains("Do NOT send anything") && text.contains("At:          demo-1\n"),
        "{text}"
    );
    let home = PayTo::new(AssetId::ETH, "0xhome").unwrap();
    let SellerLetter { subject, body: checked, .. } =
        letters.refund_to(id, &home, true, &invoice, receipt.placed);
    assert!(subject.ends_with("refund address"), "{subject}");
    assert!(
        checked.contains("  ETH  0xhome\n") && checked.contains("State: awaiting."),
        "{checked}"
    );
    let SellerLetter { body: unchecked, .. } =
        letters.refund_to(id, &home, false, &invoice, receipt.placed);
    assert!(unchecked.contains("without a checksum") && !checked.contains("without a checksum"));
}

#[test]
fn where_a_refund_goes_is_in_a_receipt_that_had_none_before() {
    let mut receipt = receipt(checked(&filled()).unwrap());
    let before = receipt.to_bytes();
    assert!(!std::str::from_utf8(&before).unwrap().contains("refund"));
    assert!(OrderDetails::from_bytes(&before).unwrap().refund_to.is_none());
    receipt.refund_to = Some(PayTo::new(AssetId::ETH, "0xhome").unwrap());
    receipt.refund_said = 2;
    let back = OrderDetails::from_bytes(&receipt.to_bytes()).unwrap();
    assert_eq!((back.refund_to, back.refund_said), (receipt.refund_to.clone(), 2));
}

#[test]
fn address_has_the_place_of_the_bill_whatever_was_typed() {
    let to = |place: &str| {
        let fields = form(|f| {
            f.recipient = "Ada Byron".into();
            f.street = "1 Rue X".into();
            f.city = "Montreal".into();
            f.postcode = "H2Y 1C6".into();
            f.province = "Qc".into();
            f.country = "Nowhere".into();
        });
        let address = RequiredAddress::InPlace(Place::parse(place).unwrap());
        match &BuyerDetails::from_fields(&fields, address).unwrap().destination {
            Destination::ShipTo(to) => (to.country.clone(), to.province.clone()),
            _ => panic!("an address"),
        }
    };
    assert_eq!(to("CA-QC"), ("Canada".to_owned(), "Quebec".to_owned()));
    assert_eq!(to("CA"), ("Canada".to_owned(), "Qc".to_owned()));
}

#[test]
fn debug_output_hides_the_buyer() {
    let draft = || checked(&filled()).unwrap();
    let shown = format!("{:?} {:?} {:?}", filled(), draft(), receipt(draft()));
    assert!(!shown.contains("Ada") && !shown.contains("James"));
}

#[test]
fn a_receipt_reads_back() {
    let receipt = receipt(checked(&filled()).unwrap());
    let again = OrderDetails::from_bytes(&receipt.to_bytes()).unwrap();
    assert_eq!(again.to_bytes(), receipt.to_bytes());
    assert!(OrderDetails::from_bytes(b"{}").is_none());
}

#[test]
fn details_of_another_layout_are_not_read() {
    let today = receipt(checked(&filled()).unwrap());
    let text = String::from_utf8(today.to_bytes().to_vec()).unwrap();
    for version in [1, 3] {
        let other = text.replacen("\"v\":2", &format!("\"v\":{version}"), 1);
        assert!(other != text && OrderDetails::from_bytes(other.as_bytes()).is_none());
    }
}

#[test]
fn letters_show_every_row_of_the_bill_aligned() {
    use crate::bill::tests::{full_rules, goods, wanted};
    let goods = [goods(51_990_000, 2, 180)];
    let discount = Some(DiscountNumber(1));
    let asked = BillRequest { discount, ..wanted(&goods, Some("CA-QC")) };
    let mut receipt = receipt(checked(&filled()).unwrap());
    receipt.bill = calculate(&full_rules(), &asked).unwrap().ready().unwrap();
    let letter = SellerMail { shop: "Tees".into(), demo: false }.placed(&receipt).body;
    let wanted = "\
Items
  2 x Tee  at 0.05199 ETH  = 0.10398 ETH

  Goods               0.10398   ETH
  Discount 1 (10 %)  -0.010398  ETH
  Shipping: Letter    0.002     ETH
  VAT 14.975 %        0.0143134 ETH
  Total               0.1098954 ETH

Payment
";
    assert!(letter.contains(wanted), "{letter}");
}

proptest! {
    #[test]
    fn order_numbers_read_back(seed in any::<u64>()) {
        let id = OrderId::random(&Seeded::new(seed));
        prop_assert_eq!(OrderId::parse(&id.to_string().to_lowercase()), Some(id));
    }

    #[test]
    fn any_form_is_answered(recipient in any::<String>(), email in any::<String>(), sealed in ".{0,40}") {
        let mut fields = filled();
        (fields.recipient, fields.email, fields.sealed) = (recipient, email, sealed);
        if let Ok(draft) = checked(&fields) {
            let letter = SellerMail { shop: "T".into(), demo: true }.placed(&receipt(draft)).body;
            prop_assert!(!letter.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}

/// A buffer that grows leaves a copy of the buyer's words behind.
#[test]
fn letter_and_receipt_never_outgrow_their_buffers() {
    let lines = "\n\u{e9}\"x".repeat(1_000);
    let everything = |note: &str| {
        let mut fields = filled();
        fields.street = "1 St\nb\nc".repeat(60);
        fields.contact = "yes".into();
        fields.email = format!("{}@example.org", "a".repeat(240));
        fields.note = note.into();
        fields
    };
    for note in ["", "short", &lines] {
        let mut receipt = receipt(checked(&everything(note)).unwrap());
        receipt.read_in = Some("fr-CA".into());
        let letter = SellerMail { shop: "Fox".into(), demo: true }.placed(&receipt).body;
        let words = letter.len() - letter.find("\nShip to\n").unwrap();
        let room = room_for_words(&receipt);
        assert!(words + NAMES_NO_KEY.len() <= room, "{words} in {room}");
        let bytes = receipt.to_bytes();
        assert!(bytes.len() <= receipt.most_bytes());
    }
}
