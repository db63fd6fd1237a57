//! Search of the shop's memory for a buyer's words.

use crate::support::{Shop, until_within};
use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    time::Duration,
};

/// Words that are searched for.
const CANARIES: [&str; 3] = ["CANARYNAME3M", "CANARYSTREET3M", "CANARYNOTE3M"];

const FIELDS: &[(&str, &str)] = &[
    ("recipient", CANARIES[0]),
    ("street", CANARIES[1]),
    ("city", "London"),
    ("province", "England"),
    ("country", "UK"),
    ("postcode", "SW1Y 4JH"),
    ("note", CANARIES[2]),
];

/// Time after the order when nothing may be left.
const SOON: Duration = Duration::from_secs(60);

/// The heap is searched; what may be left on a stack is said in THREAT-MODEL.md.
#[test]
fn name_street_and_note_leave_the_heap_within_a_minute() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("SKIPPED: only root may read the memory of the shop's process");
        return;
    }
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = shop.buyer();
    buyer.buy(FIELDS).unwrap();
    let role = shop.shop_role().expect("the shop role");
    for _ in 0..2 {
        assert_eq!(buyer.get("/order").unwrap().status, 200);
        assert!(buyer.get("/order/receipt").unwrap().text().contains(CANARIES[0]));
    }
    let mut other = shop.buyer();
    for _ in 0..100 {
        for path in ["/", "/product/hash-range", "/cart"] {
            assert_eq!(other.get(path).unwrap().status, 200);
        }
    }
    until_within(SOON, "nothing is left on the heap", || {
        let left = count_on_heap(role);
        if left != [0; 3] {
            eprintln!("left on the heap: {left:?}");
        }
        (left == [0; 3]).then_some(())
    });
    // The search finds what is there.
    assert!(count(role, "Plain Sight Tees", |_| true) > 0);
}

fn count_on_heap(pid: u32) -> [usize; 3] {
    let stacks = stack_pointers(pid);
    let is_heap = |range: &std::ops::Range<u64>| !stacks.iter().any(|sp| range.contains(sp));
    CANARIES.map(|canary| count(pid, canary, is_heap))
}

/// Counts occurrences in those writable mappings that `wanted` takes.
fn count(pid: u32, needle: &str, wanted: impl Fn(&std::ops::Range<u64>) -> bool) -> usize {
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut found = 0;
    for line in maps.lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let hex = |text| u64::from_str_radix(text, 16).unwrap();
        let range = hex(from)..hex(to);
        if !rest.starts_with("rw") || rest.contains("[stack]") || !wanted(&range) {
            continue;
        }
        let mut bytes = vec![0; (range.end - range.start) as usize];
        // A mapping may be gone by now.
        if memory.read_exact_at(&mut bytes, range.start).is_ok() {
            found += occurrences(&bytes, needle.as_bytes());
        }
    }
    found
}

fn occurrences(bytes: &[u8], needle: &[u8]) -> usize {
    let mut rest = bytes;
    let mut found = 0;
    while let Some(at) = rest.iter().position(|byte| *byte == needle[0]) {
        rest = &rest[at..];
        found += usize::from(rest.starts_with(needle));
        rest = &rest[1..];
    }
    found
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
