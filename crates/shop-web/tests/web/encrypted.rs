//! Addresses that buyers encrypt themselves.

use crate::{shop::TestShop, visitor::Visitor};
use shop_seal::{SealCert, open::SealKey};

/// The key ID of a recipient without a name.
const HIDDEN: [u8; 8] = [0; 8];

/// Returns the key ID of the certificate that the shop shows.
pub(crate) async fn seller_key_id(shop: &TestShop) -> [u8; 8] {
    let cert = SealCert::parse(&Visitor::of(shop).get("/pgp.txt").await.text()).unwrap();
    let fingerprint = data_encoding::HEXUPPER.decode(cert.fingerprint().as_bytes()).unwrap();
    *fingerprint.last_chunk().unwrap()
}

/// Returns an armored message for these keys, with `length` bytes that nobody can decrypt.
pub(crate) fn message(key_ids: &[[u8; 8]], length: usize) -> String {
    let mut bytes = Vec::new();
    for id in key_ids {
        bytes.extend([0xc1, 12, 3]);
        bytes.extend(id);
        bytes.extend([18, 0, 0]);
    }
    bytes.extend([0xd2, 0xff]);
    bytes.extend(u32::try_from(length + 1).unwrap().to_be_bytes());
    bytes.push(1);
    bytes.extend(vec![b'x'; length]);
    let base64 = data_encoding::BASE64.encode(&bytes);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let body = lines.join("\r\n");
    format!("-----BEGIN PGP MESSAGE-----\r\n\r\n{body}\r\n-----END PGP MESSAGE-----\r\n")
}

#[tokio::test]
async fn an_address_can_come_encrypted() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let armored = message(&[seller_key_id(&shop).await], 100);
    visitor.takes_a_tee().await;
    let token = visitor.get("/checkout").await.token();
    let fields = [("token", token.as_str()), ("sealed", &armored)];
    let fresh = visitor.follow("/checkout", &fields).await;
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    visitor.get("/order/receipt").await.shows("You entered an encrypted address");
}

#[tokio::test]
async fn address_encrypted_to_others_is_refused() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let seller = seller_key_id(&shop).await;
    visitor.takes_a_tee().await;
    let refused = "This message isn’t encrypted with the seller’s key.";
    for key_ids in [&[][..], &[[7; 8]], &[[7; 8], [8; 8]]] {
        let token = visitor.get("/checkout").await.token();
        let armored = message(key_ids, 100);
        let page = visitor.post("/checkout", &[("token", &token), ("sealed", &armored)]).await;
        assert_eq!(page.status, 422);
        page.shows(refused);
    }
    assert_eq!(shop.db.orders().await.unwrap().len(), 0);
    let token = visitor.get("/checkout").await.token();
    let both = message(&[[7; 8], seller], 100);
    visitor.post("/checkout", &[("token", &token), ("sealed", &both)]).await.location();
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
}

/// The seller is told to look: only the recipient can tell whose key it is.
#[tokio::test]
async fn seller_is_told_when_an_encrypted_address_names_no_key() {
    for (is_hidden, key_id) in [(true, Some(HIDDEN)), (false, None)] {
        let shop = TestShop::new();
        let mut visitor = Visitor::of(&shop);
        let seller = seller_key_id(&shop).await;
        visitor.takes_a_tee().await;
        let token = visitor.get("/checkout").await.token();
        let armored = message(&[key_id.unwrap_or(seller)], 100);
        visitor.post("/checkout", &[("token", &token), ("sealed", &armored)]).await.location();
        let mails = shop.db.outbox(9).await.unwrap();
        let letter =
            SealKey::parse(&shop.secret, "").unwrap().open(mails[0].sealed().unwrap()).unwrap();
        let told = letter.body.contains("The encrypted address does not say for which key");
        assert_eq!(told, is_hidden, "{}", letter.body);
    }
}

#[tokio::test]
async fn nobody_is_written_to_without_consent() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    filled.push(("email", "ada@example.org".into()));
    let fields: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.post("/checkout", &fields).await.location();
    let mails = shop.db.outbox(9).await.unwrap();
    let letter =
        SealKey::parse(&shop.secret, "").unwrap().open(mails[0].sealed().unwrap()).unwrap();
    assert!(letter.relay.is_none() && !letter.body.contains("ada@"), "{}", letter.body);
}
