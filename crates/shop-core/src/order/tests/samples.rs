//! Sample forms and orders.

use crate::{
    bill::tests::bill_of,
    cart::{PricedCart, PricedLine},
    entropy::Seeded,
    money::{Amount, AssetId},
    order::{BuyerDetails, CheckoutForm, FormErrors, OrderDetails, OrderId, RequiredAddress},
    pay_to::PayTo,
    time::CoarseTime,
    view::Confirmations,
};

pub(super) fn form(fill: impl FnOnce(&mut CheckoutForm)) -> CheckoutForm {
    let mut fields = CheckoutForm::default();
    fill(&mut fields);
    fields
}

pub(crate) fn filled() -> CheckoutForm {
    form(|f| {
        f.recipient = "Ada Byron".into();
        f.street = "12 St James's Sq\nFlat 2".into();
        f.city = "London".into();
        f.province = "England".into();
        f.country = "UK".into();
        f.postcode = "SW1Y 4JH".into();
    })
}

/// Checks the form of an order that needs a full address.
pub(crate) fn checked(fields: &CheckoutForm) -> Result<BuyerDetails, FormErrors> {
    BuyerDetails::from_fields(fields, RequiredAddress::Full)
}

pub(crate) fn receipt(draft: BuyerDetails) -> OrderDetails {
    let each = Amount::from_price_list(AssetId::ETH, 51_990_000).unwrap();
    let total = each.times(2).unwrap();
    let line = PricedLine {
        product: "tee".into(),
        name: "Tee".into(),
        option: Some("L".into()),
        sku: None,
        quantity: 2,
        each: each.into(),
        total: total.into(),
        digital: None,
    };
    let placed = CoarseTime::from_hours(498_708);
    let hold = crate::stock::ReservedItems::default();
    let priced = PricedCart {
        lines: vec![line],
        total: total.into(),
        grams: vec![200],
        reserved_items: hold,
    };
    OrderDetails {
        v: OrderDetails::VERSION,
        order: OrderId::random(&Seeded::new(3)),
        placed,
        bill: bill_of(&priced),
        due: total.plus(Amount::new(AssetId::ETH, 77)).unwrap(),
        pay_to: PayTo::new(AssetId::ETH, "demo-1").unwrap(),
        needs: Confirmations(12),
        expires: placed.plus_hours(24),
        billed: None,
        read_in: None,
        details: draft,
        refund_to: None,
        refund_said: 0,
        escrow: None,
        parties: Vec::new(),
    }
}
