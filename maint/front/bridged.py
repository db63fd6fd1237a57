"""Shops that enter the Tor network by a bridge: with Debian's tor, and with the Tor that is built in.

The second enters by the plain bridge, and then by obfs4, whose program the shop starts. The test looks
at the sockets of the tor role and of the transport all the time: nothing else may be a first hop."""

import os
import pathlib
import re
import signal
import threading
import time

from machine import expect, until
from onion import (PATIENCE, TOR, Network, Running, Shop, child, inline, purchase, read, same_visit,
                   torrc_of)

# The bridge's ports, with a transport and without.
PLAIN, HIDDEN = 7001, 7002
TRANSPORT = "/usr/bin/obfs4proxy"
BRIDGE = f"""\
Nickname bridge
SocksPort 0
ORPort 127.0.0.1:{PLAIN} IPv4Only
ExtORPort auto
Address 127.0.0.1
AssumeReachable 1
ContactInfo nobody@test.test
ExitRelay 0
BridgeRelay 1
PublishServerDescriptor 0
ServerTransportPlugin obfs4 exec {TRANSPORT}
ServerTransportListenAddr obfs4 127.0.0.1:{HIDDEN}
"""


def journey(folder, program, torbed, keys):
    running, network = Running(folder), Network(folder, torbed, keys)
    try:
        home = folder / "bridge"
        running.start("bridge", [TOR, "-f", network.torrc(home, BRIDGE)])
        hidden = until("the bridge's line", lambda: bridge_line(home), 120)
        plain = f"127.0.0.1:{PLAIN} {read(home / 'fingerprint').split()[1]}"
        debians_tor(folder, program, network, running, hidden)
        built_in(folder / "built-in", program, network, running, plain, hidden)
    finally:
        running.end()
        network.end()


def bridge_line(home):
    """What the bridge's operator hands out; none before the transport runs."""
    found = re.search(r"^Bridge obfs4 .* (cert=\S+ iat-mode=\d)$", read(home / "pt_state/obfs4_bridgeline.txt"), re.M)
    named = read(home / "fingerprint").split()
    return found and named and f"obfs4 127.0.0.1:{HIDDEN} {named[1]} {found[1]}"


def debians_tor(folder, program, network, running, line):
    """Debian's tor starts the transport itself."""
    shop = Shop(folder, program, network)
    home = folder / "front"
    home.mkdir(mode=0o700)
    front = {"socket": folder / "onion.sock", "control": home / "control",
             "cookie": home / "cookie", "socks": home / "socks"}
    shop.set(backend='"socket"', fronts=f"[{inline(front)}]", bridges=f'["{line}"]',
             transports=f'["obfs4 {TRANSPORT}"]')
    service = home / "hs"
    service.mkdir(mode=0o700)
    shop.run("onion", "export", service / "hs_ed25519_secret_key", shop.dir)
    running.start("serve", [program, "serve", shop.dir])
    running.start("front", [TOR, "-f", network.torrc(home, torrc_of(shop, 1, service))])
    purchase(network, shop.onion)
    expect("new bridge descriptor 'bridge'" in read(home / "notice.log"), "tor came in by the bridge")
    says_nothing(shop.run("config", "show", "--redacted", shop.dir))


def built_in(folder, program, network, running, plain, hidden):
    """The Tor that is built in, by the plain bridge and then by obfs4."""
    folder.mkdir()
    shop = Shop(folder, program, network)
    log = running.folder / "built-in.log"

    def opened():
        serving = running.start("built-in", [program, "serve", shop.dir])
        return serving, Hops(serving)

    shop.set(bridges=f'["{plain}"]', test_network='"network.json"')
    expect("Tor is entered by 1 bridge" in shop.run("check", shop.dir), "check counts bridges")
    serving, hops = opened()
    buyer = purchase(network, shop.onion)
    closes(running, serving)
    expect(hops.end() == {"tor": {PLAIN}}, f"first hops with a plain bridge: {hops.seen}")

    # A transport that is none keeps the shop off Tor, and is named.
    shop.set(bridges=f'["{hidden}"]', transports='["obfs4 /usr/bin/yes"]')
    expect("says too much" in shop.run("check", shop.dir, succeeds=False), "check tries the transport")
    serving, hops = opened()
    until("the seller is told", lambda: "the transport obfs4 says too much" in read(log))
    status = until("status says so", lambda: problems(shop, "the transport obfs4 says too much"))
    expect(not status["reachable"], "nobody reaches it")
    closes(running, serving)
    expect(hops.end() == {}, f"first hops without a transport: {hops.seen}")

    shop.set(transports=f'["obfs4 {TRANSPORT}"]')
    expect("the transport obfs4 gets ready" in shop.run("check", shop.dir), "check tries it")
    serving, hops = opened()
    same_visit(buyer, "by obfs4")
    first = child(serving, TRANSPORT)
    is_confined(first)
    state = shop.dir / "state/transports"
    expect(state.stat().st_mode & 0o777 == 0o700, "the transport's folder is for the owner alone")
    os.kill(first, signal.SIGKILL)
    until("the seller is told", lambda: "the transport obfs4 has ended (signal: 9" in read(log))
    until("it is started again", lambda: child(serving, TRANSPORT) not in (None, first))
    same_visit(buyer, "with a new transport")
    until("all is well", lambda: shop.status().get("healthy"), PATIENCE)
    expect("the transport obfs4 works again" in read(log), "the seller is told")
    ports = hops.end()
    expect(ports.pop("transport") == {HIDDEN}, f"the transport dials the bridge: {hops.seen}")
    role = ports.pop("tor")
    expect(role <= hops.listened, f"the tor role dials the transport: {role}, {hops.listened}")
    expect(len(role) == 2 and not ports, f"each transport has its port: {hops.seen}")
    says_nothing(read(log) + str(shop.status()), hidden)

    # A supervisor that is killed leaves no transport behind.
    second = child(serving, TRANSPORT)
    running.kill(serving)
    until("the transport has ended", lambda: not pathlib.Path(f"/proc/{second}").exists())


def problems(shop, words):
    status = shop.status()
    return status if any(words in problem for problem in status.get("problems", [])) else None


def closes(running, serving):
    """The shop closes when it is told to, and all of its processes with it."""
    serving.terminate()
    expect(serving.wait(30) == 0, "the shop closes")
    running.running.remove(serving)


def says_nothing(text, line=""):
    """The bridge is not in this text."""
    for secret in [f"127.0.0.1:{HIDDEN}", "cert=", *line.split()[2:]]:
        expect(secret not in text, f"the bridge is shown: {text}")


def is_confined(process):
    """No rights, no new ones, no core dump, and nothing open but its three streams and sockets."""
    status = read(pathlib.Path(f"/proc/{process}/status"))
    for wanted in ["CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"]:
        expect(wanted in status, f"{wanted}: {status}")
    expect(re.search(r"Max core file size +0 +0 ", read(pathlib.Path(f"/proc/{process}/limits"))), "no core")
    names = read(pathlib.Path(f"/proc/{process}/environ")).split("\0")
    names = {name.split("=")[0] for name in names if name}
    expect(names == {"TOR_PT_MANAGED_TRANSPORT_VER", "TOR_PT_CLIENT_TRANSPORTS", "TOR_PT_STATE_LOCATION",
                     "TOR_PT_EXIT_ON_STDIN_CLOSE"}, f"its environment: {names}")
    opened = descriptors(process)
    own = [target for number, target in opened.items() if number > 2]
    for target in own:
        # Go wakes itself by a pipe, whose two ends it has; one that was inherited has another end.
        known = target.startswith(("socket:", "anon_inode:")) or own.count(target) == 2
        expect(known, f"it has open: {opened}")


def descriptors(process):
    found = {}
    for entry in pathlib.Path(f"/proc/{process}/fd").glob("*"):
        try:
            found[int(entry.name)] = os.readlink(entry)
        except OSError:
            pass
    return found


class Hops:
    """Looks at the TCP sockets of the tor role and of the transport until it ends."""

    def __init__(self, serving):
        self.serving, self.seen, self.listened, self.known = serving, {}, set(), {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.over.is_set():
            for name, words in [("tor", ("cryptocart", "role", "tor")), ("transport", (TRANSPORT,))]:
                process = self.known.get(name)
                if not process or not descriptors(process):
                    process = self.known[name] = child(self.serving, *words)
                if process:
                    self.add(name, process)
            time.sleep(0.05)

    def add(self, name, process):
        inodes = set(re.findall(r"socket:\[(\d+)\]", " ".join(descriptors(process).values())))
        listening, connected = set(), set()
        for table in ["tcp", "tcp6"]:
            for line in read(pathlib.Path(f"/proc/{process}/net/{table}")).splitlines()[1:]:
                words = line.split()
                if words[9] in inodes:
                    own, other = (int(words[at].split(":")[1], 16) for at in (1, 2))
                    (listening if words[3] == "0A" else connected).add((own, other))
        ports = {own for own, _ in listening}
        self.listened |= ports
        # What was accepted is not dialled.
        dialled = {other for own, other in connected if own not in ports and other}
        if dialled:
            self.seen.setdefault(name, set()).update(dialled)

    def end(self):
        self.over.set()
        self.thread.join()
        return {name: set(ports) for name, ports in self.seen.items()}
