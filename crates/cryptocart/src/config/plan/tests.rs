use super::*;

pub(crate) fn shop(toml: &str, files: &[(&str, &str)]) -> Result<Plan, CliError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        crate::files::write(&folder.path().join(name), text.as_bytes(), false).unwrap();
    }
    Plan::check(&ShopDir::new(folder.path()), &Config::parse(toml).unwrap())
}

/// Returns `[rates]` of these settings, checked.
pub(crate) fn rates(toml: &str) -> RatesPlan {
    shop(toml, &[]).unwrap().rates
}

const ONE: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TWO: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const NODE: &str = "nodes = [\"http://127.0.0.1:8545\"]";

#[test]
fn a_new_shop_is_a_demo_and_says_what_is_missing() {
    let plan = shop("", &[]).unwrap();
    assert!(plan.is_demo());
    assert_eq!(plan.missing.len(), 2);
    let half = shop(&format!("[ether]\nwallet = \"{ONE}\""), &[]).unwrap();
    assert!(half.is_demo(), "a wallet without a node cannot see payments");
}

#[test]
fn a_wallet_and_a_node_make_it_real() {
    let plan = shop(&format!("[ether]\nwallet = \"{}\"\n{NODE}", ONE.to_lowercase()), &[]).unwrap();
    let [taken] = plan.taken().collect::<Vec<_>>()[..] else { panic!("still a demo") };
    let Source::Wallet(pay_to) = &taken.source else { panic!("no wallet") };
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
        assert_eq!(plan.payments[0].trusts_one_far_node(), trusts, "{nodes}");
    }
}

#[test]
fn a_least_order_is_read_by_currency() {
    let plan = shop("[orders]\nminimum = { ETH = 10000000 }", &[]).unwrap();
    let least = plan.minimum.of(AssetId::ETH).unwrap();
    assert_eq!(least.to_string(), "0.01 ETH");
    assert_eq!(plan.minimum.of(AssetId::XMR), None);
    let plan = shop("[orders]\nminimum = { CAD = \"20.00\" }", &[]).unwrap();
    let currencies: Vec<_> = plan.minimum.currencies().map(|currency| currency.code()).collect();
    assert_eq!(currencies, ["CAD"]);
    for (text, wanted) in [
        ("DOGE = 1", "shop.toml, orders.minimum: \"DOGE\""),
        ("CAD = 20", "an amount in CAD is text: write \"20\", in quotes"),
        ("CAD = \"20.0\"", "\"20.0\" is no amount: a price in CAD has no decimals, or 2 of them"),
        ("ETH = \"0.25\"", "for 0.25 of a coin write 250000000"),
    ] {
        let refused = shop(&format!("[orders]\nminimum = {{ {text} }}"), &[]).unwrap_err();
        assert!(refused.to_string().contains(wanted), "{refused}");
    }
}

/// Digital goods are handed out by themselves, but not on the word of one remote node.
#[test]
fn one_remote_node_releases_no_digital_goods_unless_told_to() {
    let plan = |nodes: &str, more: &str| {
        let toml = format!("[ether]\nwallet = \"{ONE}\"\nnodes = [{nodes}]\n{more}");
        shop(&toml, &[]).unwrap().payments.remove(0)
    };
    let far = "\"https://node.example\"";
    let onion = "\"http://pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion\"";
    for nodes in [far, onion] {
        assert!(!plan(nodes, "").releases_digital(), "{nodes}");
        assert!(plan(nodes, "digital_on_one_node = true").releases_digital(), "{nodes}");
    }
    assert!(plan("\"http://127.0.0.1:8545\"", "").releases_digital());
    assert!(plan(&format!("{far}, {onion}"), "").releases_digital());
}

#[test]
fn difference_that_is_ignored_is_at_most_a_hundredth_of_a_coin() {
    let plan = |nano| shop(&format!("[ether]\nignore_below = {nano}"), &[]);
    let ignored = |plan: Plan| plan.terms(AssetId::ETH.chain()).ignore_below;
    assert_eq!(ignored(plan(10_000_000).unwrap()), 10_000_000);
    let error = plan(10_000_001).unwrap_err().to_string();
    assert!(error.contains("ether.ignore_below"), "{error}");
    assert_eq!(ignored(shop("", &[]).unwrap()), 20_000);
}

const USDC: &str = "{ code = \"USDC\", chain = \"ethereum\", decimals = 6, \
     token = \"0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48\" }";

#[test]
fn demo_knows_the_tokens_of_its_settings() {
    let toml = format!("[assets]\ntokens = [{USDC}]\n[orders]\nminimum = {{ USDC = 5000000000 }}");
    let plan = shop(&toml, &[]).unwrap();
    let usdc = plan.assets.find("usdc").unwrap();
    assert_eq!(usdc.chain(), AssetId::ETH.chain());
    assert_eq!(plan.minimum.of(usdc).unwrap().to_string(), "5 USDC");
    for (token, wanted) in [
        (USDC.replace("ethereum", "dogecoin"), "not a chain of this program"),
        (USDC.replace("ethereum", "bitcoin"), "no tokens"),
        (USDC.replace("0xa0b8", "0xzzzz"), "0x followed by 40 digits"),
        (USDC.replace("USDC", "ETH"), "a coin of this program has this code"),
        (format!("{USDC}, {USDC}"), "listed twice"),
    ] {
        let error = shop(&format!("[assets]\ntokens = [{token}]"), &[]).unwrap_err().to_string();
        assert!(error.contains("assets.tokens") && error.contains(wanted), "{token}: {error}");
    }
}

fn real(tokens: &str) -> Result<Plan, CliError> {
    let pool = &[("usdc.txt", TWO)];
    shop(&format!("[assets]\ntokens = [{tokens}]\n[ether]\nwallet = \"{ONE}\"\n{NODE}"), pool)
}

#[test]
fn token_that_is_built_in_is_named_by_its_code_alone() {
    let whole = real(USDC).unwrap();
    for entry in ["\"USDC\"", "{ code = \"USDC\" }"] {
        let plan = real(entry).unwrap();
        let taken: Vec<_> = plan.taken().cloned().collect();
        assert_eq!(taken, whole.taken().cloned().collect::<Vec<_>>(), "{entry}");
        let [coin, usdc] = &taken[..] else { panic!("{taken:?}") };
        assert_eq!((coin.asset, coin.ignore_below), (AssetId::ETH, 20_000));
        assert_eq!((usdc.asset.code(), usdc.ignore_below), ("USDC", 50_000_000));
        let wallet = Source::Wallet(shop_chain::pay_to(usdc.asset, ONE).unwrap());
        assert_eq!(usdc.source, wallet, "the chain's, unless it has its own");
    }
    let own = real("{ code = \"USDC\", pool = \"usdc.txt\", ignore_below = 7 }").unwrap();
    let usdc = own.taken().last().unwrap();
    assert!(matches!(&usdc.source, Source::Pool(pool) if pool.len() == 1));
    assert_eq!(usdc.ignore_below, 7);
}

/// Money of the others is noticed where an order asks for one of them.
#[test]
fn shop_knows_built_in_tokens_that_it_does_not_take() {
    let plan = real("\"DAI\"").unwrap();
    let known = &plan.chain(AssetId::ETH.chain()).unwrap().known;
    let codes: Vec<_> = known.iter().map(|asset| asset.code()).collect();
    assert_eq!(codes, ["DAI", "ETH", "USDC", "USDT"]);
    assert_eq!(plan.taken().count(), 2);
}

#[test]
fn token_that_is_not_what_its_code_says_is_refused() {
    for (entry, wanted) in [
        ("\"USDD\"", "\"USDD\" is not a token that is built in"),
        ("\"usdc\"", "is not a token that is built in"),
        (&*USDC.replace("decimals = 6", "decimals = 8"), "other decimals"),
        (&*USDC.replace("0xa0b8", "0xa0b9"), "another contract"),
        (&*USDC.replace("decimals = 6, ", ""), "no decimals"),
        (&*USDC.replace("\"USDC\"", "\"CAD\""), "the code of a currency"),
        ("{ code = \"USDC\", ignore_below = 1000000001 }", "ignore_below is too large"),
    ] {
        let error = real(entry).unwrap_err().to_string();
        assert!(error.contains("assets.tokens") && error.contains(wanted), "{entry}: {error}");
    }
    let text = format!("[assets]\ntokens = [\"USDC\"]\n[ether]\nchain_id = 5\n{NODE}");
    let error = shop(&text, &[]).unwrap_err().to_string();
    assert!(error.contains("is not a token that is built in"), "{error}");
    for slip in ["tokens = [5]", "tokens = [{ code = \"USDC\", adress = \"0x\" }]"] {
        let error = Config::parse(&format!("[assets]\n{slip}")).unwrap_err().to_string();
        assert!(error.starts_with("line 2"), "{error}");
    }
}

#[test]
fn chain_without_settings_has_usual_terms() {
    let plan = shop("[ether]\nstop_after_hours = 5", &[]).unwrap();
    let ether = plan.terms(AssetId::ETH.chain());
    assert_eq!((ether.section, ether.stop_after_hours), (Some("ether"), 5));
    let bitcoin = plan.terms(AssetId::BTC.chain());
    assert_eq!((bitcoin.section, bitcoin.ignore_below), (Some("bitcoin"), 20_000));
    let monero = plan.terms(AssetId::XMR.chain());
    assert_eq!((monero.section, monero.ignore_below), (Some("monero"), 20_000));
}

/// The account key of BIP 84's test vectors.
const ZPUB: &str = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";

fn bitcoin(more: &str) -> Result<Plan, CliError> {
    shop(&format!("[bitcoin]\n{more}"), &[])
}

/// It needs no node: public names lead to some, over Tor alone.
#[test]
fn descriptor_alone_makes_bitcoin_real() {
    let plan = bitcoin(&format!("descriptor = \"{ZPUB}\"\nfirst = 1\naddresses = 3")).unwrap();
    let [taken] = plan.taken().collect::<Vec<_>>()[..] else { panic!("still a demo") };
    let Source::Pool(pool) = &taken.source else { panic!("no pool") };
    assert_eq!((taken.asset, pool.len(), taken.gap_limit()), (AssetId::BTC, 3, Some(4)));
    assert_eq!(pool[0].as_str(), "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g");
    let [chain] = &plan.payments[..] else { panic!("one chain") };
    assert!(chain.nodes.len() >= 3 && chain.nodes.iter().all(|node| !node.is_loopback()));
    assert_eq!((chain.network, chain.needs), (1, shop_core::view::Confirmations(2)));
    let targets = crate::outbound::targets(&plan).unwrap();
    let nodes = targets.iter().filter(|target| target.purpose().starts_with("bitcoin-node-"));
    let ports: Vec<_> = nodes.map(|target| target.port()).collect();
    assert_eq!(ports, [8333; 4], "no other port");
}

/// A lone Bitcoin node cannot make up a payment, so goods are released on its word.
#[test]
fn one_bitcoin_node_hides_payments_and_makes_up_none() {
    let one = format!("descriptor = \"{ZPUB}\"\nnodes = [\"node.example\"]");
    let chain = bitcoin(&one).unwrap().payments.remove(0);
    assert!(chain.has_one_far_node() && !chain.trusts_one_far_node());
    assert!(chain.releases_digital());
}

#[test]
fn bitcoin_that_cannot_work_is_refused_by_its_key() {
    let key = format!("descriptor = \"{ZPUB}\"");
    for (toml, wanted) in [
        ("network = \"test\"", "bitcoin.network"),
        (&*format!("{key}\nnetwork = \"regtest\""), "bitcoin.descriptor"),
        (&*format!("{key}\npool = \"pool.txt\""), "both descriptor and pool"),
        (&*format!("{key}\naddresses = 0"), "bitcoin.addresses"),
        (&*format!("{key}\naddresses = 20001"), "bitcoin.addresses"),
        (&*format!("{key}\nfirst = 2147483647"), "bitcoin.first"),
        (&*format!("{key}\nnodes = [\"https://node.example\"]"), "bitcoin.nodes"),
        (&*format!("{key}\nnodes = [\"node.example\", \"node.example:9\"]"), "the same as node 1"),
        ("wallet = \"bc1q\"", "wallet"),
    ] {
        let parsed = Config::parse(&format!("[bitcoin]\n{toml}"));
        let folder = tempfile::tempdir().unwrap();
        let checked = parsed.and_then(|config| Plan::check(&ShopDir::new(folder.path()), &config));
        let error = checked.unwrap_err().to_string();
        assert!(error.contains(wanted), "{toml}: {error}");
    }
    let pool = "[bitcoin]\npool = \"pool.txt\"";
    let test = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx\n";
    let error = shop(pool, &[("pool.txt", test)]).unwrap_err().to_string();
    assert!(error.contains("another network"), "{error}");
}

/// The first donation address of Monero's developers, who publish its view key.
pub(crate) const MONERO: &str = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
pub(crate) const VIEW_KEY: &str =
    "f359631075708155cc3d92a32b75a7d02a5dcf27756707b47a2b31b21c389501";

fn monero(more: &str) -> Result<Plan, CliError> {
    shop(&format!("[monero]\naddress = \"{MONERO}\"\n{NODE}\n{more}"), &[])
}

/// Its addresses follow from the view key, which no setting has.
#[test]
fn monero_address_waits_for_its_view_key() {
    let mut plan = monero("addresses = 3\nfirst = 2\npool_payments = true").unwrap();
    let [taken] = plan.taken().collect::<Vec<_>>()[..] else { panic!("still a demo") };
    assert_eq!((taken.source.clone(), taken.gap_limit()), (Source::Unopened, Some(5)));
    assert_eq!(plan.pools().count(), 0);
    let [chain] = &plan.payments[..] else { panic!("one chain") };
    let view = chain.view.clone().unwrap();
    assert!(chain.is_unopened() && view.reads_unmined && view.address == MONERO);
    assert_eq!(taken.numbered.as_ref().unwrap().watched, 2..5);
    assert_eq!((chain.network, chain.needs), (18, shop_core::view::Confirmations(10)));
    let rules = shop_chain::rules(chain.chain).unwrap();
    let account = rules.view_account(MONERO, VIEW_KEY, chain.network).unwrap();
    let unopened = plan.clone();
    plan.payments[0].open_account(&account);
    let [pool] = plan.pools().collect::<Vec<_>>()[..] else { panic!("no pool") };
    assert_eq!(pool.len(), 3);
    assert!(pool[0].as_str().starts_with("87hJMcw34gLTxd4q4N2Z"), "number 2: {pool:?}");
    let mut again = unopened;
    again.share_accounts(&plan);
    assert_eq!(again.pools().collect::<Vec<_>>(), [pool]);
    assert!(!format!("{plan:?}").contains(VIEW_KEY));
}

/// Whoever runs the only node could make up a block: its work is not computed.
#[test]
fn one_remote_monero_node_releases_no_digital_goods() {
    let one = monero("").unwrap();
    assert!(one.payments[0].releases_digital(), "on this machine");
    let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    let far = format!("[monero]\naddress = \"{MONERO}\"\nnodes = [\"http://{onion}:18089\"]");
    let far = shop(&far, &[]).unwrap();
    assert!(far.payments[0].trusts_one_far_node() && !far.payments[0].releases_digital());
    let targets = crate::outbound::targets(&far).unwrap();
    assert!(targets.iter().any(|target| target.purpose() == "monero-node-1"));
}

#[test]
fn monero_that_cannot_work_is_refused_by_its_key() {
    let subaddress = "83z89HLfrAsKvbyxyHhNL8ebNqbKAsNT9YaKp5xVrRrq6JGkvDFsqQf6QbqWBWguze7DeS5tq9NyDcfxBxgGHbLK1762a68";
    let own = format!("address = \"{MONERO}\"\n{NODE}");
    for (toml, wanted) in [
        (format!("address = \"{MONERO}\""), "monero.nodes"),
        (format!("{own}\nfirst = 0"), "monero.first"),
        (format!("{own}\nfirst = 99500"), "monero.first"),
        (format!("{own}\naddresses = 0"), "monero.addresses"),
        (format!("{own}\naddresses = 20001"), "monero.addresses"),
        (
            format!("{own}\nnetwork = \"stage\""),
            "monero.address: the address is of another network",
        ),
        (format!("{own}\nnetwork = \"signet\""), "monero.network"),
        (
            format!("address = \"{subaddress}\"\n{NODE}"),
            "monero.address: the address is not the primary",
        ),
        (format!("address = \"{MONERO}\"\nnodes = [\"node.example\"]"), "monero.nodes"),
        (format!("view_key = \"{VIEW_KEY}\""), "view_key"),
    ] {
        let parsed = Config::parse(&format!("[monero]\n{toml}"));
        let folder = tempfile::tempdir().unwrap();
        let checked = parsed.and_then(|config| Plan::check(&ShopDir::new(folder.path()), &config));
        let error = checked.unwrap_err().to_string();
        assert!(error.contains(wanted), "{toml}: {error}");
    }
    for pasted in ["{}", "\"{}\"", "\"{}"] {
        let pasted = pasted.replace("{}", VIEW_KEY);
        let error = Config::parse(&format!("[monero]\nview_key = {pasted}")).unwrap_err();
        assert!(!error.to_string().contains(VIEW_KEY), "{error}");
    }
    let largest = monero("first = 80000\naddresses = 20000").unwrap();
    let largest = largest.payments[0].assets[0].numbered.as_ref().unwrap();
    assert_eq!(largest.watched, 80_000..100_000);
}
