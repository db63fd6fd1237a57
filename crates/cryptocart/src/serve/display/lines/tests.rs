use super::*;
use shop_core::order::OrderId;
use std::time::Duration;

const TERMINAL: Output = Output { rewrites: true, tells_orders: true };
const FILE: Output = Output { rewrites: false, tells_orders: false };
const ONION: &str = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";

fn lines(output: Output) -> Lines {
    let facts = Facts {
        heading: "Plain Sight Tees  (demo: simulated payments)".into(),
        mailbox: "my-shop/mailorders/root".into(),
        import_key: Some("my-shop-seller/secret.asc".into()),
        to_do: vec!["your key: gpg --armor --export YOU > seller.asc".into()],
        is_on_tor: true,
        ..Facts::default()
    };
    Lines::new(facts, output)
}

/// Returns the rows a terminal shows after this text: what was erased is gone.
fn screen(text: &str) -> Vec<String> {
    let plain = text.replace("\x1b[?7l", "").replace("\x1b[?7h", "");
    plain.lines().map(|row| row.rsplit("\r\x1b[K").next().unwrap().to_owned()).collect()
}

fn bootstrap(percent: u8) -> Status {
    Status::Bootstrap { percent, what: "downloading Tor's list of relays".into() }
}

fn pictures(stage: PictureStage, left: usize) -> ShopWord {
    ShopWord::Pictures(PictureProgress { stage, ready: 40 - left, all: 40, left })
}

fn new_orders(numbers: &[&str], count: u64) -> ShopWord {
    let latest = numbers.iter().map(|number| OrderId::parse(number).unwrap()).collect();
    ShopWord::NewOrders(NewOrders { latest, count })
}

/// Opens a shop, half a second for each event, and returns all that is written.
fn start(lines: &mut Lines, begin: Instant) -> String {
    let mut now = begin;
    let mut step = || {
        now += Duration::from_millis(500);
        now
    };
    lines.heading();
    lines.preview(SocketAddr::from(([127, 0, 0, 1], 8080)));
    lines.tor(&Status::Started, step());
    lines.tor(&Status::Address { onion: ONION.parse().unwrap() }, step());
    lines.tor(&bootstrap(10), step());
    lines.open();
    lines.hear(pictures(PictureStage::Begun, 40), step());
    lines.hear(pictures(PictureStage::Made, 24), step());
    lines.hear(pictures(PictureStage::Shown, 24), step());
    lines.tor(&bootstrap(45), step());
    lines.hear(pictures(PictureStage::Shown, 0), step());
    lines.tor(&Status::Announcing, step());
    lines.take()
}

#[tokio::test(start_paused = true)]
async fn terminal_shows_rows_and_one_line_of_progress() {
    let mut lines = lines(TERMINAL);
    let begin = Instant::now();
    let mut text = start(&mut lines, begin);
    lines.tor(&Status::Reachable, begin + Duration::from_secs(60));
    text.push_str(&lines.take());
    let rows = screen(&text);
    assert_eq!(
        rows,
        [
            "Plain Sight Tees  (demo: simulated payments)",
            "  shop     is opening; press Ctrl-C to close it",
            "  preview  http://127.0.0.1:8080/   (only on this machine)",
            &format!("  onion    http://{ONION}"),
            "           nobody can reach it yet",
            "  orders   mutt -f my-shop/mailorders/root",
            "           once, before that: gpg --import my-shop-seller/secret.asc",
            "  next     in a second terminal: cryptocart orders, cryptocart status",
            "Before you take real money:",
            "  - your key: gpg --armor --export YOU > seller.asc",
            "  pictures 40 to make in the background; pages work meanwhile",
            "  pictures 40 of 40 ready, metadata removed",
            &format!("  onion    http://{ONION}"),
            "           is reachable: try it in Tor Browser",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn progress_counts_tor_and_pictures() {
    let mut lines = lines(TERMINAL);
    let begin = Instant::now();
    lines.tor(&bootstrap(45), begin);
    lines.hear(pictures(PictureStage::Begun, 40), begin);
    let second = Duration::from_secs(1);
    let line = |lines: &mut Lines, now| {
        lines.pass(now);
        screen(&lines.take()).pop().unwrap_or_default()
    };
    let tor = "  tor      45 %: downloading Tor's list of relays";
    assert_eq!(line(&mut lines, begin + second), format!("{tor}; 40 pictures left"));
    lines.hear(pictures(PictureStage::Made, 1), begin + 2 * second);
    assert_eq!(line(&mut lines, begin + 2 * second), format!("{tor}; 1 picture left"));
    lines.tor(&Status::Reachable, begin + 3 * second);
    assert_eq!(line(&mut lines, begin + 4 * second), "  pictures 1 left");
    lines.hear(pictures(PictureStage::Shown, 0), begin + 5 * second);
    assert_eq!(screen(&lines.take()), ["  pictures 40 of 40 ready, metadata removed"]);
    assert_eq!(lines.due(begin + 5 * second), None);
}

#[tokio::test(start_paused = true)]
async fn file_gets_each_line_once_and_no_control_character() {
    let mut lines = lines(FILE);
    let text = start(&mut lines, Instant::now());
    assert!(!text.contains(['\x1b', '\r']), "{text}");
    for line in [
        "  tor      0 %: starting Tor\n",
        "  tor      45 %: downloading Tor's list of relays\n",
        "  tor      100 %: announcing the address, which takes about a minute\n",
        "  pictures 16 of 40 ready, metadata removed\n",
        "  pictures 40 of 40 ready, metadata removed\n",
    ] {
        assert_eq!(text.matches(line).count(), 1, "{line}{text}");
    }
    assert_eq!(lines.due(Instant::now()), None, "nothing is written by time alone");
}

#[tokio::test(start_paused = true)]
async fn new_orders_are_numbers_at_a_readers_pace() {
    let mut lines = lines(TERMINAL);
    let begin = Instant::now();
    lines.hear(new_orders(&["K7Q2-9FXD"], 1), begin);
    assert_eq!(lines.take(), "New order K7Q2-9FXD\n");
    lines.hear(new_orders(&["K7Q2-9FXE"], 1), begin);
    lines.hear(new_orders(&["K7Q2-9FXF"], 14), begin);
    assert_eq!(lines.take(), "");
    let due = lines.due(begin).unwrap();
    lines.pass(due);
    assert_eq!(lines.take(), "New orders: K7Q2-9FXE, K7Q2-9FXF and 13 more\n");
    assert_eq!(lines.due(due), None);
}

#[tokio::test(start_paused = true)]
async fn order_is_told_to_nothing_that_records_it() {
    for rewrites in [true, false] {
        let mut lines = lines(Output { rewrites, tells_orders: false });
        let now = Instant::now();
        lines.hear(new_orders(&["K7Q2-9FXD"], 1), now);
        lines.pass(now + Duration::from_secs(3_600));
        assert_eq!((lines.take(), lines.due(now)), (String::new(), None));
    }
}

#[tokio::test(start_paused = true)]
async fn goodbye_says_that_orders_and_address_stay() {
    let mut terminal = lines(TERMINAL);
    terminal.tor(&bootstrap(45), Instant::now());
    terminal.take();
    terminal.closing();
    terminal.closed();
    assert_eq!(
        screen(&terminal.take()),
        [
            "Closing the shop. Press Ctrl-C again to close it at once.",
            "Closed. Placed orders are kept, and the onion address stays the same.",
            "To open the shop again: cryptocart serve",
            "Goodbye.",
        ]
    );
    let mut file = lines(FILE);
    file.facts.is_on_tor = false;
    file.facts.folder = "tees".into();
    file.closing();
    file.closed();
    assert_eq!(
        file.take(),
        "Closing the shop.\nClosed. Placed orders are kept.\n\
         To open the shop again: cryptocart serve tees\nGoodbye.\n"
    );
}

#[tokio::test(start_paused = true)]
async fn note_is_not_repeated_in_a_row() {
    let mut lines = lines(FILE);
    for text in ["is full", "is full", "has room", "is full"] {
        lines.note("disk", text);
    }
    let rows = "  disk     is full\n  disk     has room\n  disk     is full\n";
    assert_eq!(lines.take(), rows);
}
