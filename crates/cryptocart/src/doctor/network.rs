//! Ways into the machine: open ports, the firewall, other servers of pages.

use super::{
    machine::{Machine, Seen},
    report::Report,
    sockets::{self, Listener},
};
use std::path::Path;

/// Ports at which a machine asks for its own address, which every machine does.
const ADDRESSING: [u16; 2] = [68, 546];

/// Servers of pages for the clear web.
const WEB_SERVERS: [&str; 6] = ["nginx", "apache2", "caddy", "lighttpd", "haproxy", "httpd"];

const GUIDE: &str = "docs/server.md, Log in over Tor";

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    ports(machine, report);
    firewall(machine, report);
    web_servers(machine, report);
}

fn ports(machine: &dyn Machine, report: &mut Report) {
    let open = sockets::open_to_others(machine);
    let mut is_other = false;
    let mut is_nameless = false;
    for listener in &open {
        if listener.is_udp && ADDRESSING.contains(&listener.port) {
            continue;
        }
        is_other = true;
        let holder = sockets::holder(machine, listener);
        is_nameless |= holder.is_none();
        let is_ssh = holder.as_deref().map_or(listener.port == 22, |name| name.contains("sshd"));
        let port = port(listener);
        if is_ssh && !listener.is_udp {
            let what = format!("ssh answers the network at port {port}: the machine can be found");
            report.look("ports", what, format!("{GUIDE}: then it has no open port"));
            continue;
        }
        let who =
            holder.unwrap_or_else(|| format!("a program of user {}", user(machine, listener.user)));
        let what = format!("{who} answers the network at port {port}");
        report.bad("ports", what, "stop it, or let it listen on 127.0.0.1 alone");
    }
    if !is_other {
        report.good("ports", "no port is open to the network");
    }
    if is_nameless {
        report.unseen("which program has an open port");
    }
}

fn port(listener: &Listener) -> String {
    format!("{}{}", listener.port, if listener.is_udp { "/udp" } else { "" })
}

/// Returns a user's name, or the number where it is not known.
fn user(machine: &dyn Machine, user: u32) -> String {
    let users = machine.known("/etc/passwd");
    let found = users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)?.parse() == Ok(user)).then(|| name.to_owned())
    });
    found.unwrap_or_else(|| user.to_string())
}

/// Looks at the firewall's file: what is loaded root alone can see.
fn firewall(machine: &dyn Machine, report: &mut Report) {
    let rules = match machine.text(Path::new("/etc/nftables.conf")) {
        Seen::Is(rules) => rules,
        Seen::Missing => String::new(),
        Seen::Denied => return report.unseen("the firewall's rules"),
    };
    let is_on = is_loaded(machine);
    let cure = "docs/server.md, Harden the machine: the firewall";
    match (drops(&rules, "input"), is_on) {
        (true, true) if drops(&rules, "output") => {
            report.good("firewall", "nothing comes in and nothing goes out that no rule allows");
        }
        (true, true) => {
            report.good("firewall", "nothing comes in that no rule allows");
        }
        (true, false) => {
            report.look(
                "firewall",
                "its rules are not loaded at a start",
                "systemctl enable --now nftables",
            );
        }
        (false, _)
            if machine.known("/etc/ufw/ufw.conf").lines().any(|line| line == "ENABLED=yes") =>
        {
            report.good("firewall", "ufw is enabled");
        }
        (false, _) => report.look("firewall", "none that refuses what nobody allowed", cure),
    }
}

/// Returns true if the rules in the firewall's file are loaded at each start.
fn is_loaded(machine: &dyn Machine) -> bool {
    machine.has("/etc/systemd/system/sysinit.target.wants/nftables.service")
}

/// Returns true if nothing goes out that no rule allows, as the server guide has it.
/// False where that cannot be seen.
pub(super) fn keeps_in(machine: &dyn Machine) -> bool {
    let rules = machine.text(Path::new("/etc/nftables.conf")).is().unwrap_or_default();
    is_loaded(machine) && drops(&rules, "output")
}

/// Returns true if a chain of this hook drops what no rule takes.
fn drops(rules: &str, hook: &str) -> bool {
    let lines = rules.lines().map(|line| line.split('#').next().unwrap_or_default());
    let hook = format!("hook {hook} ");
    lines.into_iter().any(|line| line.contains(&hook) && line.contains("policy drop"))
}

fn web_servers(machine: &dyn Machine, report: &mut Report) {
    let names: Vec<String> =
        machine.processes().into_iter().map(|process| machine.process_name(process)).collect();
    let found: Vec<&str> =
        WEB_SERVERS.into_iter().filter(|name| names.iter().any(|found| found == name)).collect();
    if found.is_empty() {
        return;
    }
    let what =
        format!("{} runs here: pages on the clear web show where the machine is", found.join(", "));
    report.look("web servers", what, "keep a shop that nobody should find on a machine of its own");
}
