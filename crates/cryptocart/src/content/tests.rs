use super::*;
use crate::{error::CliError, files, shop_dir::ShopDir, system::System};

/// A sample shop in a folder that is removed at the end.
struct Shop {
    _folder: tempfile::TempDir,
    dir: ShopDir,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &System::fake()).unwrap();
        files::private_folder(&dir.state()).unwrap();
        Self { _folder: folder, dir }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.resolve(name);
        path.parent().map_or(Ok(()), files::private_folder).unwrap();
        files::write(&path, text.as_bytes(), false).unwrap();
    }

    fn load(&self) -> Result<ShopContent, Vec<Problem>> {
        let plan = Plan::load(&self.dir).unwrap();
        let lists = CodeLists::new(&[7; 32]);
        let today = System::fake().hour();
        let facts = ContentFacts { lists: &lists, onion: None, today };
        ShopContent::load(&plan, &facts, PictureWork::MakeNone)
    }

    /// Returns the parts that cannot be shown.
    fn wrong(&self) -> Vec<&'static str> {
        let problems = self.load().err().unwrap_or_default();
        problems.iter().map(|problem| problem.part).collect()
    }
}

#[test]
fn sample_is_whole() {
    let content = Shop::new().load().map_err(|problems| problems[0].error.to_string()).unwrap();
    assert!(content.catalog.products().len() > 3 && !content.pictures.is_complete);
    assert_eq!(content.pages.len(), 4);
}

/// A seller mends all of it at once.
#[test]
fn every_part_that_is_wrong_is_a_problem() {
    let shop = Shop::new();
    shop.write("pages/broken.md", "no title\n");
    shop.write("tax.toml", "[");
    shop.write("discounts.toml", "salt = 3\n");
    assert_eq!(shop.wrong(), ["pages", "tax", "discounts"]);
    let error = Problem::in_one(shop.load().err().unwrap(), &shop.dir);
    assert!(error.what().contains("not a title"), "{error}");
    let more = "(more errors in: tax, discounts; see cryptocart check --dir ";
    assert!(error.what().contains(more), "{error}");
    assert!(error.hint_text().is_some_and(|hint| hint.contains("# Title")), "{error}");
    shop.write("catalog.json", "{");
    assert_eq!(shop.wrong(), ["catalogue", "pages", "tax", "discounts"]);
}

/// Each part is right by itself.
#[test]
fn pages_with_one_name_build_no_storefront() {
    let shop = Shop::new();
    let build = || {
        let content = shop.load().map_err(|problems| problems[0].error.to_string()).unwrap();
        let offered = content.assets.clone();
        build(content.into_source(&Plan::load(&shop.dir).unwrap(), offered)).map(drop)
    };
    build().unwrap();
    shop.write("pages/Privacy.md", "# Privacy\n\nAs ever.\n");
    let refused = build().unwrap_err();
    assert!(refused.what().contains("another page has the same name"), "{refused}");
}

/// Its settings and its catalogue, as a seller would copy them.
#[test]
fn documented_token_is_sold_in_a_demo() {
    let blocks: Vec<&str> = include_str!("../../../../docs/assets.md").split("```").collect();
    let block = |kind| blocks.iter().find_map(|block| block.strip_prefix(kind)).unwrap();
    let shop = Shop::new();
    let settings = std::fs::read_to_string(shop.dir.config()).unwrap().replace("[assets]\n", "");
    shop.write("shop.toml", &settings.replace("\ntokens = []\n", block("toml")));
    shop.write("catalog.json", block("json\n"));
    let content = shop.load().map_err(|problems| problems[0].error.to_string()).unwrap();
    assert_eq!(
        content.assets.iter().map(|asset| asset.code()).collect::<Vec<_>>(),
        ["ETH", "USDC"]
    );
    let tee = content.catalog.products().first().unwrap();
    assert_eq!(tee.lowest(content.assets[1]).unwrap().to_string(), "25 USDC");
}

#[test]
fn code_in_two_lists_is_found_before_the_shop_opens() {
    let shop = Shop::new();
    shop.write("digital/a.txt", "AAA-1\nBBB-2\n");
    shop.write("digital/b.txt", "BBB-2\n");
    let product =
        |id| format!(r#""{id}":{{"name":"X","price":1,"digital":{{"codes":"{id}.txt"}}}}"#);
    let products = [product("a"), product("b")].join(",");
    shop.write("catalog.json", &format!(r#"{{"products":{{{products}}}}}"#));
    assert_eq!(shop.wrong(), ["digital"]);
}

#[test]
fn one_problem_is_told_as_it_is() {
    let problem = Problem { part: "tax", error: CliError::input("no").hint("yes") };
    let error = Problem::in_one(vec![problem], &ShopDir::new(std::path::Path::new("my-shop")));
    assert_eq!((error.what(), error.hint_text()), ("no", Some("yes")));
}
