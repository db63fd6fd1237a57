//! The kernel's tables of sockets (`/proc/net/tcp` and its like).

use super::machine::Machine;
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};

/// A socket that others can reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listener {
    pub(super) port: u16,
    pub(super) is_udp: bool,
    pub(super) user: u32,
    pub(super) inode: u64,
}

/// Returns the sockets that wait on addresses other than the loopback; the same port once.
pub(super) fn open_to_others(machine: &dyn Machine) -> Vec<Listener> {
    let mut open = BTreeMap::new();
    for (name, is_udp) in [("tcp", false), ("tcp6", false), ("udp", true), ("udp6", true)] {
        let table = machine.known(&format!("/proc/net/{name}"));
        for listener in table.lines().skip(1).filter_map(|line| listener(line, is_udp)) {
            open.entry((listener.port, is_udp)).or_insert(listener);
        }
    }
    open.into_values().collect()
}

/// Reads a line of a table; none if it is no waiting socket, or one of the loopback.
fn listener(line: &str, is_udp: bool) -> Option<Listener> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let (address, port) = words.get(1)?.split_once(':')?;
    // TCP_LISTEN; a UDP socket that is not connected is in TCP_CLOSE.
    let waiting = if is_udp { "07" } else { "0A" };
    if *words.get(3)? != waiting || ip(address)?.is_loopback() {
        return None;
    }
    Some(Listener {
        port: u16::from_str_radix(port, 16).ok()?,
        is_udp,
        user: words.get(7)?.parse().ok()?,
        inode: words.get(9)?.parse().ok()?,
    })
}

/// Reads an address: words of four bytes, each in the order of the machine.
fn ip(hex: &str) -> Option<IpAddr> {
    let words: Option<Vec<u32>> = (0..hex.len() / 8)
        .map(|at| u32::from_str_radix(hex.get(at * 8..at * 8 + 8)?, 16).ok())
        .collect();
    let bytes: Vec<u8> = words?.into_iter().flat_map(u32::to_ne_bytes).collect();
    let address = match <[u8; 16]>::try_from(bytes.as_slice()) {
        Ok(long) => IpAddr::from(Ipv6Addr::from(long)),
        Err(_) => IpAddr::from(Ipv4Addr::from(<[u8; 4]>::try_from(bytes.as_slice()).ok()?)),
    };
    Some(address.to_canonical())
}

/// Returns the name of the process that has a socket, where it can be seen.
pub(super) fn holder(machine: &dyn Machine, listener: &Listener) -> Option<String> {
    let wanted = format!("socket:[{}]", listener.inode);
    machine.processes().into_iter().find_map(|process| {
        let folder = format!("/proc/{process}/fd");
        let names = machine.names(Path::new(&folder)).is()?;
        let holds = names.iter().any(|name| {
            let link = machine.link(Path::new(&format!("{folder}/{name}"))).is();
            link.is_some_and(|to| to.to_str() == Some(wanted.as_str()))
        });
        holds.then(|| machine.process_name(process))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_sockets_are_read_and_those_of_the_loopback_are_not() {
        let line = |address: &str, state: &str| {
            format!(
                "   0: {address} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000  0 4242 1 x"
            )
        };
        let port = |address: &str, state: &str, is_udp| {
            listener(&line(address, state), is_udp)
                .map(|found| (found.port, found.user, found.inode))
        };
        let any6 = "00000000000000000000000000000000:0016";
        assert_eq!(port("00000000:0016", "0A", false), Some((22, 1000, 4242)));
        assert_eq!(port(any6, "0A", false), Some((22, 1000, 4242)));
        assert_eq!(port("00000000:0044", "07", true), Some((68, 1000, 4242)));
        for (address, state) in [
            ("0100007F:0016", "0A"),
            ("0200007F:0016", "0A"),
            ("00000000000000000000000001000000:0016", "0A"),
            ("0000000000000000FFFF00000100007F:0016", "0A"),
            ("00000000:0016", "01"),
            ("00000000", "0A"),
            ("0000:0016", "0A"),
            ("", ""),
        ] {
            assert_eq!(port(address, state, false), None, "{address}");
        }
    }
}
