//! Words of buyers do not stay in the memory of the shop.

use crate::support::{Buyer, Shop, until_within};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    ops::Range,
    os::unix::fs::FileExt,
    sync::Barrier,
    time::Duration,
};

/// Searched for; what tells them apart follows.
const CANARY: &str = "CANARY";
const NAME: &str = "CANARY-NAME-3M";
const STREET: &str = "CANARY-STREET-3M";
const NOTE: &str = "CANARY-NOTE-3M";
const EMAIL: &str = "CANARY-EMAIL-3M";

/// Buyers who order at the same moment, each in buffers of their own. Whoever comes later, one by
/// one, overwrites what one of them left behind, and not the rest.
const BUYERS: usize = 12;

/// Time after the order when nothing may be left.
const SOON: Duration = Duration::from_secs(60);

/// Bytes of a thread's stack, as Rust makes them.
const STACK: u64 = 2 << 20;

/// Searches the shop role, which makes the pages, and the supervisor, through which the preview's
/// bytes go. Stacks are left out: THREAT-MODEL.md says what may lie there.
///
/// Without the wiping allocator, these were still there after the minute, of twelve buyers: in the shop
/// role 36 names and 49 lines of notes, in the supervisor (buffers of 16 KiB) every word of nine of
/// their forms. A draft that is cloned and kept leaves each of its words.
#[test]
fn buyers_words_leave_the_heap_within_a_minute() {
    let mut shop = Shop::new();
    shop.open();
    let together = Barrier::new(BUYERS);
    std::thread::scope(|threads| {
        for _ in 0..BUYERS {
            threads.spawn(|| order_and_look(shop.buyer(), &together));
        }
    });
    let mut other = shop.buyer();
    for _ in 0..100 {
        for path in ["/", "/product/hash-range", "/cart"] {
            assert_eq!(other.get(path).unwrap().status, 200);
        }
    }
    let role = shop.shop_role().expect("the shop role");
    if words_leave([role, shop.pid()]) {
        // The search finds what is there.
        let mut found = 0;
        search(role, b"Plain Sight Tees", |_, _| found += 1);
        assert!(found > 0);
    }
}

/// Waits until nothing of the buyers' words is left on the heaps of these processes, for a minute at
/// most. Returns false if this user may not look.
pub(crate) fn words_leave<const N: usize>(pids: [u32; N]) -> bool {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("SKIPPED: only root may read the memory of the shop's processes");
        return false;
    }
    let mut before = None;
    until_within(SOON, "nothing of it is left on the heap", || {
        let left = pids.map(words_on_heap);
        if before.as_ref() != Some(&left) {
            eprintln!("on the heaps of {pids:?}: {left:?}");
        }
        let is_clean = left.iter().all(BTreeMap::is_empty);
        before = Some(left);
        is_clean.then_some(())
    });
    true
}

/// Words that a buyer types into the checkout form; the street comes last.
pub(crate) fn long_words() -> Vec<(&'static str, String)> {
    // Letters that a form sends as several signs: what decodes them grows on the way. And the C
    // library writes over the first 16 bytes of a freed block.
    let long = |word: &str, times| format!("Zoë Ångström-Müller of Nørrebrø {word} ").repeat(times);
    vec![
        ("recipient", long(NAME, 4)),
        ("city", "London".to_owned()),
        ("province", "England".to_owned()),
        ("country", "UK".to_owned()),
        ("postcode", "SW1Y 4JH".to_owned()),
        ("contact", "yes".to_owned()),
        ("email", format!("somebody-with-quite-a-long-name.{EMAIL}@example.org")),
        ("note", long(NOTE, 60)),
        ("street", long(STREET, 4)),
    ]
}

/// Sends a form that comes back, orders, and looks twice at every page that shows the buyer's words.
fn order_and_look(mut buyer: Buyer, together: &Barrier) {
    let words = long_words();
    let fields: Vec<(&str, &str)> = words.iter().map(|(name, words)| (*name, &**words)).collect();
    buyer.take_a_shirt().unwrap();
    together.wait();
    let without_street = &fields[..fields.len() - 1];
    let refused = buyer.check_out(without_street).unwrap();
    assert!(refused.status == 422 && refused.text().contains(NOTE), "{}", refused.text());
    together.wait();
    buyer.finish(&fields).unwrap();
    for _ in 0..2 {
        together.wait();
        assert_eq!(buyer.get("/order").unwrap().status, 200);
        for path in ["/order/receipt", "/order/receipt.txt"] {
            let receipt = buyer.get(path).unwrap().text();
            for word in [NAME, STREET, NOTE, EMAIL] {
                assert!(receipt.contains(word), "{word} is missing in {path}: {receipt}");
            }
        }
    }
}

/// Counts each of the words outside of stacks.
fn words_on_heap(pid: u32) -> BTreeMap<&'static str, usize> {
    let mut found = BTreeMap::new();
    search_heap(pid, CANARY.as_bytes(), |bytes| {
        let word =
            [NAME, STREET, NOTE, EMAIL].into_iter().find(|word| bytes.starts_with(word.as_bytes()));
        *found.entry(word.unwrap_or(CANARY)).or_default() += 1;
    });
    found
}

/// Calls `found` with what begins at each place outside of stacks that has the needle.
pub(crate) fn search_heap(pid: u32, needle: &[u8], mut found: impl FnMut(&[u8])) {
    let stacks = stack_pointers(pid);
    search(pid, needle, |at, bytes| {
        if !stacks.iter().any(|pointer| at.abs_diff(*pointer) < STACK) {
            found(bytes);
        }
    });
}

/// Calls `found` for each place in writable memory that has the needle, with what begins there.
pub(crate) fn search(pid: u32, needle: &[u8], mut found: impl FnMut(u64, &[u8])) {
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    for line in maps.lines() {
        let Some(range) = searched(line) else { continue };
        let mut bytes = vec![0; (range.end - range.start) as usize];
        // A mapping may be gone by now.
        if memory.read_exact_at(&mut bytes, range.start).is_err() {
            continue;
        }
        let mut at = 0;
        while let Some(next) = bytes[at..].iter().position(|byte| *byte == needle[0]) {
            at += next;
            if bytes[at..].starts_with(needle) {
                found(range.start + at as u64, &bytes[at..]);
            }
            at += 1;
        }
    }
}

/// The range of a line of `maps`, if it is memory that can be written and not the first stack.
fn searched(line: &str) -> Option<Range<u64>> {
    let (range, rest) = line.split_once(' ')?;
    let (from, to) = range.split_once('-')?;
    let hex = |text| u64::from_str_radix(text, 16).ok();
    let wanted = rest.starts_with("rw") && !rest.contains("[stack]");
    Some(hex(from)?..hex(to)?).filter(|_| wanted)
}

/// Returns each thread's stack pointer; the kernel tells it of a thread that waits.
fn stack_pointers(pid: u32) -> Vec<u64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let pointer = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("syscall")).ok()?;
        let stack = text.split_whitespace().rev().nth(1)?;
        u64::from_str_radix(stack.trim_start_matches("0x"), 16).ok()
    };
    threads.filter_map(pointer).collect()
}
