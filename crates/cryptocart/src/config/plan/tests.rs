use super::*;

fn shop(toml: &str, files: &[(&str, &str)]) -> Result<Plan, CliError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        crate::files::write(&folder.path().join(name), text.as_bytes(), false).unwrap();
    }
    Plan::check(&ShopDir::new(folder.path()), &Config::parse(toml).unwrap())
}

const ONE: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TWO: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const NODE: &str = "nodes = [\"http://127.0.0.1:8545\"]";

#[test]
fn a_new_shop_is_a_demo_and_says_what_is_missing() {
    let Money::Demo { missing } = shop("", &[]).unwrap().money else { panic!("not a demo") };
    assert_eq!(missing.len(), 2);
    let half = shop(&format!("[ether]\nwallet = \"{ONE}\""), &[]).unwrap();
    assert!(half.is_demo(), "a wallet without a node cannot see payments");
}

#[test]
fn a_wallet_and_a_node_make_it_real() {
    let plan = shop(&format!("[ether]\nwallet = \"{}\"\n{NODE}", ONE.to_lowercase()), &[]).unwrap();
    let Money::Ether(ether) = plan.money else { panic!("still a demo") };
    let Source::Wallet(pay_to) = ether.source else { panic!("no wallet") };
    assert_eq!(pay_to.as_str(), ONE, "shown with its checksum");
}

#[test]
fn a_pool_is_read_line_by_line() {
    let toml = format!("[ether]\npool = \"pool.txt\"\n{NODE}");
    let pool = format!("# mine\n{ONE}\n\n  {TWO}  \n");
    assert!(!shop(&toml, &[("pool.txt", &pool)]).unwrap().is_demo());
    for (bad, wanted) in [
        (format!("{ONE}\n{ONE}\n"), "repeats"),
        (format!("{ONE}\nnonsense\n"), "line 2"),
        ("# none\n".into(), "no address"),
    ] {
        let error = shop(&toml, &[("pool.txt", &bad)]).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn what_cannot_work_is_refused_by_its_key() {
    for (toml, wanted) in [
        ("[shop]\nname = \" \"", "shop.name"),
        ("[ether]\nchain_id = 0", "ether.chain_id"),
        ("[shop]\ncurrency = \"DOGE\"", "shop.currency"),
        ("[shop]\nlanguage = \"fr\"", "shop.language"),
        ("[shop]\nlanguages = [\"en\", \"fr-ca\"]", "shop.languages"),
        ("[shop]\nlanguage = \"ar\"", "shop.languages"),
        ("[preview]\nlisten = \"0.0.0.0:80\"", "preview.listen"),
        ("[preview]\nlisten = \"here\"", "preview.listen"),
        ("[orders]\noffer_hours = 0", "orders.offer_hours"),
        ("[ether]\nwallet = \"0x12\"", "ether.wallet"),
        ("[ether]\nnodes = [\"http://node.example\"]", "ether.nodes"),
        ("[ether]\nnodes = [\"ftp://node.example\"]", "ether.nodes"),
        ("[ether]\nnodes = [\"https://1.2.3.4:8545\"]", "ether.nodes"),
        ("[ether]\nstop_after_hours = 0", "ether.stop_after_hours"),
    ] {
        let error = shop(toml, &[]).unwrap_err().to_string();
        assert!(error.contains(wanted), "{toml}: {error}");
    }
}

#[test]
fn a_shop_is_read_in_its_own_language_and_those_it_names() {
    let plan = shop("[shop]\nlanguage = \"fr-CA\"\nlanguages = [\"ar\", \"fr-CA\"]", &[]).unwrap();
    assert_eq!(plan.languages.own(), Language::CanadianFrench);
    assert_eq!(plan.languages.all(), [Language::Arabic, Language::CanadianFrench]);
    let error = shop("[shop]\nlanguage = \"de\"", &[]).unwrap_err();
    assert!(error.hint_text().unwrap().contains("fr-CA"), "it names those there are");
}

#[test]
fn one_node_written_twice_is_refused_by_its_number() {
    let toml = format!(
        "[ether]\nwallet = \"{ONE}\"\nnodes = [\"https://rpc.example/key\", \"https://eth.example\", \
         \"https://RPC.example:443/other\"]"
    );
    let refused = shop(&toml, &[]).unwrap_err();
    assert_eq!(
        refused.what(),
        "shop.toml, ether.nodes: node 3 is the same as node 1: https://rpc.example"
    );
}

#[test]
fn trust_in_one_far_node_is_known() {
    for (nodes, trusts) in [
        ("\"https://rpc.example\"", true),
        ("\"http://127.0.0.1:8545\"", false),
        ("\"https://rpc.example\", \"https://eth.example\"", false),
    ] {
        let plan = shop(&format!("[ether]\nwallet = \"{ONE}\"\nnodes = [{nodes}]"), &[]).unwrap();
        assert_eq!(plan.trusts_one_far_node(), trusts, "{nodes}");
    }
}

#[test]
fn a_least_order_is_read_by_currency() {
    let plan = shop("[orders]\nminimum = { ETH = 10000000 }", &[]).unwrap();
    let least = plan.minimum.of(AssetId::Eth).unwrap();
    assert_eq!(least.to_string(), "0.01 ETH");
    assert_eq!(plan.minimum.of(AssetId::Xmr), None);
    let refused = shop("[orders]\nminimum = { CAD = 1 }", &[]).unwrap_err().to_string();
    assert!(refused.contains("shop.toml, orders.minimum: \"CAD\""), "{refused}");
}

/// Digital goods are handed out by themselves, but not on the word of one remote node.
#[test]
fn one_remote_node_releases_no_digital_goods_unless_told_to() {
    let plan = |nodes: &str, more: &str| {
        let toml = format!("[ether]\nwallet = \"{ONE}\"\nnodes = [{nodes}]\n{more}");
        shop(&toml, &[]).unwrap()
    };
    let far = "\"https://node.example\"";
    let onion = "\"http://pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion\"";
    for nodes in [far, onion] {
        assert!(!plan(nodes, "").releases_digital(), "{nodes}");
        assert!(plan(nodes, "digital_on_one_node = true").releases_digital(), "{nodes}");
    }
    assert!(plan("\"http://127.0.0.1:8545\"", "").releases_digital());
    assert!(plan(&format!("{far}, {onion}"), "").releases_digital());
    assert!(shop("", &[]).unwrap().releases_digital(), "a demo");
}

#[test]
fn difference_that_is_ignored_is_at_most_a_hundredth_of_a_coin() {
    let plan = |nano| shop(&format!("[ether]\nignore_below = {nano}"), &[]);
    assert_eq!(plan(10_000_000).unwrap().ignore_below, 10_000_000);
    let error = plan(10_000_001).unwrap_err().to_string();
    assert!(error.contains("ether.ignore_below"), "{error}");
    assert_eq!(shop("", &[]).unwrap().ignore_below, 20_000);
}
