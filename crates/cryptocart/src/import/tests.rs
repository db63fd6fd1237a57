use super::*;

const ETH: &str = "0xd24def0856636050cf891befc0fa69ecf96c160b";

struct OldCart(tempfile::TempDir);

impl OldCart {
    fn new(env: &str, data: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let images = folder.path().join("public/images/products");
        std::fs::create_dir_all(&images).unwrap();
        std::fs::create_dir_all(folder.path().join("db")).unwrap();
        let mut png = Vec::new();
        image::DynamicImage::new_rgb8(8, 8)
            .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
            .unwrap();
        for name in ["a.png", "spare.png"] {
            files::write(&images.join(name), &png, false).unwrap();
        }
        files::write(&folder.path().join(".env"), env.as_bytes(), false).unwrap();
        files::write(&folder.path().join("db/data.json"), data.as_bytes(), false).unwrap();
        Self(folder)
    }

    fn import(&self) -> Result<(Report, ShopDir), CliError> {
        let to = self.0.path().join("shop");
        import(self.0.path(), &to).map(|report| (report, ShopDir::new(&to)))
    }
}

fn data(address: &str, price: u64) -> String {
    format!(
        r#"{{"agents":{{"a":{{"email":"boss@example.org","password":"CANARY-PASS"}}}},
        "wallets":{{"eth":{{"currency":"ETH","name":"Ethereum","address":"{address}"}},
                    "btc":{{"currency":"BTC","name":"Bitcoin","address":"1abc"}}}},
        "products":{{"tee":{{"name":"Tee","images":["a.png"],"options":["S"],
          "prices":[{{"price":51990000,"wallet":"->wallets.eth"}},
                    {{"price":{price},"wallet":"->wallets.btc"}}]}}}}}}"#
    )
}

const ENV: &str = "# c\nSECRET=CANARY-SECRET\nFROM=me@example.org\nPASSWORD='CANARY-PASSWORD'\n\
    CONTACT=ask@example.org\nSITE_NAME=\"The Old \\ Shop\"\nSITE_URL=/\nTOR=true\nCURRENCY=ETH\n";

#[test]
fn an_old_cart_becomes_a_shop() {
    let old = OldCart::new(&format!("{ENV}WALLET={ETH}\n"), &data(ETH, 1230));
    let (report, dir) = old.import().unwrap();
    let config = crate::config::Config::load(&dir).unwrap();
    assert_eq!(config.shop.name, "The Old \\ Shop");
    assert_eq!(config.shop.contact, "ask@example.org");
    assert!(config.ether.wallet.eq_ignore_ascii_case(ETH));
    let json = std::fs::read_to_string(dir.catalog()).unwrap();
    let catalog = Catalog::from_json(&json).unwrap();
    assert_eq!(catalog.products()[0].images, ["a.jpg"]);
    assert!(dir.images().join("a.jpg").is_file());
    assert_eq!(catalog.products()[0].variants[0].prices[1].to_string(), "0.00000123 BTC");
    let report = report.to_string();
    for wanted in
        ["SECRET", "agents", "1 picture not used by any product", "wallets.btc.address", "satoshi"]
    {
        assert!(report.contains(wanted), "{wanted}\n{report}");
    }
}

#[test]
fn no_secret_is_copied_or_shown() {
    let old = OldCart::new(ENV, &data(ETH, 1230));
    let (report, dir) = old.import().unwrap();
    let mut all = report.to_string();
    for file in [dir.config(), dir.catalog()] {
        all.push_str(&std::fs::read_to_string(file).unwrap());
    }
    assert!(!all.contains("CANARY"), "{all}");
}

#[test]
fn what_is_wrong_is_refused_by_name_and_nothing_is_left() {
    for (env, data, wanted) in [
        (
            ENV.to_owned(),
            data("0xd24def0856636050cf891befc0fa69ecf96c16", 1230),
            "wallets.eth.address",
        ),
        (format!("{ENV}WALLET=0xnope\n"), data(ETH, 1230), ".env, WALLET"),
        (
            format!("{ENV}WALLET={}\n", ETH.replace('d', "e")),
            data(ETH, 1230),
            "have different Ether addresses",
        ),
        (ENV.to_owned(), data(ETH, 1231), "prices[1]"),
        (ENV.to_owned(), data(ETH, 1230).replace("a.png", "b.png"), "there is no b.png"),
        (ENV.to_owned(), "{".to_owned(), "JSON"),
    ] {
        let old = OldCart::new(&env, &data);
        let error = old.import().unwrap_err().to_string();
        assert!(error.contains(wanted), "{wanted}: {error}");
        assert!(!old.0.path().join("shop").exists());
    }
}

/// The old cart's buyers know its address, so no order of the shop gets it.
#[test]
fn bitcoin_wallet_is_taken_as_what_it_is() {
    let zpub = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
    let address = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
    let bare = "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj";
    for (wallet, descriptor, said) in [
        (zpub, zpub, "each order gets an address of its own"),
        (address, "", "noted in bitcoin-pool.txt as used"),
        (bare, "", "an xpub does not say"),
        ("1abc", "", "To be paid in Bitcoin see [bitcoin]"),
    ] {
        let old = OldCart::new(ENV, &data(ETH, 1230).replace("1abc", wallet));
        let (report, dir) = old.import().unwrap();
        assert!(report.to_string().contains(said), "{wallet}: {report}");
        assert!(!report.to_string().contains(wallet), "it repeats no value: {report}");
        let config = crate::config::Config::load(&dir).unwrap();
        assert_eq!(config.bitcoin.descriptor, descriptor);
        let pool = std::fs::read_to_string(dir.resolve("bitcoin-pool.txt")).unwrap_or_default();
        assert_eq!(pool.contains(&format!("# used: {address}\n")), wallet == address, "{pool}");
    }
    let env = ENV.replace("CURRENCY=ETH", "CURRENCY=BTC") + "WALLET=zprvAWgYBBk7JR8Gj\n";
    let error = OldCart::new(&env, &data(ETH, 1230)).import().unwrap_err().to_string();
    assert!(error.contains("PRIVATE") && !error.contains("zprv"), "{error}");
}

/// The other pictures are taken, and the report names this one.
#[test]
fn unusable_picture_is_left_behind_alone() {
    let two = data(ETH, 1230).replace("[\"a.png\"]", "[\"bad.png\",\"a.png\"]");
    let old = OldCart::new(ENV, &two);
    let bad = old.0.path().join("public/images/products/bad.png");
    files::write(&bad, b"no picture", false).unwrap();
    let (report, dir) = old.import().unwrap();
    let catalog = Catalog::from_json(&std::fs::read_to_string(dir.catalog()).unwrap()).unwrap();
    assert_eq!(catalog.products()[0].images, ["a.jpg"]);
    let report = report.to_string();
    assert!(report.contains("the picture bad.png cannot be used: "), "{report}");
    assert!(report.contains("at most 10 MiB and 20 megapixels"), "{report}");
    assert!(report.contains("1 picture, re-encoded"), "{report}");
}

/// Two pictures whose names differ by their ending get one ending, and so other names.
#[test]
fn texts_follow_pictures_that_get_other_names() {
    let json = data(ETH, 1230).replace("[\"a.png\"]", "[\"a.jpg\",\"a.png\",\"Front View.PNG\"]");
    let text = "![1](a.jpg) ![2](a.png) ![3](images/products/Front%20View.PNG) ![4](none.png)";
    let texts = format!(
        r#""description":"{text}","translations":{{"fr-CA":{{"description":"![2](a.png)"}}}},"options""#
    );
    let old = OldCart::new(ENV, &json.replace("\"options\"", &texts));
    let images = old.0.path().join("public/images/products");
    for name in ["a.jpg", "Front View.PNG"] {
        std::fs::copy(images.join("a.png"), images.join(name)).unwrap();
    }
    let (report, dir) = old.import().unwrap();
    let catalog = Catalog::from_json(&std::fs::read_to_string(dir.catalog()).unwrap()).unwrap();
    let product = &catalog.products()[0];
    assert_eq!(product.images, ["a.jpg", "a-2.jpg", "Front View.jpg"]);
    assert_eq!(
        product.description,
        "![1](a.jpg) ![2](a-2.jpg) ![3](<Front View.jpg>) ![4](none.png)"
    );
    assert_eq!(product.translations[0].description.as_deref(), Some("![2](a-2.jpg)"));
    assert!(report.to_string().contains("updated picture names in 2 texts"), "{report}");
}
