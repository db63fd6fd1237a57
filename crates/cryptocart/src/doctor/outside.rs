//! Things that visitors are told of the machine: by the pages, their headers, and refusals.
//!
//! The pages are asked for at the preview. The onion service shows the same ones.

use super::{machine::Machine, report::Report};
use std::{
    collections::{BTreeSet, VecDeque},
    net::Ipv6Addr,
};

/// Requests beyond the pages that a visitor finds by links.
const ODD: [&str; 5] =
    ["GET /no-such-page", "GET /.git/config", "GET /%00", "TRACE /", "OPTIONS *"];

/// Headers that tell of a machine or its clock.
const TELLING: [&str; 6] =
    ["server", "x-powered-by", "via", "date", "last-modified", "x-request-id"];

/// Words of a page that tell where files are.
const FOLDERS: [&str; 4] = ["/var/lib/", "/etc/", "/usr/", "/root/"];

/// Most pages that are looked at.
const MOST: usize = 60;

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    let names = names(machine);
    let mut waiting: VecDeque<String> = ODD.iter().map(|request| (*request).to_owned()).collect();
    waiting.push_front("GET /".to_owned());
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut told = BTreeSet::new();
    let mut answered = 0;
    while let Some(request) = waiting.pop_front().filter(|_| answered < MOST) {
        let Some(answer) = machine.answer(&request) else { break };
        answered += 1;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        told.extend(telling_headers(head).map(|name| format!("a header {name}")));
        told.extend(names.iter().filter(|name| answer.contains(*name)).cloned());
        told.extend(
            FOLDERS.iter().filter(|folder| body.contains(**folder)).map(|f| format!("a path {f}")),
        );
        for link in links(body) {
            let request = format!("GET /{link}");
            if seen.insert(request.clone()) {
                waiting.push_back(request);
            }
        }
    }
    if answered == 0 {
        return report.look(
            "pages",
            "the preview does not answer, so no page was looked at",
            "run this while the shop is open, with enabled = true in [preview]",
        );
    }
    if told.is_empty() {
        let what =
            format!("{answered} answers tell neither address, name nor clock of this machine");
        return report.good("pages", what);
    }
    let told: Vec<String> = told.into_iter().collect();
    report.bad(
        "pages",
        format!("visitors are told {}", told.join(", ")),
        "look for it in catalog.json, pages/ and theme/, and take it out",
    );
}

fn telling_headers(head: &str) -> impl Iterator<Item = String> {
    let names = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    names
        .map(|(name, _)| name.trim().to_ascii_lowercase())
        .filter(|name| TELLING.contains(&name.as_str()))
}

/// Returns the addresses of this machine in the network, and its full name.
fn names(machine: &dyn Machine) -> Vec<String> {
    let mut names = Vec::new();
    let table = machine.known("/proc/net/fib_trie");
    let mut last = "";
    for line in table.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address;
        } else if line.starts_with("/32 host LOCAL") && !last.starts_with("127.") {
            names.push(last.to_owned());
        }
    }
    let table = machine.known("/proc/net/if_inet6");
    let long =
        table.lines().filter_map(|line| u128::from_str_radix(line.split(' ').next()?, 16).ok());
    let long = long.map(Ipv6Addr::from).filter(|address| !address.is_loopback());
    names.extend(long.map(|address| address.to_string()));
    let name = machine.known("/proc/sys/kernel/hostname");
    // A bare name may be any word of a page.
    names.extend(Some(name.trim().to_owned()).filter(|name| name.contains('.')));
    names.sort();
    names.dedup();
    names
}

/// Returns the paths of this shop that a page links to, without the slash at their beginning.
fn links(body: &str) -> impl Iterator<Item = &str> {
    let links = body.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter_map(|link| {
        let whole = link.split(['#', '?']).next()?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-%".contains(c);
        whole.chars().all(is_plain).then_some(whole)
    })
}
