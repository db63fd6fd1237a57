"""What a seller does with a server, on a whole Debian. Started by maint/test-vm, in an empty network
namespace: journey.py FOLDER CACHE NAMESPACE TORBED KEYS"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

MAINT = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(MAINT / "deb"), str(MAINT / "docs")]
from blocks import Blocks  # noqa: E402  (the paths come first)
from guest import RELAYS, Guest  # noqa: E402
from home import PASSWORD, Home  # noqa: E402
from machine import Failed, expect, until  # noqa: E402
from visitor import Visitor  # noqa: E402

# Where the open port of the server is, for the computer at home.
SSH = 2222
SHOP = "/var/lib/cryptocart/my-shop"
# Relays say that they are on this machine, so they have to be there for the guest.
TO_RELAYS = """\
table ip torbed {{
  chain output {{
    type nat hook output priority -100
    ip daddr 127.0.0.1 tcp dport {{ {ports} }} dnat to {relays}
  }}
  chain postrouting {{
    type nat hook postrouting priority 100
    ip daddr {relays} masquerade
  }}
}}
"""
# A restart of nftables takes all rules away, so this starts again with it.
TO_RELAYS_UNIT = """\
[Unit]
PartOf=nftables.service
After=nftables.service
Before=tor@default.service cryptocart.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/sysctl -q -w net.ipv4.conf.all.route_localnet=1
ExecStart=/usr/sbin/nft -f /etc/torbed.nft
[Install]
WantedBy=multi-user.target
"""


# What Debian's tor takes for the time between two consensuses, in seconds.
ROUNDS = (60, 90, 120, 150, 180, 225, 300, 360, 450, 600, 900)
# Longest time that this may take, in seconds.
LONGEST = 2_100


def seconds_of_a_round():
    """Time between two consensuses with which no day of the network, 24 rounds, ends meanwhile.
    In the first minutes of a day services are where visitors do not look yet."""
    now = time.time()
    # At noon and at midnight all of them end.
    return next((round for round in ROUNDS if 24 * round - now % (24 * round) > LONGEST), ROUNDS[0])


def start_network(torbed, folder, keys):
    """The private Tor network, what it says of itself, and its folder."""
    for attempt in range(3):
        place = folder / f"tor-{attempt}"
        tor = subprocess.Popen([torbed, place, keys, folder / "no-service", str(seconds_of_a_round())],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = tor.stdout.readline()
        if said:
            return tor, json.loads(said), place
        # On a busy machine it may not be ready in time, and ends.
        tor.wait()
    raise Failed("no Tor network")


class Journey:
    def __init__(self, folder, cache, namespace, torbed, keys):
        self.folder = folder = pathlib.Path(folder)
        self.package = next((folder / "inputs").glob("*.deb"))
        shutil.copy(self.package, folder / "root/srv")
        inputs = folder / "inputs.img"
        subprocess.run(["mkfs.ext4", "-q", "-d", folder / "inputs", inputs, "200M"], check=True, stdout=sys.stderr)
        self.tor, self.network, place = start_network(torbed, folder, keys)
        torrcs = [file.read_text() for file in place.glob("*/torrc")]
        found = [re.findall(r"^(?:OR|Dir)Port 127.0.0.1:(\d+)", text, re.M) for text in torrcs]
        self.relays = [port for ports in found for port in ports]
        authority = re.search(r"^DirAuthority .*", torrcs[0], re.M)[0]
        self.torrc = f"TestingTorNetwork 1\nPathsNeededToBuildCircuits 0.67\n{authority}\n"
        self.guest = Guest(folder, cache, inputs, self.relays, SSH)
        self.home = Home(folder, folder / "root", namespace)
        self.guide = Blocks("docs/server.md", "maint/test-vm")
        self.onion = self.buyer = None

    def end(self):
        self.guest.end()
        self.home.remove()
        self.tor.stdin.close()
        self.tor.wait(30)

    def script(self, heading, guide=None):
        """The commands of the next block below a heading, as they are typed one after the other."""
        commands = (guide or self.guide).take(heading).commands
        return "\n".join(["set -e", *(command.text for command in commands)])

    def typed_at_home(self, heading, stdin=""):
        return self.home.ann(self.script(heading), stdin=stdin)

    def typed_on_server(self, heading, by="shop-server", guide=None, status=0):
        return self.home.server(self.script(heading, guide), status, by)

    # The steps, in the order of docs/server.md.

    def boot(self):
        guest = self.guest
        # The one starts while the other does.
        guest.start()
        self.home.set_up(SSH, self.torrc, self.package.name)
        guest.wait_for_boot()
        guest.run(f"echo 'ann:{PASSWORD}' | chpasswd")
        guest.write("/etc/torbed.nft", TO_RELAYS.format(ports=",".join(self.relays), relays=RELAYS))
        guest.write("/etc/systemd/system/torbed.service", TO_RELAYS_UNIT)
        guest.run("systemctl enable --now torbed")
        guest.write("/etc/tor/torrc", self.torrc)
        guest.run("systemctl restart tor@default")
        # A machine as a host hands it over: with swap, and a mirror in the open.
        guest.run("fallocate -l 32M /swap && chmod 600 /swap && mkswap -q /swap && swapon /swap && "
                  "echo '/swap none swap sw 0 0' >> /etc/fstab")
        guest.write("/etc/apt/sources.list", "deb http://deb.debian.org/debian bookworm main")

    def log_in(self):
        self.typed_at_home("Log in with a key")
        expect(self.typed_at_home("Log in with a key") == "ann\n", "the key does not log in")

    def install(self):
        self.typed_at_home("Install the shop")
        debian = Blocks("docs/install-debian.md", "maint/test-vm")
        said = self.typed_on_server("Open a shop", "ann@SERVER", debian, 75)
        expect(".onion" in said and "not reachable yet" in said, said)
        debian.finish()

    def over_tor(self):
        """What no seller does: the shop is told about the private network, and has its pictures."""
        guest = self.guest
        guest.write(f"{SHOP}/network.json", json.dumps(self.network["network"]))
        guest.run(f"chown cryptocart: {SHOP}/network.json && sed -i "
                  f"'s/^test_network = .*/test_network = \"network.json\"/' {SHOP}/shop.toml")
        guest.run(f"systemctl stop cryptocart && rm -rf {SHOP}/state/pictures && "
                  f"cp -r /srv/pictures {SHOP}/state && chown -R cryptocart: {SHOP}/state/pictures && "
                  "systemctl start cryptocart")

    def harden(self):
        by = "ann@SERVER"
        # Programs, updates, SSH, firewall, memory, journal, clock.
        for part in ("programs", "updates", "SSH", "firewall", "memory", "journal", "clock"):
            self.typed_on_server("Harden the machine", by)
            if part in ("SSH", "firewall"):
                # It may not listen again at once.
                until("a login", self.is_open)
        guest, home = self.guest, self.home
        sources = guest.run("cat /etc/apt/sources.list")
        expect(sources == "deb tor+http://deb.debian.org/debian bookworm main", sources)
        expect(guest.run("swapon --show") == "", "there is swap")
        home.is_refused("root@SERVER", "root may log in")
        said = home.is_refused("-o PubkeyAuthentication=no ann@SERVER", "a password is asked for")
        expect("Permission denied (publickey)" in said, said)
        said = home.is_refused("-W 127.0.0.1:22 ann@SERVER", "it forwards")
        expect("administratively prohibited" in said, said)
        # Neither ann nor root gets out, and apt asks Tor alone: nothing of it was turned away.
        for user in ("ann", "root"):
            guest.run(f"! runuser -u {user} -- timeout 9 bash -c ': </dev/tcp/{RELAYS}/{self.relays[0]}'")
        before = self.turned_away()
        expect(before > 0, "what was tried is not counted")
        guest.run("timeout 60 apt-get -o Acquire::Retries=0 -o Acquire::tor::Timeout=20 update || true")
        expect(self.turned_away() == before, "apt asked somebody else than Tor")

    def turned_away(self):
        said = self.guest.run("nft list chain inet cryptocart output")
        return int(re.search(r"counter packets (\d+)", said)[1])

    def reachable(self):
        """The shop is reachable, at its one address."""
        def onion():
            said = self.guest.attempt("cryptocart status --json 2>/dev/null")[1]
            status = json.loads(said) if said.startswith("{") else None
            return status and status["healthy"] and status["onion"]
        try:
            found = until("the shop is reachable over Tor", onion, 300)
        except Failed as failed:
            raise Failed(f"{failed}\n{self.guest.attempt('cryptocart status; nft list tables')[1]}") from failed
        expect(self.onion in (None, found), f"the address is {found}, and was {self.onion}")
        self.onion = found
        visitor = Visitor(found, self.network["socks"])
        until("a page comes over Tor", visitor.sees_shop, 180)

    def order(self):
        """A buyer orders over Tor, and pays."""
        self.reachable()
        self.buyer = Visitor(self.onion, self.network["socks"])
        self.buyer.place(until("the checkout", self.buyer.try_to_fill_in, 120))
        number = self.buyer.number
        self.home.server(f"sudo cryptocart demo pay {number}; sudo cryptocart demo mine 2", by="ann@SERVER")
        until("the order is paid", lambda: "settled" in self.order_line(), 120)

    def order_line(self):
        lines = self.guest.run("cryptocart orders").splitlines()
        return next((line for line in lines if self.buyer.number in line), "")

    def way_in(self):
        """SSH over the onion address, and nobody finds it without the key."""
        said = self.typed_on_server("Log in over Tor", "ann@SERVER")
        # Over SSH what is said on standard error may come later.
        found = re.search(r"^[a-z2-7]{56}:descriptor:x25519:([A-Z2-7]{52})$", said, re.M)
        expect(found, said)
        line, secret = found.group(0, 1)
        self.guest.run(f"! grep -rqF {secret} /etc /home /root /run /tmp /var", 0)
        self.typed_at_home("Log in over Tor", stdin=f"{line}\n")
        self.typed_at_home("Log in over Tor")
        self.typed_at_home("Log in over Tor")
        script = self.script("Log in over Tor")
        until("a login over Tor", lambda: self.home.can_log_in("shop-server"), 240)
        expect("ann\n" in self.home.ann(script, stdin="whoami\n"), "ssh alone gives no shell")
        host, port = self.network["socks"].split(":")
        stranger = f"-o ProxyCommand='nc -X 5 -x {host}:{port} %h %p' shop-server"
        self.home.is_refused(stranger, "a stranger finds the way")

    def is_open(self):
        # A firewall that drops it lets it wait.
        return self.home.can_log_in("-o ConnectTimeout=20 ann@SERVER")

    def close(self):
        """Not from elsewhere; and what nobody confirms opens by itself."""
        close, home = self.script("Shut the port"), self.home
        said = home.server(close, 77, by="ann@SERVER")
        expect("did not come over the onion address" in said, said)
        expect(self.is_open(), "the port is shut from outside")
        # Ten minutes are too long to wait here.
        self.guest.run("systemctl show cryptocart-ssh-undo.timer -P TimersMonotonic | grep -q 'OnActiveUSec=10min '")
        folder = "/run/systemd/system/cryptocart-ssh-undo.timer.d"
        self.guest.run(f"mkdir -p {folder} && printf '[Timer]\\nOnActiveSec=\\nOnActiveSec=60s\\n' > "
                       f"{folder}/short.conf && systemctl daemon-reload")
        home.server(close)
        home.is_refused("-o ConnectTimeout=10 ann@SERVER", "the port is open")
        until("the port opens by itself", self.is_open, 180)
        expect(home.can_log_in("shop-server"), "the onion address is gone")
        self.guest.run(f"rm -r {folder} && systemctl daemon-reload")
        home.server(close)
        home.is_refused("-o ConnectTimeout=10 ann@SERVER", "the port is open")

    def power_cut(self):
        """In the ten minutes: the port is open again, and the shop is where it was."""
        self.guest.cut_the_power()
        expect(self.is_open(), "the port is shut after the machine went down")
        self.reachable()
        expect(self.guest.run("swapon --show") == "", "the swap is back")
        expect("settled" in self.order_line(), "the order is lost")

    def confirm(self):
        until("a login over Tor", lambda: self.home.can_log_in("shop-server"), 240)
        self.home.server("sudo cryptocart onion ssh close")
        self.typed_on_server("Shut the port")
        until("the timer is off", lambda: self.guest.attempt("systemctl is-active -q cryptocart-ssh-undo.timer")[0])

    def shut(self):
        self.home.is_refused("-o ConnectTimeout=10 ann@SERVER", "the port is open")
        until("a login over Tor", lambda: self.home.can_log_in("shop-server"), 240)

    def nothing_listens(self):
        said = self.typed_on_server("Shut the port")
        sockets = [line for line in said.splitlines() if line.startswith("LISTEN")]
        expect(sockets and all(" 127.0.0.1:" in line for line in sockets), said)
        expect("dport 22" not in said, said)

    def reboot(self):
        self.guest.reboot()
        self.shut()
        self.reachable()

    def fetch(self):
        """The order is read at home, with the demo's key."""
        home, key = self.home, f"{SHOP}-seller/secret.asc"
        home.ann(f"ssh shop-server sudo cat {key} | gpg --batch -q --import")
        self.typed_at_home("Fetch your orders")
        self.typed_on_server("Fetch your orders")
        said = self.typed_at_home("Fetch your orders")
        expect(self.buyer.number in said, said)

    def doctor(self):
        """Nothing is found, but that this machine has no encrypted disk."""
        self.typed_on_server("Look it over")
        self.typed_on_server("Look it over")
        report = json.loads(self.guest.run("cryptocart doctor --json"))
        left = [(finding["subject"], finding["grade"]) for finding in report["findings"]
                if finding["grade"] != "good"]
        expect(left == [("encryption", "look")] and not report["unseen"], f"the doctor finds {report}")

    def open_again(self):
        self.typed_on_server("Shut the port")
        expect(self.is_open(), "the port is shut")

    def purge(self):
        said = self.home.server("sudo apt-get purge -y cryptocart")
        expect("the shop is left in /var/lib/cryptocart" in said, said)
        self.guest.run(f"test -e {SHOP}/seller.asc && ! test -e /usr/bin/cryptocart && ! pgrep cryptocart")
        # An administrator's way in is not the shop's.
        expect(self.home.can_log_in("shop-server"), "the way in went with the shop")


STEPS = ("boot log_in install over_tor harden order way_in close power_cut confirm shut nothing_listens "
         "reboot fetch doctor open_again purge")


def main():
    journey = Journey(*sys.argv[1:])
    try:
        for step in STEPS.split():
            began = time.monotonic()
            print(f"  {step}", file=sys.stderr, flush=True)
            try:
                getattr(journey, step)()
            except BaseException:
                print((journey.folder / "console").read_text()[-2_000:], file=sys.stderr)
                print(*(journey.guest.ask("journalctl -b -a --no-pager -n 60", 60) or ()), file=sys.stderr)
                raise
            print(f"    {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        journey.guide.finish()
    finally:
        journey.end()


main()
