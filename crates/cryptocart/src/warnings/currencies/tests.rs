use super::*;
use crate::{files, sample, shop_dir::ShopDir, system::System};

fn found(settings: &str, shipping: &str, catalog: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let dir = ShopDir::new(&folder.path().join("shop"));
    sample::create(dir.path(), &System::fake()).unwrap();
    let text = std::fs::read_to_string(dir.config()).unwrap();
    let write = |name: &str, text: &str| {
        files::write(&dir.resolve(name), text.as_bytes(), false).unwrap();
    };
    write("shop.toml", &text.replace("\nminimum = {}\n", settings));
    write("shipping.toml", shipping);
    let catalog = Catalog::from_json(catalog).unwrap();
    let found = warnings(&Plan::load(&dir).unwrap(), &catalog);
    found.into_iter().map(|text| text.split(':').next().unwrap().to_owned()).collect()
}

const RATE: &str = "[[zone]]\nto = [\"*\"]\n[[zone.rate]]\nname = \"Post\"\nprice = ";

#[test]
fn rules_in_another_currency_than_the_products_are_warned_of() {
    let cad = r#"{"products":{"mug":{"name":"Mug","price":"25.00","currency":"CAD"}}}"#;
    let eth = r#"{"products":{"mug":{"name":"Mug","price":25000000}}}"#;
    let in_cad = format!("{RATE}{{ CAD = \"5.00\", ETH = 1 }}");
    let in_euro = format!("{RATE}{{ EUR = \"5.00\" }}");
    let minimum = "\nminimum = { EUR = \"9.00\" }\n";
    assert_eq!(found("\nminimum = {}\n", &in_cad, cad), [""; 0]);
    assert_eq!(found("\nminimum = {}\n", &in_cad, eth), ["shipping.toml"]);
    assert_eq!(found(minimum, &in_euro, cad), ["shipping.toml", "orders.minimum in shop.toml"]);
}
