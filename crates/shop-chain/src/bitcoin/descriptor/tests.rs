use super::*;

/// Account keys of BIP 44, 84 and 86, of the words "abandon ... about".
const BIP44: &str = "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj";
const BIP84: &str = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
const BIP86: &str = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ";
/// Account key of BIP 49, on a test network.
const BIP49: &str = "upub5EFU65HtV5TeiSHmZZm7FUffBGy8UKeqp7vw43jYbvZPpoVsgU93oac7Wk3u6moKegAEWtGNF8DehrnHtv21XXEMYRUocHqguyjknFHYfgY";

fn first(text: &str) -> String {
    let descriptor = Descriptor::parse(text, Network::Main).expect(text);
    descriptor.address(0).expect("it has an address").as_str().to_owned()
}

fn refused(text: &str) -> DescriptorError {
    Descriptor::parse(text, Network::Main).expect_err(text)
}

#[test]
fn addresses_are_those_of_the_vectors() {
    let descriptor = Descriptor::parse(BIP84, Network::Main).unwrap();
    let address = |number| descriptor.address(number).unwrap().as_str().to_owned();
    assert_eq!(address(0), "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu");
    assert_eq!(address(1), "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g");
    let taproot = "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr";
    assert_eq!(first(&format!("tr({BIP86}/0/*)")), taproot);
    assert_eq!(first(&format!("pkh({BIP44}/0/*)")), "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA");
    let nested = Descriptor::parse(BIP49, Network::Regtest).unwrap();
    assert_eq!(nested.address(0).unwrap().as_str(), "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2");
}

#[test]
fn origin_choice_and_blanks_change_nothing() {
    let plain = first(&format!("tr({BIP86}/0/*)"));
    let origin = format!(" tr([73c5da0a/86'/0'/0']{BIP86}/0/*)\n");
    assert_eq!(first(&origin), plain);
    assert_eq!(first(&format!("tr({BIP86}/<0;1>/*)")), plain);
    assert_ne!(first(&format!("tr({BIP86}/1/*)")), plain);
    assert_ne!(first(&format!("wpkh({BIP86}/0/*)")), plain);
}

#[test]
fn text_that_a_shop_cannot_use_is_refused_by_what_is_wrong() {
    let bare = refused(BIP44);
    assert_eq!(bare, DescriptorError::Bare);
    assert_eq!(refused("wpkh(xprv9s21ZrQH143K/0/*)"), DescriptorError::Private);
    assert_eq!(refused(&format!("wpkh({BIP44}/0/*)#aaaaaaaa")), DescriptorError::Checksum);
    assert_eq!(refused(&BIP84.replace("AijB", "AijC")), DescriptorError::Checksum);
    assert_eq!(refused(BIP49), DescriptorError::OtherNetwork);
    for path in ["", "/0", "/0'/*", "/0h/*", "/x/*", "/2147483648/*"] {
        let path = format!("wpkh({BIP44}{path})");
        assert_eq!(refused(&path), DescriptorError::Path, "{path}");
    }
    for text in ["", "wpkh()", "multi(1,xpub)", "wsh(multi(2,a,b))", "bc1qcr8te4kr609gcawutmrza0j"]
    {
        assert_eq!(refused(text), DescriptorError::Form, "{text}");
    }
}

#[test]
fn number_beyond_the_last_has_no_address() {
    let descriptor = Descriptor::parse(BIP84, Network::Main).unwrap();
    assert!(descriptor.address(2_147_483_647).is_some());
    assert!(descriptor.address(2_147_483_648).is_none());
}
