//! The terminal of an open shop: what a seller sees there, and what no log ever holds.

use crate::{
    onion::{PATIENCE, keys, on_network},
    support::{Buyer, SHIP_TO, Seller, Shop, Terminal, cryptocart, until, until_within},
    torbed::TorNet,
};
use std::{
    fs::{self, File},
    process::{Command, Stdio},
    time::Duration,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cryptocart");

/// Time in which a seller sees what is happening.
const SOON: Duration = Duration::from_secs(5);

/// Waits until this is on the screen, and returns the whole.
fn shows(terminal: &Terminal, text: &str) -> String {
    until(text, || Some(terminal.screen()).filter(|screen| screen.contains(text)))
}

/// Returns a buyer at the preview that these lines name.
fn buyer_at(lines: &str) -> Buyer {
    let preview = lines.split("preview  http://").nth(1).unwrap();
    Buyer::at(preview.split('/').next().unwrap())
}

/// Presses Ctrl-C, and returns the last screen.
fn says_goodbye(terminal: &Terminal) -> String {
    terminal.press("C-c");
    let screen = shows(terminal, "Goodbye.");
    assert!(screen.contains("Closing the shop.") && screen.contains("Placed orders are kept"));
    assert_eq!(until("it ends", || terminal.exit_status()), 0);
    screen
}

/// Returns a command that runs another as the first process of a namespace.
/// That is how a container runs it. There is none where the system allows no namespace.
fn as_first_process() -> Option<Vec<&'static str>> {
    let unshare = vec!["unshare", "--map-root-user", "--pid", "--fork", "--kill-child"];
    let tried = Command::new("unshare").args(&unshare[1..]).arg("true").output();
    tried.is_ok_and(|output| output.status.success()).then_some(unshare)
}

#[test]
fn start_is_seen_at_once_and_ends_with_the_address() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tor = runtime.block_on(TorNet::start(folder.path(), &keys())).unwrap();
    let shop = Shop::new();
    on_network(&shop, &tor);
    let terminal = Terminal::run(shop.folder(), &[PROGRAM, "serve", "my-shop"]);
    until_within(SOON, "preview, pictures and Tor are on the screen", || {
        let screen = terminal.screen();
        let all = ["preview  http://127.0.0.1:", "pictures 21 to make", "  tor      ", " %: "];
        all.iter().all(|text| screen.contains(text)).then_some(())
    });
    let screen = until_within(PATIENCE, "the address can be reached", || {
        Some(terminal.screen()).filter(|screen| screen.contains("is reachable: try it"))
    });
    assert!(screen.matches(" %: ").count() <= 1, "one line is rewritten: {screen}");
    assert!(screen.contains("in a second terminal: cryptocart orders"), "{screen}");
    until("progress disappears", || (!terminal.screen().contains(" %: ")).then_some(()));
    shows(&terminal, "21 of 21 ready");
    let screen = says_goodbye(&terminal);
    assert!(screen.contains("the onion address stays the same"), "{screen}");
}

#[test]
fn new_order_is_a_number_on_a_terminal() {
    let shop = Shop::new();
    let terminal = Terminal::run(shop.folder(), &[PROGRAM, "serve", "my-shop"]);
    let placed = buyer_at(&shows(&terminal, "  next ")).buy(SHIP_TO).unwrap();
    let screen = shows(&terminal, &format!("New order {}\n", placed.id));
    for (_, words) in SHIP_TO.iter().filter(|(name, _)| *name != "country") {
        assert!(!screen.contains(words), "{words}: {screen}");
    }
    let screen = says_goodbye(&terminal);
    assert_eq!(screen.matches(&placed.id).count(), 1, "{screen}");
    let listed = cryptocart(shop.folder(), &["orders"]).stdout;
    assert!(String::from_utf8_lossy(&listed).contains(&placed.id));
}

/// A journal and a container's log are such files.
#[test]
fn order_leaves_no_line_in_files() {
    let shop = Shop::new();
    let out = shop.folder().join("out");
    let errors = shop.folder().join("errors");
    let mut serve = Command::new(PROGRAM)
        .args(["serve", "my-shop"])
        .current_dir(shop.folder())
        .stdin(Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let before = until("all is ready", || {
        fs::read_to_string(&out).ok().filter(|said| said.contains("21 of 21 ready"))
    });
    let placed = buyer_at(&before).buy(SHIP_TO).unwrap();
    let seller = Seller::of(&shop);
    until("the order is in the mailbox", || seller.about(&placed.id).into_iter().next());
    assert!(Command::new("kill").arg(serve.id().to_string()).status().unwrap().success());
    assert_eq!(serve.wait().unwrap().code(), Some(0));
    let said = fs::read_to_string(&out).unwrap();
    let goodbye = "Closing the shop.\nClosed. Placed orders are kept.\n\
                   To open the shop again: cryptocart serve\nGoodbye.\n";
    assert_eq!(said, format!("{before}{goodbye}"));
    assert!(!said.contains(['\x1b', '\r']), "{said:?}");
    let errors = fs::read_to_string(errors).unwrap();
    assert!(!errors.contains(&placed.id) && !errors.to_lowercase().contains("order"), "{errors}");
}

/// A container's log is what its first process writes, though it be a terminal.
#[test]
fn order_leaves_no_line_on_a_containers_terminal() {
    let Some(mut command) = as_first_process() else {
        eprintln!("no process namespace is allowed here: nothing is tried");
        return;
    };
    let shop = Shop::new();
    command.extend([PROGRAM, "serve", "my-shop"]);
    let terminal = Terminal::run(shop.folder(), &command);
    let placed = buyer_at(&shows(&terminal, "21 of 21 ready")).buy(SHIP_TO).unwrap();
    let seller = Seller::of(&shop);
    until("the order is in the mailbox", || seller.about(&placed.id).into_iter().next());
    let screen = says_goodbye(&terminal);
    assert!(!screen.contains(&placed.id) && !screen.contains("New order"), "{screen}");
}

#[test]
fn second_interrupt_closes_at_once_and_says_goodbye() {
    let mut shop = Shop::new();
    let terminal = Terminal::run(shop.folder(), &[PROGRAM, "serve", "my-shop"]);
    let screen = shows(&terminal, "  next ");
    let placed = buyer_at(&screen).buy(SHIP_TO).unwrap();
    terminal.press("C-c");
    terminal.press("C-c");
    shows(&terminal, "Goodbye.");
    assert_eq!(until("it ends", || terminal.exit_status()), 0);
    shop.open();
    let seller = Seller::of(&shop);
    until("the order is in the mailbox", || seller.about(&placed.id).into_iter().next());
    assert!(shop.run(&["orders"]).contains(&placed.id));
}
