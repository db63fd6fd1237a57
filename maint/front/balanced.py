"""Two of Debian's tor under one Onionbalance address, the second reached through ssh."""

import os
import subprocess

from onion import PATIENCE, TOR, Network, Running, Shop, expect, inline, purchase, read, same_visit, torrc_of, until

# Onionbalance's own interval in test networks, in seconds.
SECONDS = "20"
SSHD = """\
Port 2222
ListenAddress 127.0.0.1
HostKey {0}/host
AuthorizedKeysFile {0}/key.pub
PasswordAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
AllowStreamLocalForwarding yes
StreamLocalBindUnlink yes
"""


def tunnel(running, folder, far):
    """A machine with the second tor, as far as ssh knows: its sockets lie in `far`."""
    keys = folder / "ssh"
    keys.mkdir(mode=0o700)
    for name in ["host", "key"]:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    (keys / "sshd_config").write_text(SSHD.format(keys))
    os.makedirs("/run/sshd", exist_ok=True)
    running.start("sshd", ["/usr/sbin/sshd", "-D", "-e", "-f", keys / "sshd_config"])
    known = keys / "known"
    known.write_text("[127.0.0.1]:2222 " + (keys / "host.pub").read_text())
    near = folder / "run"
    sockets = ["-R", f"{far}/onion.sock:{near}/far.sock", "-L", f"{near}/far-control:{far}/control",
               "-L", f"{near}/far-socks:{far}/socks"]
    until("the ssh server answers", lambda: "listening" in read(folder / "sshd.log"))
    running.start("ssh", ["ssh", "-N", "-p", "2222", "-i", keys / "key", "-F", "none",
                          "-o", f"UserKnownHostsFile={known}", "-o", "ExitOnForwardFailure=yes",
                          "-o", "StreamLocalBindUnlink=yes", *sockets, "127.0.0.1"])
    until("the tunnel is open", lambda: (far / "onion.sock").exists() and (near / "far-socks").exists())


def backend(shop, number, home):
    """Prepares a tor with a key of its own; returns the settings beside those of the network."""
    service = home / "hs"
    service.mkdir(mode=0o700, parents=True)
    (service / "ob_config").write_text(f"MasterOnionAddress {shop.onion}\n")
    return torrc_of(shop, number, service)


def journey(folder, program, torbed, keys, onionbalance):
    running, network = Running(folder), Network(folder, torbed, keys, SECONDS)
    try:
        shop = Shop(folder, program, network)
        near, homes = folder / "run", [folder / "front1", folder / "front2"]
        for place in [near, *homes]:
            place.mkdir(mode=0o700)
        one = {"socket": near / "near.sock", "control": homes[0] / "control",
               "cookie": homes[0] / "cookie", "socks": homes[0] / "socks"}
        two = {"socket": near / "far.sock", "control": near / "far-control",
               "cookie": "", "socks": near / "far-socks"}
        shop.set(backend='"socket"', fronts=f"[{inline(one)}, {inline(two)}]")
        running.start("serve", [program, "serve", shop.dir])
        until("the shop listens for both", lambda: two["socket"].exists() and one["socket"].exists(), 120)
        tunnel(running, folder, homes[1])
        torrcs = [backend(shop, 1, homes[0]), backend(shop, 2, homes[1])]
        # On the second machine the sockets have other paths: those at its end of the tunnel.
        for here, there in [("far.sock", "onion.sock"), ("far-control", "control"), ("far-socks", "socks")]:
            torrcs[1] = torrcs[1].replace(str(near / here), str(homes[1] / there))
        fronts = [running.start(home.name, [TOR, "-f", network.torrc(home, lines)])
                  for home, lines in zip(homes, torrcs, strict=True)]

        balance = folder / "balance"
        network.torrc(balance, f"SocksPort 0\nControlSocket {balance}/control\nCookieAuthentication 1\n")
        running.start("balance", [TOR, "-f", balance / "torrc"])
        shop.run("onion", "export", balance / "key", shop.dir)
        owns = [until("the tor's own address", lambda home=home: read(home / "hs/hostname")) for home in homes]
        instances = "".join(f"  - {{address: {own}, name: front{n}}}\n" for n, own in enumerate(owns))
        (balance / "config.yaml").write_text(f"services:\n- key: {balance}/key\n  instances:\n{instances}")
        until("its tor is ready", lambda: "Bootstrapped 100%" in read(balance / "notice.log"), 120)
        running.start("onionbalance", [onionbalance, "--is-testnet", "-v", "info", "-c", balance / "config.yaml",
                                       "-s", balance / "control"], cwd=balance)

        buyer = purchase(network, shop.onion)
        expect(shop.onion not in owns, "the address is the one of both")
        running.kill(fronts[0])
        same_visit(buyer, "with the first front gone")
        until("the seller is told", lambda: "near.sock: tor has ended" in read(folder / "serve.log"))
        running.start("front1", [TOR, "-f", homes[0] / "torrc"])
        until("the first is back", lambda: read(homes[0] / "notice.log").count("Bootstrapped 100%") > 1, PATIENCE)
        running.kill(fronts[1])
        same_visit(buyer, "with the second front gone")
        expect(shop.status()["reachable"], "the shop can be reached")
    finally:
        running.end()
        network.end()
