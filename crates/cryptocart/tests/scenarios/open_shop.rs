//! Commands speak with the open shop, and say what it says.

use crate::support::{CHAIN, SHIP_TO, Seller, Shop, asks_nodes, cryptocart, sealed, until};

/// Returns exit code, standard output and standard error of a command.
fn run(shop: &Shop, arguments: &[&str]) -> (i32, String, String) {
    let output = cryptocart(shop.folder(), arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn fingerprint(shop: &Shop, file: &str) -> String {
    let output = std::process::Command::new("gpg")
        .args(["--batch", "--with-colons", "--show-keys"])
        .arg(shop.folder().join(file))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("fpr:")).unwrap();
    line.split(':').nth(9).unwrap().to_owned()
}

/// The command looks at nothing itself: what it says is the shop's answer.
#[test]
fn reload_prints_the_open_shops_refusal_and_fails() {
    let mut shop = Shop::new();
    let (code, _, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 3 && said.contains("is not open"), "{said}");
    shop.open();
    let page = shop.dir().join("pages/broken.md");
    std::fs::write(&page, "no title\n").unwrap();
    let (code, out, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 78 && out.is_empty(), "{code} {out}");
    assert!(said.contains("not reloaded") && said.contains("not a title"), "{said}");
    std::fs::remove_file(page).unwrap();
    let (code, out, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 0 && out.contains("Reloaded: "), "{out}{said}");
}

#[test]
fn changed_settings_need_a_restart_and_are_named() {
    let mut shop = Shop::new();
    shop.open();
    shop.set("shop", "name", "\"Renamed\"");
    shop.set("orders", "most_open", "7");
    let (code, out, said) = run(&shop, &["catalog", "reload"]);
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("needs a restart: orders.most_open, shop.name"), "{out}");
    let (code, out, _) = run(&shop, &["check"]);
    assert!(code == 78 && out.contains("needs a restart: orders.most_open, shop.name"), "{out}");
    let status = run(&shop, &["status"]).1;
    assert!(status.contains("needs a restart: orders.most_open"), "{status}");
    shop.close();
    shop.open();
    let (_, out, _) = run(&shop, &["check"]);
    assert!(out.contains("ok     open shop"), "{out}");
    std::fs::write(shop.dir().join("shop.toml"), "[shop]\nname = \"x\"\nnmae = 1\n").unwrap();
    let (code, _, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 78 && said.contains("nmae"), "{said}");
}

#[test]
fn changed_catalogue_is_told_from_the_one_that_is_shown() {
    let mut shop = Shop::new();
    shop.open();
    let path = shop.dir().join("catalog.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("Hash Range", "Renamed Range")).unwrap();
    let (code, out, _) = run(&shop, &["check"]);
    assert!(code == 78 && out.contains("the open shop shows a different catalog.json"), "{out}");
    shop.run(&["catalog", "reload"]);
    let (_, out, _) = run(&shop, &["check"]);
    assert!(out.contains("up to date with this folder"), "{out}");
}

/// Whoever deletes the old secret key after the reload loses nothing that comes later.
#[test]
fn new_seller_key_is_taken_by_reload_for_orders_and_notices() {
    let mut shop = Shop::new();
    cryptocart(shop.folder(), &["new", "other"]);
    shop.open();
    let before = shop.buyer().buy(SHIP_TO).unwrap();
    let old = fingerprint(&shop, "my-shop-seller/public.asc");
    let new = fingerprint(&shop, "other-seller/public.asc");
    assert_ne!(old, new);
    std::fs::copy(shop.folder().join("other-seller/public.asc"), shop.dir().join("seller.asc"))
        .unwrap();
    let (code, out, _) = run(&shop, &["check"]);
    assert!(code == 78 && out.contains(&format!("the open shop still seals to {old}")), "{out}");
    assert!(!out.contains(&format!("orders are sealed to {new}")), "{out}");
    // A command that seals news itself goes by the open shop's key too.
    assert!(shop.run(&["status"]).contains(&format!("are sealed to {old}")));
    let mailbox = shop.dir().join("mailorders/root");
    until("the first order is in the mailbox", || (sealed(&mailbox).len() == 1).then_some(()));
    let said = shop.run(&["catalog", "reload"]);
    assert!(said.contains(&old) && said.contains(&new), "{said}");
    until("the terminal names both", || {
        let said = shop.said();
        (said.contains(&old) && said.contains(&new)).then_some(())
    });
    let out = run(&shop, &["check"]).1;
    assert!(out.contains(&format!("orders are sealed to {new}, also by the open shop")), "{out}");
    assert!(shop.buyer().get("/pgp.txt").unwrap().text().len() > 100);

    // News of an order from before, a new order, and what its buyer does.
    shop.run(&["demo", "pay", &before.id]);
    shop.run(&["demo", "mine", "3"]);
    let mut buyer = shop.buyer();
    let after = buyer.buy(SHIP_TO).unwrap();
    let mails = until("its news and the new order are in the mailbox", || {
        Some(sealed(&mailbox)).filter(|mails| mails.len() >= 3)
    });
    let holds_old = Seller::of(&shop);
    let holds_new = Seller::with(&shop, "other-seller/secret.asc");
    let (first, later) = mails.split_at(1);
    assert_eq!((holds_old.readable(first).len(), holds_new.readable(first).len()), (1, 0));
    assert_eq!(holds_old.readable(later).len(), 0, "something is still sealed to the old key");
    let letters = holds_new.readable(later);
    assert_eq!(letters.len(), later.len());
    for id in [&before.id, &after.id] {
        assert!(letters.iter().any(|letter| letter.contains(id.as_str())), "{id}");
    }
}

/// Gives a file's name to a new one, as editors and gpg do: to the sandbox that is another file.
fn exchange(path: &std::path::Path, text: impl AsRef<[u8]>) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, path).unwrap();
}

#[test]
fn exchanged_files_outside_of_the_folder_are_read() {
    let mut shop = Shop::new();
    cryptocart(shop.folder(), &["new", "other"]);
    let elsewhere = shop.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let key = elsewhere.join("seller.asc");
    let catalog = elsewhere.join("catalog.json");
    std::fs::rename(shop.seller_key(), &key).unwrap();
    shop.set("shop", "seller_key", "\"../elsewhere/seller.asc\"");
    // A catalogue that is kept in a repository of its own, say.
    std::fs::rename(shop.dir().join("catalog.json"), &catalog).unwrap();
    std::os::unix::fs::symlink(&catalog, shop.dir().join("catalog.json")).unwrap();
    shop.open();
    exchange(&key, std::fs::read(shop.folder().join("other-seller/public.asc")).unwrap());
    let text = std::fs::read_to_string(&catalog).unwrap();
    exchange(&catalog, text.replace("Hash Range", "Renamed Range"));
    let (code, out, said) = run(&shop, &["catalog", "reload"]);
    assert_eq!(code, 0, "{out}{said}");
    assert!(out.contains(&fingerprint(&shop, "other-seller/public.asc")), "{out}");
    assert!(shop.buyer().get("/").unwrap().text().contains("Renamed Range"));
    let (_, out, said) = run(&shop, &["check"]);
    assert!(out.contains("up to date with this folder"), "{out}{said}");
}

#[test]
fn exchanged_pool_outside_of_the_folder_is_reloaded() {
    let mut shop = Shop::new();
    asks_nodes(&shop, &["http://127.0.0.1:1".to_owned()], CHAIN);
    let pool = shop.folder().join("pool.txt");
    let first = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n";
    std::fs::write(&pool, first).unwrap();
    shop.set("ether", "wallet", "\"\"");
    shop.set("ether", "pool", "\"../pool.txt\"");
    shop.open();
    exchange(&pool, format!("{first}0x70997970C51812dc3A010C7d01b50e0d17dc79C8\n"));
    let (_, out, said) = run(&shop, &["check"]);
    assert!(out.contains("does not know all addresses of the pool's file"), "{out}{said}");
    let (code, out, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 0 && out.contains("The shop takes 1 new address in the pool."), "{out}{said}");
    assert!(run(&shop, &["status"]).1.contains("of 2 addresses"));
    exchange(&pool, format!("{first}{first}"));
    let (code, out, said) = run(&shop, &["catalog", "reload"]);
    assert!(code == 78 && said.contains("line 2 repeats an address"), "{out}{said}");
    assert!(run(&shop, &["status"]).1.contains("of 2 addresses"), "it keeps what it has");
}

#[test]
fn status_answers_in_a_folder_longer_than_a_socket_path() {
    let outer = tempfile::tempdir().unwrap();
    let long = outer.path().join("x".repeat(120)).join("y".repeat(120));
    std::fs::create_dir_all(&long).unwrap();
    let mut shop = Shop::in_folder(tempfile::tempdir_in(&long).unwrap());
    shop.open();
    until("everything works", || (run(&shop, &["status"]).0 == 0).then_some(()));
    assert!(shop.run(&["catalog", "reload"]).contains("Reloaded: "));
}

#[test]
fn two_open_shops_answer_for_themselves() {
    let mut one = Shop::new();
    let mut two = Shop::new();
    one.set("shop", "name", "\"First\"");
    two.set("shop", "name", "\"Second\"");
    one.open();
    two.open();
    for (shop, name) in [(&one, "First"), (&two, "Second")] {
        let json = until("everything works", || {
            let (code, out, _) = run(shop, &["status", "--json"]);
            (code == 0).then_some(out)
        });
        let status: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&status["name"], &status["healthy"]), (&name.into(), &true.into()), "{json}");
    }
}

#[test]
fn closed_shop_and_killed_shop_are_not_open() {
    let mut shop = Shop::new();
    let (code, _, said) = run(&shop, &["status"]);
    assert!(code == 3 && said.contains("is not open"), "{said}");
    shop.open();
    let socket = shop.dir().join("state/control.sock");
    assert!(socket.exists());
    shop.cut_power();
    assert!(socket.exists(), "kill -9 leaves it");
    let (code, _, said) = run(&shop, &["status"]);
    assert!(code == 3 && said.contains("is not open"), "{said}");
    shop.open();
    until("it answers again", || (run(&shop, &["status"]).0 == 0).then_some(()));
    shop.close();
    assert!(!socket.exists());
    assert_eq!(run(&shop, &["status"]).0, 3);
}

/// A role that hangs cannot answer; the supervisor says so.
#[test]
fn stopped_shop_process_is_said_in_words() {
    let mut shop = Shop::new();
    shop.open();
    let signal = |name: &str| {
        for pid in shop.roles() {
            drop(std::process::Command::new("kill").args([name, &pid.to_string()]).output());
        }
    };
    signal("-STOP");
    let (code, out, said) = run(&shop, &["status"]);
    signal("-CONT");
    assert_eq!(code, 75, "{out}{said}");
    assert!(out.contains("the shop's process"), "{out}{said}");
    until("it answers again", || (run(&shop, &["status"]).0 == 0).then_some(()));
}
